using System.Globalization;
using MlNetVision.Classification;
using Spectre.Console;

namespace MlNetVision.Cli.Outputs;

/// <summary>What images show: one in a line, all in a table of their best classes, the most frequent first.</summary>
internal sealed class BestClasses
{
    private readonly Dictionary<(int Index, string Label), (int Images, double Scores)> _totals = [];

    /// <summary>"a.jpg: roses 93.1 %, tulips 6.0 %, sunflowers 0.9 %".</summary>
    public static string Describe(ClassificationResult result) => $"{result.Image}: {string.Join(", ", result.Predictions.Select(p => $"{p.Label} {Score(p.Score)}"))}";

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
            table.AddCells(label, images.ToString(CultureInfo.InvariantCulture), Score(scores / images));
        return table;
    }

    // Raw scores, where softmax is off, are no parts of a whole.
    private static string Score(double score) => score is >= 0 and <= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{100 * score:0.0} %")
        : score.ToString("0.00", CultureInfo.InvariantCulture);
}
