namespace MlNetVision.Detection.Evaluation.DataSets;

/// <summary>One picture of a data set with what is to be found in it.</summary>
/// <param name="Id">Unique in the data set: the file's stem (Pascal VOC), the image id (COCO), or the picture's path (YOLO).</param>
/// <param name="Path">The picture's file; it existed when the data set was opened.</param>
/// <param name="Width">Width of the upright picture in pixels, from its header.</param>
/// <param name="Height">Height, likewise.</param>
/// <param name="Truths">The objects marked in it, in the order of the annotations; empty for a picture of background.</param>
public sealed record AnnotatedPicture(string Id, string Path, int Width, int Height, IReadOnlyList<DetectionTruth> Truths);
