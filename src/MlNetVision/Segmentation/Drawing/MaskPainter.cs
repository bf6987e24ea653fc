using System.Numerics;
using MlNetVision.Imaging;

namespace MlNetVision.Segmentation;

/// <summary>Draws masks over images: every class in its colour, with optional contours and legend.</summary>
public static class MaskPainter
{
    /// <summary>Draws a mask on a copy of an image; the image itself is not changed.</summary>
    /// <param name="source">The image. The caller keeps it.</param>
    /// <param name="mask">The classes of its pixels: a mask of the same size.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <returns>
    /// A new image, of the same size unless the legend stands below (see <see cref="SegmentationPaintOptions.Legend"/>); the caller disposes
    /// it.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// An option lies outside its range, the mask has another size than the image, or the palette is shorter than the mask's classes.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The image was disposed.</exception>
    public static RgbImage Draw(RgbImage source, SegmentationMask mask, SegmentationPaintOptions? options = null) =>
        Draw(source, mask, options ?? new(), LabelFont.Create);

    internal static RgbImage Draw(RgbImage source, SegmentationMask mask, SegmentationPaintOptions options, Func<float, LabelFont> fonts)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(mask);
        options.Validate();
        mask.CheckCovers(source);
        var palette = (options.Palette ?? ColorPalette.For(mask.Labels)).Cover(mask);
        var size = options.TextSize ?? Math.Clamp(Math.Min(MeanLength(source) * 0.022f, Math.Min(source.Width, source.Height) * 0.06f), 11, 1000);
        using var font = fonts(size);
        var legend = Legend.Make(mask, palette, options, font);
        var result = legend.Canvas(source);
        try
        {
            Tint(source, result, mask, palette, options);
            legend.Draw(result, mask);
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    private static float MeanLength(RgbImage image) => ((float)image.Width + image.Height) / 2;

    /// <summary>Writes the top left part of the target, as large as the source.</summary>
    private static void Tint(RgbImage source, RgbImage target, SegmentationMask mask, ColorPalette palette, SegmentationPaintOptions options)
    {
        var tint = new ClassTint(palette, mask.Labels, options);
        var width = options.ContourWidth ?? Math.Max(1, (int)MathF.Round(MeanLength(source) * 0.003f));
        var edges = new byte[options.Contours ? mask.Width : 0];
        for (var y = 0; y < mask.Height; y++)
        {
            var classes = mask.Classes.Slice(y * mask.Width, mask.Width);
            var row = target.Words.Slice(y * target.Width, mask.Width);
            tint.Blend(source.Words.Slice(y * mask.Width, mask.Width), classes, row);
            if (!options.Contours) continue;
            ContourRows.Find(mask, y, width, edges);
            tint.Fill(edges, classes, row);
        }
        GC.KeepAlive(source);
        GC.KeepAlive(target);
    }
}

/// <summary>How masks are drawn over images.</summary>
public sealed record SegmentationPaintOptions
{
    /// <summary>The opacity of the classes' colours, 0 (transparent) to 1 (opaque). Default: 0.5.</summary>
    public float Opacity { get; init; } = 0.5f;

    /// <summary>The colours of the classes; null: those of the labels, see <see cref="ColorPalette.For"/>. Default: null.</summary>
    public ColorPalette? Palette { get; init; }

    /// <summary>The label (case ignored) of the class that is not coloured; null: all classes are coloured. Default: "background".</summary>
    public string? Background { get; init; } = "background";

    /// <summary>Whether a contour in the full colour is drawn along the inner edge of every coloured area. Default: false.</summary>
    public bool Contours { get; init; }

    /// <summary>The width of that line in pixels, 1 to 1000; null: 0.3 % of the mean of the image's width and height. Default: null.</summary>
    public int? ContourWidth { get; init; }

    /// <summary>
    /// The position of the legend: the classes present, the largest first, with their shares of the image. Default:
    /// <see cref="LegendPlacement.Auto"/>.
    /// </summary>
    public LegendPlacement Legend { get; init; } = LegendPlacement.Auto;

