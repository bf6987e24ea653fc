using MlNetVision.Cli.Outputs;
using MlNetVision.Segmentation;
using Spectre.Console;

namespace MlNetVision.Cli.Segment;

/// <summary>How much of the images each class covers: for one image in a line, for all in a table. The largest first.</summary>
internal sealed class ClassShares
{
    private readonly Dictionary<(int Index, string Label), (long Pixels, int Images)> _totals = [];
    private long _pixels;
    private int _images;

    /// <summary>"road 42.1 %, sky 20.5 %, car 3.0 %".</summary>
    public static string Describe(SegmentationResult result) =>
        $"{result.Image}: {string.Join(", ", result.Mask.Shares().Select(s => $"{s.Label} {Tables.Percent(s.Fraction)}"))}";

    public void Add(SegmentationResult result)
    {
        _images++;
        foreach (var share in result.Mask.Shares())
        {
            var (pixels, images) = _totals.GetValueOrDefault((share.Index, share.Label));
            _totals[(share.Index, share.Label)] = (pixels + share.Pixels, images + 1);
            _pixels += share.Pixels;
        }
    }

    public Table ToTable()
    {
        var table = Tables.Create(1.., "class", "images", "share of all pixels");
        foreach (var ((_, label), (pixels, images)) in _totals.OrderByDescending(t => t.Value.Pixels).ThenBy(t => t.Key.Index))
            table.AddCells(label, Tables.Count(images), Tables.Percent((double)pixels / _pixels));
        table.AddCells("all", Tables.Count(_images), _images == 0 ? "" : Tables.Percent(1));
        return table;
    }
}
