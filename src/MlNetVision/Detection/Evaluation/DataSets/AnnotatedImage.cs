namespace MlNetVision.Detection.Evaluation.DataSets;

/// <summary>One image of a data set with what is to be found in it.</summary>
/// <param name="Id">Unique in the data set: the file's stem (Pascal VOC), the image id (COCO), or the image's path (YOLO).</param>
/// <param name="Path">The image's file; it existed when the data set was opened.</param>
/// <param name="Width">Width of the upright image in pixels, from its header.</param>
/// <param name="Height">Height, likewise.</param>
/// <param name="Truths">The objects marked in it, in the order of the annotations; empty for an image of background.</param>
public sealed record AnnotatedImage(string Id, string Path, int Width, int Height, IReadOnlyList<DetectionTruth> Truths);
