using MlNetVision.Classification;

namespace MlNetVision.Training;

/// <summary>An image that was answered wrongly.</summary>
/// <param name="Path">The file.</param>
/// <param name="Truth">Its class.</param>
/// <param name="Answer">The class that it was given.</param>
/// <param name="Score">The score of the answer.</param>
/// <param name="TruthScore">The score of its class.</param>
internal readonly record struct Mistake(string Path, string Truth, string Answer, float Score, float TruthScore)
{
    /// <summary>The mistakes of an evaluation, the most confident first, equally confident ones by path.</summary>
    public static IEnumerable<Mistake> Of(ClassificationEvaluation evaluation) => evaluation.Cases
        .Where(c => c.Predicted != c.Truth)
        .OrderByDescending(c => c.Confidence).ThenBy(c => c.Path, StringComparer.Ordinal)
        .Select(c => new Mistake(c.Path, evaluation.Labels[c.Truth], evaluation.Labels[c.Predicted], c.Confidence, c.Scores[c.Truth]));
}
