namespace MlNetVision.Detection;

/// <summary>The detections of one image.</summary>
/// <param name="Image">The path of the image, or the name that the caller gave.</param>
/// <param name="Width">The width of the upright original in pixels.</param>
/// <param name="Height">The height of the upright original in pixels.</param>
/// <param name="Detections">The objects, best score first; boxes in pixels of the upright original.</param>
public sealed record DetectionResult(string Image, int Width, int Height, IReadOnlyList<Detection> Detections);
