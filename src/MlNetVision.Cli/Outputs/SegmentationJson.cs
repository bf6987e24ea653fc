using MlNetVision.Segmentation;

namespace MlNetVision.Cli.Outputs;

/// <summary>The line of JSON of one image's mask: the classes that are there, the largest first.</summary>
internal sealed record SegmentationJson(string Image, int Width, int Height, IEnumerable<SegmentationJson.Item> Classes)
{
    public static SegmentationJson From(SegmentationResult result) =>
        new(result.Image, result.Width, result.Height, result.Mask.Shares().Select(s => new Item(s.Index, s.Label, s.Pixels, s.Fraction)));

    internal sealed record Item(int Index, string Label, long Pixels, double Fraction);
}
