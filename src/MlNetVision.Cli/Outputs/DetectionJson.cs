using MlNetVision.Detection;

namespace MlNetVision.Cli.Outputs;

/// <summary>The line of JSON of one image's detections; pixels of the upright original.</summary>
internal sealed record DetectionJson(string Image, int Width, int Height, IEnumerable<DetectionJson.Item> Detections)
{
    public static DetectionJson From(DetectionResult result) =>
        new(result.Image, result.Width, result.Height, result.Detections.Select(Item.From));

    internal sealed record Item(string Label, int ClassIndex, float Score, Edges Box)
    {
        public static Item From(Detection.Detection found) => new(
            found.Label, found.ClassIndex, found.Score, new Edges(found.Box.Left, found.Box.Top, found.Box.Right, found.Box.Bottom));
    }

    internal sealed record Edges(float Left, float Top, float Right, float Bottom);
}
