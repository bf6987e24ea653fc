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
/// <param name="Box">
/// Where it is, in pixels of the upright original image. With an <see cref="Angle"/>, the box before it is turned about its centre.
/// </param>
public readonly record struct Detection(string Label, int ClassIndex, float Score, BoundingBox Box)
{
    /// <summary>
    /// What the head gave beside box and class, such as mask coefficients (<see cref="DetectionCandidate.Extra"/>). Default: nothing.
    /// </summary>
    public ReadOnlyMemory<float> Extra { get; init; }

    /// <summary>The pixels of the object, of networks that segment instances. Default: null, no mask.</summary>
    public InstanceMask? Mask { get; init; }

    /// <summary>The key points of the object, such as the joints of a person, in the model's order. Default: null, none.</summary>
    public IReadOnlyList<KeyPoint>? KeyPoints { get; init; }

    /// <summary>
    /// How far <see cref="Box"/> is turned about its centre, clockwise in radians, of networks for rotated boxes. Default: null, not turned.
    /// </summary>
    public float? Angle { get; init; }

    /// <summary>
    /// The corners of the turned box: those that are left top, right top, right bottom and left bottom before it is turned. Pixels of the upright
    /// original, not clipped.
    /// </summary>
    public IReadOnlyList<(float X, float Y)> Corners => RotatedBoxes.Corners(Box, Angle ?? 0);

    /// <summary>Whether two detections are the same object: <see cref="Extra"/> is ignored, masks and key points are compared by value.</summary>
    public bool Equals(Detection other) =>
        (Label, ClassIndex, Score, Box, Angle) == (other.Label, other.ClassIndex, other.Score, other.Box, other.Angle)
        && Equals(Mask, other.Mask)
        && (KeyPoints is null ? other.KeyPoints is null : other.KeyPoints is not null && KeyPoints.SequenceEqual(other.KeyPoints));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ClassIndex, Score, Box, Angle, KeyPoints?.Count, Mask?.Area);
}

/// <summary>A key point of an object.</summary>
/// <param name="X">Its horizontal coordinate in pixels of the upright original image; it may lie outside.</param>
/// <param name="Y">Its vertical coordinate.</param>
/// <param name="Score">How certain it is that the point is visible, 0 to 1; null where the network does not say.</param>
public readonly record struct KeyPoint(float X, float Y, float? Score = null);
