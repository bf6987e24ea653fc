using MlNetVision.Data;

namespace MlNetVision.Detection.Evaluation;

/// <summary>The detections of one class in one image and how far they overlap the ground truth, by boxes or by masks.</summary>
/// <param name="Scores">The detections' scores, falling; ties in the detector's order.</param>
/// <param name="Areas">Their areas in square pixels.</param>
/// <param name="Truths">The objects in the order of the annotations.</param>
/// <param name="Overlaps">
/// By detection and object: intersection over union; for a crowd, intersection over the detection's area, as pycocotools has it.
/// </param>
internal sealed record MatchCase(float[] Scores, double[] Areas, SoughtObject[] Truths, double[,] Overlaps)
{
    /// <summary>By boxes.</summary>
    /// <param name="detections">By falling score.</param>
    /// <param name="truths">The objects.</param>
    public static MatchCase OfBoxes(Detection[] detections, GroundTruthBox[] truths) => Make(
        detections, d => Area(d.Box), [.. truths.Select(t => new SoughtObject(t.Area ?? Area(t.Box), t.Ignored, t.Crowd))],
        (d, t) => BoxOverlap(d, truths[t]));

    /// <summary>By masks. An object without one is ignored, and matched by its box; a detection without one matches no other.</summary>
    /// <inheritdoc cref="OfBoxes"/>
    public static MatchCase OfMasks(Detection[] detections, GroundTruthBox[] truths)
    {
        var masks = Array.ConvertAll(truths, t => t.Shape?.ToMask());
        return Make(
            detections, d => d.Mask?.Area ?? Area(d.Box),
            [.. truths.Select((t, i) => new SoughtObject(t.Area ?? masks[i]?.Area ?? Area(t.Box), t.Ignored || masks[i] is null, t.Crowd))],
            (d, t) => masks[t] is not { } mask ? BoxOverlap(d, truths[t]) : d.Mask is { } found ? Overlap(found, mask, truths[t].Crowd) : 0);
    }

    private static MatchCase Make(Detection[] detections, Func<Detection, double> area, SoughtObject[] truths, Func<Detection, int, double> overlap)
    {
        var overlaps = new double[detections.Length, truths.Length];
        for (var d = 0; d < detections.Length; d++)
        {
            for (var t = 0; t < truths.Length; t++) overlaps[d, t] = overlap(detections[d], t);
        }
        return new(Array.ConvertAll(detections, d => d.Score), [.. detections.Select(area)], truths, overlaps);
    }

    /// <summary>Of turned boxes where both are turned, else of the upright boxes around them.</summary>
    private static double BoxOverlap(Detection found, GroundTruthBox truth) => found.Angle is not { } angle ? Overlap(found.Box, truth.Box, truth.Crowd)
        : truth is { Crowd: false, Shape.Corners: { } corners } ? RotatedBoxes.IoU(found.Corners, corners)
        : Overlap(RotatedBoxes.Hull(found.Box, angle), truth.Box, truth.Crowd);

    private static double Overlap(InstanceMask detection, InstanceMask truth, bool crowd) =>
        !crowd ? InstanceMask.IoU(detection, truth) : detection.Area == 0 ? 0 : (double)InstanceMask.Intersection(detection, truth) / detection.Area;

    /// <summary>In double precision.</summary>
    private static double Overlap(BoundingBox detection, BoundingBox truth, bool crowd)
    {
        var width = Math.Min((double)detection.Right, truth.Right) - Math.Max((double)detection.Left, truth.Left);
        var height = Math.Min((double)detection.Bottom, truth.Bottom) - Math.Max((double)detection.Top, truth.Top);
        if (!(width > 0 && height > 0)) return 0;
        var intersection = width * height;
        return intersection / (crowd ? Area(detection) : Area(detection) + Area(truth) - intersection);
    }

    private static double Area(BoundingBox box) => ((double)box.Right - box.Left) * ((double)box.Bottom - box.Top);
}

/// <summary>The detections and the ground truth of one class in one image, by boxes and, where both have them, by masks.</summary>
internal sealed class ImageCase
{
    // Masks are compared only where they are there at all; then at once, so that they need not be kept.
    private readonly Lazy<MatchCase> _masks;

    /// <inheritdoc cref="MatchCase.OfBoxes"/>
    public ImageCase(Detection[] detections, GroundTruthBox[] truths)
    {
        Boxes = MatchCase.OfBoxes(detections, truths);
        // What it holds until then is small.
        var kept = Array.ConvertAll(detections, d => d with { Extra = default, KeyPoints = null });
        _masks = new(() => MatchCase.OfMasks(kept, truths));
        if (detections.Any(d => d.Mask is not null)) _ = _masks.Value;
    }

    public MatchCase Boxes { get; }

    public MatchCase Masks => _masks.Value;
}

/// <summary>An object of the ground truth, as matching sees it.</summary>
/// <param name="Area">Its area in square pixels.</param>
/// <param name="Ignored">Whether it is neither sought nor missed.</param>
/// <param name="Crowd">Whether it is a region of many, which any number of detections may match.</param>
internal readonly record struct SoughtObject(double Area, bool Ignored, bool Crowd)
{
    /// <summary>Whether it counts among the objects of a range of areas.</summary>
    public bool IsSought(AreaRange range) => !Ignored && range.Contains(Area);
}
