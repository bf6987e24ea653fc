using System.Globalization;
using MlNetVision.Classification;
using MlNetVision.Cli.Outputs;
using Spectre.Console;

namespace MlNetVision.Cli.Classify;

/// <summary>The best classes of images: of one image in a line, of all in a table, the most frequent first.</summary>
internal sealed class BestClasses
{
    private readonly Dictionary<(int Index, string Label), (int Images, double Scores)> _totals = [];

    /// <summary>"a.jpg: roses 93.1 %, tulips 6.0 %, sunflowers 0.9 %".</summary>
    public static string Describe(ClassificationResult result) =>
        $"{result.Image}: {string.Join(", ", result.Predictions.Select(p => $"{p.Label} {Score(p.Score)}"))}";

    public void Add(ClassificationResult result)
    {
        var best = result.Predictions[0];
        var (images, scores) = _totals.GetValueOrDefault((best.Index, best.Label));
        _totals[(best.Index, best.Label)] = (images + 1, scores + best.Score);
    }

    public Table ToTable()
    {
        var table = Tables.Create(1.., "class", "images", "mean score");
        foreach (var ((_, label), (images, scores)) in _totals.OrderByDescending(t => t.Value.Images).ThenBy(t => t.Key.Index))
            table.AddCells(label, Tables.Count(images), Score(scores / images));
        return table;
    }

    // Without softmax, scores are not probabilities.
    private static string Score(double score) => score is >= 0 and <= 1
        ? Tables.Percent(score)
        : score.ToString("0.00", CultureInfo.InvariantCulture);
}
