namespace MlNetVision.Training;

/// <summary>An image file and the class it belongs to.</summary>
/// <param name="Path">The path of the image.</param>
/// <param name="ClassIndex">The class: a position in the labels of the data set.</param>
public readonly record struct LabeledImage(string Path, int ClassIndex);
