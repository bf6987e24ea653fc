namespace MlNetVision.Detection.Labels;

/// <summary>
/// Detections as files of labels, one per image, to correct by hand or to train the next model on: YOLO text and Pascal VOC XML.
/// <see cref="CocoLabelWriter"/> writes COCO's one file for all.
/// </summary>
/// <remarks>
/// Labels are those of the upright image. They are clipped to it, since programs that train refuse what lies outside; an object without area within it is
/// left out. <see cref="Data.DetectionDataSet"/> reads them back.
/// </remarks>
public static partial class DetectionLabels
{
    /// <summary>The score from which a key point counts as seen.</summary>
    private const float Visible = 0.5f;

    /// <summary>The objects that have area within the image.</summary>
    internal static IEnumerable<Detection> Within(DetectionResult result) => result.Detections.Where(d => !HullOf(d, result).IsEmpty);

    /// <summary>The upright box of an object, clipped to the image.</summary>
    internal static BoundingBox HullOf(Detection found, DetectionResult result) =>
        RotatedBoxes.Hull(found.Box, found.Angle ?? 0).Clip(result.Width, result.Height);

    /// <summary>Whether a key point is labelled as visible: within the image, and as certain as that.</summary>
    internal static bool IsVisible(KeyPoint point, DetectionResult result) =>
        point.Score is null or >= Visible && point.X >= 0 && point.X <= result.Width && point.Y >= 0 && point.Y <= result.Height;
}
