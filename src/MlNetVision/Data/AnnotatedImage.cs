namespace MlNetVision.Data;

/// <summary>One image of a data set with its ground truth.</summary>
/// <param name="Id">The unique id: the file's stem (Pascal VOC), the image id (COCO), or the image's path (YOLO).</param>
/// <param name="Path">The image's file; it existed when the data set was opened.</param>
/// <param name="Width">Width of the upright image in pixels, from its header.</param>
/// <param name="Height">Height, likewise.</param>
/// <param name="Boxes">The annotated objects, in the order of the annotations; empty for an image of background.</param>
public sealed record AnnotatedImage(string Id, string Path, int Width, int Height, IReadOnlyList<GroundTruthBox> Boxes);

/// <summary>One annotated object.</summary>
/// <param name="Label">The name of its class.</param>
/// <param name="Box">Its box in pixels of the upright image; edges, not pixel centres: a box over the whole image is (0, 0, width, height).</param>
/// <param name="Difficult">Pascal VOC's <c>difficult</c>: a detection of it is neither a true nor a false positive.</param>
/// <param name="Crowd">
/// COCO's <c>iscrowd</c>: a region of many objects. Detections in it are neither true nor false positives, and their overlap with it
/// is measured against the detection's own area.
/// </param>
public readonly record struct GroundTruthBox(string Label, BoundingBox Box, bool Difficult = false, bool Crowd = false)
{
    /// <summary>Whether the object is ignored in evaluation (<see cref="Difficult"/> or <see cref="Crowd"/>).</summary>
    public bool Ignored => Difficult || Crowd;
}
