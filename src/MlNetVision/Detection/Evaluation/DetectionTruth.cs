namespace MlNetVision.Detection.Evaluation;

/// <summary>One object that a person has marked in an image.</summary>
/// <param name="Label">The name of its class.</param>
/// <param name="Box">Its box in pixels of the upright image; edges, not pixel centres: a box over the whole image is (0, 0, width, height).</param>
/// <param name="Difficult">Pascal VOC's <c>difficult</c>: need not be found, and finding it is no mistake.</param>
/// <param name="Crowd">
/// COCO's <c>iscrowd</c>: a region of many objects. Need not be found; any number of detections may fall into it without
/// being mistakes, and a detection's overlap with it is measured against the detection's own area.
/// </param>
public readonly record struct DetectionTruth(string Label, BoundingBox Box, bool Difficult = false, bool Crowd = false)
{
    /// <summary>Whether the object counts neither as found nor as missed (<see cref="Difficult"/> or <see cref="Crowd"/>).</summary>
    public bool Ignored => Difficult || Crowd;
}
