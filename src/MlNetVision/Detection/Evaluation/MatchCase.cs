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
    /// <summary>By boxes. Where both are turned, by the turned ones.</summary>
    public static MatchCase OfBoxes(IReadOnlyList<Detection> detections, IReadOnlyList<GroundTruthBox> truths) => Make(
        detections, d => Area(d.Box), truths, t => new(t.Area ?? Area(t.Box), t.Ignored, t.Crowd), (d, t) => Overlap(d.Box, t.Box, t.Crowd));

    private static MatchCase Make(
        IReadOnlyList<Detection> detections, Func<Detection, double> area, IReadOnlyList<GroundTruthBox> truths, Func<GroundTruthBox, SoughtObject> sought,
        Func<Detection, GroundTruthBox, double> overlap)
    {
        var overlaps = new double[detections.Count, truths.Count];
        for (var d = 0; d < detections.Count; d++)
        {
            for (var t = 0; t < truths.Count; t++) overlaps[d, t] = overlap(detections[d], truths[t]);
        }
        return new([.. detections.Select(d => d.Score)], [.. detections.Select(area)], [.. truths.Select(sought)], overlaps);
    }

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

/// <summary>An object of the ground truth, as matching sees it.</summary>
/// <param name="Area">Its area in square pixels.</param>
/// <param name="Ignored">Whether it is neither sought nor missed.</param>
/// <param name="Crowd">Whether it is a region of many, which any number of detections may match.</param>
internal readonly record struct SoughtObject(double Area, bool Ignored, bool Crowd)
{
    /// <summary>Whether it counts among the objects of a range of areas.</summary>
    public bool IsSought(AreaRange range) => !Ignored && range.Contains(Area);
}
