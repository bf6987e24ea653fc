namespace MlNetVision.Data;

/// <summary>One image of a data set with its ground truth.</summary>
/// <param name="Id">Unique in the data set: the file's stem (Pascal VOC), the image id (COCO), or the image's path (YOLO).</param>
/// <param name="Path">The image's file; it existed when the data set was opened.</param>
/// <param name="Width">Width of the upright image in pixels, from its header.</param>
/// <param name="Height">Height, likewise.</param>
/// <param name="Boxes">The objects marked in it, in the order of the annotations; empty for an image of background.</param>
public sealed record AnnotatedImage(string Id, string Path, int Width, int Height, IReadOnlyList<GroundTruthBox> Boxes);

/// <summary>One object that a person has marked in an image.</summary>
/// <param name="Label">The name of its class.</param>
/// <param name="Box">Its box in pixels of the upright image; edges, not pixel centres: a box over the whole image is (0, 0, width, height).</param>
/// <param name="Difficult">Pascal VOC's <c>difficult</c>: need not be found, and finding it is no mistake.</param>
/// <param name="Crowd">
/// COCO's <c>iscrowd</c>: a region of many objects. Need not be found; any number of detections may fall into it without
/// being mistakes, and a detection's overlap with it is measured against the detection's own area.
/// </param>
public readonly record struct GroundTruthBox(string Label, BoundingBox Box, bool Difficult = false, bool Crowd = false)
{
    /// <summary>Whether the object counts neither as found nor as missed (<see cref="Difficult"/> or <see cref="Crowd"/>).</summary>
    public bool Ignored => Difficult || Crowd;
}
