using MlNetVision.Data;

namespace MlNetVision.Detection.Evaluation;

/// <summary>The detections and the ground truth of one class in one image.</summary>
/// <param name="Detections">By falling score; ties in the detector's order.</param>
/// <param name="Truths">In the order of the annotations.</param>
internal sealed record ImageCase(ScoredBox[] Detections, GroundTruthBox[] Truths)
{
    /// <summary>Intersection over union in double precision; for a crowd, intersection over the detection's area, as pycocotools' bbIou has it.</summary>
    public static double Overlap(BoundingBox detection, BoundingBox truth, bool crowd)
    {
        var width = Math.Min((double)detection.Right, truth.Right) - Math.Max((double)detection.Left, truth.Left);
        var height = Math.Min((double)detection.Bottom, truth.Bottom) - Math.Max((double)detection.Top, truth.Top);
        if (!(width > 0 && height > 0)) return 0;
        var intersection = width * height;
        return intersection / (crowd ? Area(detection) : Area(detection) + Area(truth) - intersection);
    }

    private static double Area(BoundingBox box) => ((double)box.Right - box.Left) * ((double)box.Bottom - box.Top);
}
