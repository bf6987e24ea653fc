using System.Globalization;
using MlNetVision.Imaging;
using SkiaSharp;

namespace MlNetVision.Segmentation;

/// <summary>The legend of a mask's classes, within or below an image.</summary>
internal sealed class Legend
{
    private const int LongestLabel = 40;

    /// <summary>The largest part of an image that an automatic legend may hide.</summary>
    private const double MostHidden = 0.25;

    private static readonly SKColor Plate = new(20, 20, 20);
    private static readonly SKColor Ink = SKColors.White;

    private readonly IReadOnlyList<LegendEntry> _entries;
    private readonly LabelFont _font;
    private readonly int _margin, _line, _swatch, _share, _column;
    private readonly bool _below;
    private readonly int _columns = 1, _rows;

    private Legend(IReadOnlyList<LegendEntry> entries, LabelFont font, LegendPlacement placement, int width, int height)
    {
        (_entries, _font, _margin) = (entries, font, font.Margin + 1);
        _swatch = (int)MathF.Round(font.Height * 0.8f);
        _line = (int)MathF.Ceiling(font.Height) + font.Margin;
        if (entries.Count == 0) return;
        _share = Widest(e => e.Share);
        // Swatch, name and share, each with a margin behind it.
        _column = _swatch + Widest(e => e.Label) + _share + 4 * _margin;
        var (plateWidth, plateHeight) = (_column + _margin, entries.Count * _line + 2 * _margin);
        var fits = plateWidth <= width && plateHeight <= height && (double)plateWidth * plateHeight <= MostHidden * width * height;
        _below = placement == LegendPlacement.Below || placement == LegendPlacement.Auto && !fits;
        _columns = _below ? Math.Clamp((width - _margin) / _column, 1, entries.Count) : 1;
        _rows = _below
            ? (entries.Count + _columns - 1) / _columns
            : plateWidth <= width ? Math.Min(entries.Count, (height - 2 * _margin) / _line) : 0;
    }

    private int Widest(Func<LegendEntry, string> text) => (int)MathF.Ceiling(_entries.Max(e => _font.Measure(text(e))));

    public static Legend Make(SegmentationMask mask, ColorPalette palette, SegmentationPaintOptions options, LabelFont font)
    {
        IReadOnlyList<ClassShare> shares = options.Legend == LegendPlacement.None ? [] : mask.Shares();
        var entries = shares.Select(s => new LegendEntry(
            LabelFont.OneLine(s.Label, LongestLabel), Percent(s.Fraction), palette[s.Index], ClassTint.IsBackground(s.Index, mask.Labels, options)));
        return new([.. entries], font, options.Legend, mask.Width, mask.Height);
    }

    /// <summary>An image with room for the source at its top left, and for the legend.</summary>
    public RgbImage Canvas(RgbImage source)
    {
        if (!_below) return RgbImage.Uninitialized(source.Width, source.Height);
        var canvas = new RgbImage(Math.Max(source.Width, _columns * _column + _margin), source.Height + _rows * _line + 2 * _margin);
        canvas.Words.Fill(new RgbColor(Plate.Red, Plate.Green, Plate.Blue).ToPixel());
        return canvas;
    }

    public void Draw(RgbImage target, SegmentationMask mask)
    {
        if (_rows <= 0) return;
        using var canvas = new SKCanvas(target.Bitmap);
        if (_below)
        {
            DrawEntries(canvas, _entries, 0, mask.Height);
            return;
        }
        var plate = CornerFinder.Find(mask, _column + _margin, _rows * _line + 2 * _margin, _margin);
        using var paint = new SKPaint { Color = Plate.WithAlpha(225) };
        canvas.DrawRect(plate, paint);
        DrawEntries(canvas, Shown(), plate.Left, plate.Top);
    }

    private List<LegendEntry> Shown()
    {
        if (_rows >= _entries.Count) return [.. _entries];
        var left = _entries.Count - _rows + 1;
        return [.. _entries.Take(_rows - 1), new(string.Create(CultureInfo.InvariantCulture, $"+{left} more"), "", null, false)];
    }

    private void DrawEntries(SKCanvas canvas, IReadOnlyList<LegendEntry> entries, int left, int top)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            var (column, row) = Math.DivRem(i, _rows);
            DrawEntry(canvas, entries[i], left + _margin + column * _column, top + _margin + row * _line);
        }
    }

    private void DrawEntry(SKCanvas canvas, LegendEntry entry, int left, int top)
    {
        if (entry.Color is { } color) DrawSwatch(canvas, color, entry.Hollow, SKRect.Create(left, top + (_line - _swatch) / 2, _swatch, _swatch));
        var text = top + (_line - _font.Height) / 2;
        _font.Draw(canvas, entry.Label, left + _swatch + _margin, text, Ink);
        _font.Draw(canvas, entry.Share, left + _column - 2 * _margin - _font.Measure(entry.Share), text, Ink);
    }

    /// <summary>A light frame makes dark colours visible.</summary>
    private static void DrawSwatch(SKCanvas canvas, RgbColor color, bool hollow, SKRect frame)
    {
        using var paint = new SKPaint { Color = new SKColor(200, 200, 200), IsAntialias = false };
        canvas.DrawRect(frame, paint);
        paint.Color = hollow ? Plate : color.ToSkia();
        frame.Inflate(-1, -1);
        canvas.DrawRect(frame, paint);
    }

    private static string Percent(double fraction) =>
        fraction < 0.0005 ? "<0.1%" : (fraction * 100).ToString("0.0", CultureInfo.InvariantCulture) + "%";
}

/// <summary>The position of an overlay's legend.</summary>
public enum LegendPlacement
{
    /// <summary>No legend.</summary>
    None,

    /// <summary>Within the image where it covers a quarter of it at most, otherwise below it. The default.</summary>
    Auto,

    /// <summary>
    /// Within the image, in the corner where it hides least; its last line counts classes without room; an image of a few pixels gets no
    /// legend.
    /// </summary>
    Inside,

    /// <summary>On a strip below the image, which makes the result higher, and wider where the image is narrower than a line of text.</summary>
    Below,
}

/// <summary>A line of a legend. Without colour it has no swatch; a hollow swatch stands for a class that is not coloured.</summary>
internal readonly record struct LegendEntry(string Label, string Share, RgbColor? Color, bool Hollow);

/// <summary>Finds the corner of an image where a legend hides least.</summary>
internal static class CornerFinder
{
    /// <summary>The corner with most of the mask's largest class, which matters least; ties: the top left one.</summary>
    public static SKRectI Find(SegmentationMask mask, int width, int height, int margin)
    {
        var (farX, farY) = (Math.Max(0, mask.Width - width - margin), Math.Max(0, mask.Height - height - margin));
        var (nearX, nearY) = (Math.Min(margin, farX), Math.Min(margin, farY));
        var largest = (byte)mask.Shares()[0].Index;
        (int X, int Y)[] corners = [(nearX, nearY), (farX, nearY), (nearX, farY), (farX, farY)];
        return corners.Select(c => SKRectI.Create(c.X, c.Y, width, height)).MaxBy(plate => Count(mask, plate, largest));
    }

    private static long Count(SegmentationMask mask, SKRectI plate, byte wanted)
    {
        long count = 0;
        for (var y = plate.Top; y < Math.Min(plate.Bottom, mask.Height); y++)
            count += mask.Classes.Slice(y * mask.Width + plate.Left, Math.Min(plate.Width, mask.Width - plate.Left)).Count(wanted);
        return count;
    }
}
