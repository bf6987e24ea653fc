namespace MlNetVision;

/// <summary>
/// An axis-aligned box in pixels: x grows to the right, y downwards, (0, 0) is the corner of the top-left pixel.
/// Edges are lines between pixels, so that the width is <c>Right − Left</c>.
/// </summary>
/// <param name="Left">The left edge.</param>
/// <param name="Top">The top edge.</param>
/// <param name="Right">The right edge.</param>
/// <param name="Bottom">The bottom edge.</param>
public readonly record struct BoundingBox(float Left, float Top, float Right, float Bottom)
{
    /// <summary>The width in pixels; negative where the edges are swapped.</summary>
    public float Width => Right - Left;

    /// <summary>The height in pixels; negative where the edges are swapped.</summary>
    public float Height => Bottom - Top;

    /// <summary>The area in square pixels; 0 for an empty box.</summary>
    public float Area => IsEmpty ? 0 : Width * Height;

    /// <summary>Whether the box is empty: no width or no height, or an edge that is NaN.</summary>
    public bool IsEmpty => !(Right > Left && Bottom > Top);

    /// <summary>Whether all four edges are finite numbers.</summary>
    public bool IsFinite => float.IsFinite(Left) && float.IsFinite(Top) && float.IsFinite(Right) && float.IsFinite(Bottom);

    /// <summary>Makes a box from its centre and size, as YOLO's grids give it.</summary>
    public static BoundingBox FromCenter(float x, float y, float width, float height) =>
        new(x - width / 2, y - height / 2, x + width / 2, y + height / 2);

    /// <summary>
    /// Intersection over union, 0 to 1: the overlap that non-maximum suppression and average precision are defined on.
    /// 0 where either box is empty. Sides up to 1e18 pixels do not overflow.
    /// </summary>
    public static float IoU(BoundingBox a, BoundingBox b)
    {
        var width = MathF.Min(a.Right, b.Right) - MathF.Max(a.Left, b.Left);
        var height = MathF.Min(a.Bottom, b.Bottom) - MathF.Max(a.Top, b.Top);
        if (!(width > 0 && height > 0)) return 0;
        var intersection = width * height;
        return intersection > 0 ? intersection / (a.Area + b.Area - intersection) : 0;
    }

    /// <summary>
    /// The part of the box within an image, [0, <paramref name="width"/>] × [0, <paramref name="height"/>]; empty where it lies outside.
    /// </summary>
    /// <param name="width">The image's width in pixels.</param>
    /// <param name="height">The image's height in pixels.</param>
    public BoundingBox Clip(float width, float height) => new(
        Math.Clamp(Left, 0, width), Math.Clamp(Top, 0, height), Math.Clamp(Right, 0, width), Math.Clamp(Bottom, 0, height));
}