    /// <summary>
    /// The size of the legend's text in pixels, 7 to 1000; null: 2.2 % of the mean of the image's width and height, at most 6 % of the
    /// shorter one, 11 at least. Default: null.
    /// </summary>
    public float? TextSize { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    public void Validate()
    {
        if (!(Opacity is >= 0 and <= 1)) throw new ArgumentException(FormattableString.Invariant($"The opacity is {Opacity}: 0 to 1 was expected."));
        if (ContourWidth is < 1 or > 1000) throw new ArgumentException($"The contour's width is {ContourWidth}: 1 to 1000 pixels were expected.");
        if (!Enum.IsDefined(Legend))
        {
            throw new ArgumentException(
                $"The legend's position is {(int)Legend}: expected one of {string.Join(", ", Enum.GetNames<LegendPlacement>())}.");
        }
        if (TextSize is not (null or >= LabelFont.Smallest and <= 1000))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The text size is {TextSize}: {LabelFont.Smallest} to 1000 pixels were expected."));
        }
    }
}

/// <summary>Blends the classes' colours into pixels: (pixel · (256 − a) + colour · a) / 256, rounded, with a = 256 · opacity.</summary>
internal sealed class ClassTint
{
    private const uint Lanes = 0x00FF00FF;
    private const uint Half = 0x00800080;

    // For each class: the pixel's weight, and colour · a + ½ in two words of two 16-bit lanes (red and blue, green and alpha).
    private readonly uint[] _keep = new uint[SegmentationMask.MaxClasses];
    private readonly uint[] _redBlue = new uint[SegmentationMask.MaxClasses];
    private readonly uint[] _greenAlpha = new uint[SegmentationMask.MaxClasses];
    private readonly uint[] _pixels = new uint[SegmentationMask.MaxClasses];
    private readonly bool[] _colored = new bool[SegmentationMask.MaxClasses];

    public ClassTint(ColorPalette palette, IReadOnlyList<string> labels, SegmentationPaintOptions options)
    {
        var opacity = (uint)MathF.Round(options.Opacity * 256);
        for (var i = 0; i < palette.Colors.Count; i++)
        {
            var pixel = palette[i].ToPixel();
            _colored[i] = !IsBackground(i, labels, options);
            var amount = _colored[i] ? opacity : 0;
            (_pixels[i], _keep[i]) = (pixel, 256 - amount);
            (_redBlue[i], _greenAlpha[i]) = ((pixel & Lanes) * amount + Half, (pixel >> 8 & Lanes) * amount + Half);
        }
    }

    public static bool IsBackground(int index, IReadOnlyList<string> labels, SegmentationPaintOptions options) =>
        index < labels.Count && string.Equals(labels[index], options.Background, StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes a row of pixels, each mixed with its class's colour.</summary>
    public void Blend(ReadOnlySpan<uint> source, ReadOnlySpan<byte> classes, Span<uint> target)
    {
        for (var x = 0; x < target.Length; x++)
        {
            var (pixel, c) = (source[x], classes[x]);
            var redBlue = (pixel & Lanes) * _keep[c] + _redBlue[c];
            var greenAlpha = (pixel >> 8 & Lanes) * _keep[c] + _greenAlpha[c];
            target[x] = redBlue >> 8 & Lanes | greenAlpha & ~Lanes;
        }
    }

    /// <summary>Sets marked pixels (not 0) of coloured classes to their class's colour.</summary>
    public void Fill(ReadOnlySpan<byte> marks, ReadOnlySpan<byte> classes, Span<uint> target)
    {
        for (var x = 0; x < target.Length; x++)
            if (marks[x] != 0 && _colored[classes[x]]) target[x] = _pixels[classes[x]];
    }
}

/// <summary>Marks the pixels along the inner edges of a mask's areas.</summary>
internal static class ContourRows
{
    /// <summary>
    /// Marks (not 0) the pixels of a row that have another class a given distance to the left, right, above or below; beyond the mask there
    /// is none.
    /// </summary>
    public static void Find(SegmentationMask mask, int y, int width, Span<byte> marks)
    {
        var row = mask.Classes.Slice(y * mask.Width, mask.Width);
        marks.Clear();
        if (y >= width) Mark(row, mask.Classes.Slice((y - width) * mask.Width, mask.Width), marks);
        if (y + width < mask.Height) Mark(row, mask.Classes.Slice((y + width) * mask.Width, mask.Width), marks);
        if (width >= row.Length) return;
        Mark(row[width..], row[..^width], marks[width..]);
        Mark(row[..^width], row[width..], marks[..^width]);
    }

    /// <summary>marks |= row xor other.</summary>
    private static void Mark(ReadOnlySpan<byte> row, ReadOnlySpan<byte> other, Span<byte> marks)
    {
        var x = 0;
        for (; x <= row.Length - Vector<byte>.Count; x += Vector<byte>.Count)
            (new Vector<byte>(marks[x..]) | (new Vector<byte>(row[x..]) ^ new Vector<byte>(other[x..]))).CopyTo(marks[x..]);
        for (; x < row.Length; x++) marks[x] |= (byte)(row[x] ^ other[x]);
    }
}
