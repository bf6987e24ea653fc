namespace MlNetVision.Detection;

/// <summary>The detections of one image.</summary>
/// <param name="Image">The path of the image, or the name that the caller gave.</param>
/// <param name="Width">The width of the upright original in pixels.</param>
/// <param name="Height">The height of the upright original in pixels.</param>
/// <param name="Detections">The objects, best score first; boxes in pixels of the upright original.</param>
public sealed record DetectionResult(string Image, int Width, int Height, IReadOnlyList<Detection> Detections);

/// <summary>One object found in an image.</summary>
/// <param name="Label">The name of its class.</param>
/// <param name="ClassIndex">The 0-based index of its class among the model's labels.</param>
/// <param name="Score">The score, 0 to 1; for YOLO, objectness times class probability.</param>
/// <param name="Box">Where it is, in pixels of the upright original image.</param>
public readonly record struct Detection(string Label, int ClassIndex, float Score, BoundingBox Box)
{
    /// <summary>
    /// What the head gave beside box and class, such as mask coefficients (<see cref="DetectionCandidate.Extra"/>). Default: nothing.
    /// </summary>
    public ReadOnlyMemory<float> Extra { get; init; }
}
