using MlNetVision.Cli.Images;
using MlNetVision.Detection;
using MlNetVision.Files;
using Spectre.Console;

namespace MlNetVision.Cli.Detect;

/// <summary>Detects objects; the caller disposes the detector.</summary>
internal sealed class DetectionTask(ObjectDetector detector) : ImageTask<DetectionResult>(detector)
{
    private const int Suspicious = 10;

    private readonly ClassCounts _counts = new();
    private int _images;
    private bool _anyFound;

    /// <summary>The labels that are written; null: none.</summary>
    public LabelFiles? Labels { get; init; }

    public override IReadOnlyList<ImageOutput<DetectionResult>> Outputs => [new("", null, (source, result, path) =>
    {
        using var drawn = DetectionPainter.Draw(source, result.Detections, new DetectionPaintOptions { ClassCount = detector.Labels.Count });
        drawn.Save(path);
    }), .. Labels?.OfEachImage is { } labels ? [labels] : Array.Empty<ImageOutput<DetectionResult>>()];

    public override GatheredFile<DetectionResult>? Gather() => Labels?.Gather(detector.Labels);

    public override string ImageOf(DetectionResult result) => result.Image;

    // Without an output folder, the file of labels is the only one.
    public override object ToJson(DetectionResult result, IReadOnlyList<string>? files) =>
        DetectionJson.From(result, files?.Count == Outputs.Count ? files[0] : null);

    public override string Describe(DetectionResult result) => ClassCounts.Describe(result);

    public override void Count(DetectionResult result)
    {
        _counts.Add(result);
        _images++;
        _anyFound |= result.Detections.Count > 0;
    }

    public override string? Remark() => _anyFound || _images < Suspicious ? null : FormattableString.Invariant(
        $"nothing was found in any of {_images} images; --confidence lowers the threshold, and --preprocess and --resize state how the network sees images.");

    public override Table? Totals() => _counts.ToTable();
}

/// <summary>The line of JSON of one image's detections; pixels of the upright original.</summary>
internal sealed record DetectionJson(string Image, int Width, int Height, IEnumerable<DetectionJson.Item> Detections, string? Output)
{
    public static DetectionJson From(DetectionResult result, string? output) =>
        new(PortablePath.Of(result.Image), result.Width, result.Height, result.Detections.Select(Item.From), output);

    internal sealed record Item(string Label, int ClassIndex, float Score, Edges Box)
    {
        /// <summary>How far the box is turned about its centre, clockwise in radians.</summary>
        public float? Angle { get; init; }

        /// <summary>The corners of a turned box, x and y in turn.</summary>
        public IEnumerable<float>? Corners { get; init; }

        public Outline? Mask { get; init; }

        public IEnumerable<KeyPoint>? Keypoints { get; init; }

        public static Item From(Detection.Detection found) => new(
            found.Label, found.ClassIndex, found.Score, new Edges(found.Box.Left, found.Box.Top, found.Box.Right, found.Box.Bottom))
        {
            Angle = found.Angle,
            Corners = found.Angle is null ? null : found.Corners.SelectMany(c => new[] { c.X, c.Y }),
            Mask = found.Mask is { } mask ? new(mask.ToPolygons(), mask.Area) : null,
            Keypoints = found.KeyPoints,
        };
    }

    internal sealed record Edges(float Left, float Top, float Right, float Bottom);

    /// <summary>A mask: its polygons along the edges of pixels, x and y in turn, and the number of its pixels.</summary>
    internal sealed record Outline(IReadOnlyList<float[]> Polygons, long Area);
}
