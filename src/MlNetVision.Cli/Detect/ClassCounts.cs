using System.Globalization;
using MlNetVision.Cli.Outputs;
using MlNetVision.Detection;
using Spectre.Console;

namespace MlNetVision.Cli.Detect;

/// <summary>How many objects of each class: for one image in a line, for all in a table. Classes in the model's order.</summary>
internal sealed class ClassCounts
{
    private readonly SortedDictionary<(int Index, string Label), Total> _totals = [];
    private int _objects;
    private int _images;

    /// <summary>"20 RBC, 1 WBC, 3 Platelets".</summary>
    public static string Describe(DetectionResult result)
    {
        var counts = result.Detections.CountBy(d => (d.ClassIndex, d.Label)).OrderBy(c => c.Key.ClassIndex)
            .Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Value} {c.Key.Label}"));
        return $"{result.Image}: {(result.Detections.Count == 0 ? "nothing found" : string.Join(", ", counts))}";
    }

    public void Add(DetectionResult result)
    {
        _images++;
        _objects += result.Detections.Count;
        foreach (var found in result.Detections.GroupBy(d => (d.ClassIndex, d.Label)))
        {
            if (!_totals.TryGetValue(found.Key, out var total)) _totals[found.Key] = total = new Total();
            total.Objects += found.Count();
            total.Scores += found.Sum(d => d.Score);
            total.Images++;
        }
    }

    public Table ToTable()
    {
        var table = Tables.Create(1.., "class", "objects", "images", "mean score");
        foreach (var ((_, label), total) in _totals)
            table.AddCells(label, Tables.Count(total.Objects), Tables.Count(total.Images),
                (total.Scores / total.Objects).ToString("0.00", CultureInfo.InvariantCulture));
        table.AddCells("all", Tables.Count(_objects), Tables.Count(_images), "");
        return table;
    }

    private sealed class Total
    {
        public int Objects { get; set; }

        public int Images { get; set; }

        public double Scores { get; set; }
    }
}
