namespace MlNetVision.Segmentation;

/// <summary>The mask of one image.</summary>
/// <param name="Image">The path of the image, or the name that the caller gave.</param>
/// <param name="Width">The width of the upright original in pixels.</param>
/// <param name="Height">The height of the upright original in pixels.</param>
/// <param name="Mask">The class of every pixel, at the size of the original, or of the network's output on request.</param>
public sealed record SegmentationResult(string Image, int Width, int Height, SegmentationMask Mask);
