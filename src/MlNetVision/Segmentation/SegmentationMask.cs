using System.Numerics.Tensors;
using MlNetVision.Imaging;

namespace MlNetVision.Segmentation;

/// <summary>The mask of one image.</summary>
/// <param name="Image">The path of the image, or the name that the caller gave.</param>
/// <param name="Width">The width of the upright original in pixels.</param>
/// <param name="Height">The height of the upright original in pixels.</param>
/// <param name="Mask">The class of every pixel, at the size of the original, or of the network's output on request.</param>
public sealed record SegmentationResult(string Image, int Width, int Height, SegmentationMask Mask);

/// <summary>The class of every pixel of an image. Immutable.</summary>
public sealed class SegmentationMask
{
    /// <summary>The most classes of a mask: one byte per pixel, as in indexed PNG.</summary>
    public const int MaxClasses = 256;

    private readonly byte[] _classes;
    private readonly float[] _confidence;

    /// <summary>Wraps a class map.</summary>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="classes">
    /// Class indices, row by row from the top, <paramref name="width"/> × <paramref name="height"/> of them; not copied.
    /// </param>
    /// <param name="labels">The names of the classes, at most 256. A higher index is named by its number.</param>
    /// <param name="confidence">The confidence of each pixel's class, 0 to 1, as many as <paramref name="classes"/>; not copied. Null: none.</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public SegmentationMask(int width, int height, byte[] classes, IReadOnlyList<string> labels, float[]? confidence = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(labels);
        var pixels = (long)width * height;
        if (classes.Length != pixels)
            throw new ArgumentException($"{classes.Length} class indices are given for {width}×{height} pixels; expected {pixels}.", nameof(classes));
        if (confidence is not null && confidence.Length != pixels)
            throw new ArgumentException(
                $"{confidence.Length} confidences are given for {width}×{height} pixels; expected {pixels}.", nameof(confidence));
        if (labels.Count > MaxClasses)
            throw new ArgumentException($"{labels.Count} labels are given; a mask has at most {MaxClasses} classes.", nameof(labels));
        (Width, Height, Labels, _classes, _confidence) = (width, height, labels, classes, confidence ?? []);
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The names of the classes.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Class indices, row by row from the top.</summary>
    public ReadOnlySpan<byte> Classes => _classes;

    /// <summary>The confidence of each pixel's class, 0 to 1; empty where it was not requested or the network gives no scores.</summary>
    public ReadOnlySpan<float> Confidence => _confidence;

    /// <summary>
    /// Whether the network gives one value for each pixel, its share of the foreground: two classes, whose confidences are that value and what it
    /// lacks to 1. Cut-outs take it as it is. Default: false.
    /// </summary>
    public bool IsMatte { get; init; }

    /// <summary>The class index of a pixel, from the top left.</summary>
    public byte this[int x, int y] => (uint)x < (uint)Width && (uint)y < (uint)Height
        ? _classes[y * Width + x]
        : throw new ArgumentOutOfRangeException(nameof(x), $"({x}, {y}) lies outside {Width}×{Height} pixels.");

    /// <summary>The name of a class; its number where it has no label.</summary>
    public string LabelOf(int index) => index < Labels.Count ? Labels[index] : FormattableString.Invariant($"class {index}");

    /// <summary>The classes present, the largest first, then by index.</summary>
    public IReadOnlyList<ClassShare> Shares()
    {
        Span<long> counts = stackalloc long[MaxClasses];
        foreach (var c in _classes) counts[c]++;
        var shares = new List<ClassShare>();
        for (var i = 0; i < counts.Length; i++)
            if (counts[i] > 0) shares.Add(new ClassShare(i, LabelOf(i), counts[i], (double)counts[i] / _classes.Length));
        return [.. shares.OrderByDescending(s => s.Pixels).ThenBy(s => s.Index)];
    }
}

/// <summary>How much of a mask one class covers.</summary>
/// <param name="Index">The 0-based index of the class.</param>
/// <param name="Label">Its name.</param>
/// <param name="Pixels">The number of its pixels, at least 1.</param>
/// <param name="Fraction">Its share of all pixels, 0 to 1.</param>
public readonly record struct ClassShare(int Index, string Label, long Pixels, double Fraction);

/// <summary>Arithmetic on maps of class indices.</summary>
internal static class ClassMaps
{
    /// <summary>The highest index of a map.</summary>
    public static byte Highest(ReadOnlySpan<byte> classes) => TensorPrimitives.Max(classes);

    /// <summary>Checks that a mask has the size of an image.</summary>
    public static void CheckCovers(this SegmentationMask mask, RgbImage image)
    {
        if (mask.Width != image.Width || mask.Height != image.Height)
            throw new ArgumentException(
                $"The mask has {mask.Width}×{mask.Height} pixels, the image {image.Width}×{image.Height}; expected a mask of the image's size.");
    }

    /// <summary>Resizes a mask by the nearest neighbour: each target pixel takes the class of the pixel that contains its centre.</summary>
    public static SegmentationMask Resize(SegmentationMask mask, int width, int height)
    {
        var classes = new byte[checked(width * height)];
        for (var y = 0; y < height; y++)
        {
            var row = mask.Classes.Slice((int)((2L * y + 1) * mask.Height / (2L * height)) * mask.Width, mask.Width);
            var to = classes.AsSpan(y * width, width);
            for (var x = 0; x < to.Length; x++) to[x] = row[(int)((2L * x + 1) * row.Length / (2L * width))];
        }
        return new(width, height, classes, mask.Labels);
    }
}
