using MlNetVision.Classification;

namespace MlNetVision.Training;

/// <summary>An image whose predicted class is not its ground truth.</summary>
/// <param name="Path">The file.</param>
/// <param name="GroundTruth">The class of the ground truth.</param>
/// <param name="Predicted">The predicted class.</param>
/// <param name="Score">The score of the predicted class.</param>
/// <param name="GroundTruthScore">The score of the ground truth.</param>
internal readonly record struct Misclassification(string Path, string GroundTruth, string Predicted, float Score, float GroundTruthScore)
{
    /// <summary>The misclassified images of an evaluation, the most confident first, equally confident ones by path.</summary>
    public static IEnumerable<Misclassification> Of(ClassificationEvaluation evaluation) => evaluation.Cases
        .Where(c => c.Predicted != c.Truth)
        .OrderByDescending(c => c.Confidence).ThenBy(c => c.Path, StringComparer.Ordinal)
        .Select(c => new Misclassification(c.Path, evaluation.Labels[c.Truth], evaluation.Labels[c.Predicted], c.Confidence, c.Scores[c.Truth]));
}
