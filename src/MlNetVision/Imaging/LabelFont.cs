using System.Collections.Concurrent;
using System.Text;
using SkiaSharp;

namespace MlNetVision.Imaging;

/// <summary>Draws labels with a system font, or with built-in pixel glyphs where there is none.</summary>
internal abstract class LabelFont : IDisposable
{
    /// <summary>The smallest legible text size.</summary>
    public const float Smallest = 7;

    /// <summary>The height of a line of text in pixels, from the highest letter to the lowest descender.</summary>
    public abstract float Height { get; }

    /// <summary>A font of about this size in pixels (of an em).</summary>
    public static LabelFont Create(float size) => OutlineLabelFont.IsAvailable ? new OutlineLabelFont(size) : new PixelLabelFont(size);

    /// <summary>The width of a text in pixels.</summary>
    public abstract float Measure(string text);

    /// <summary>Draws a text with its top left corner at a point.</summary>
    public abstract void Draw(SKCanvas canvas, string text, float left, float top, SKColor color);

    public abstract void Dispose();

    /// <summary>The room to leave around a line of text.</summary>
    public int Margin => Math.Max(1, (int)MathF.Round(Height / 5));

    /// <summary>The text, cut to a width with two dots at the end; empty where not even that fits.</summary>
    public string Cut(string text, float width)
    {
        if (Measure(text) <= width) return text;
        for (var length = text.Length - 1; length > 1; length--)
        {
            if (char.IsHighSurrogate(text[length - 1])) continue;
            var cut = text[..length].TrimEnd() + "..";
            if (Measure(cut) <= width) return cut;
        }
        return "";
    }

    /// <summary>
    /// A text for one line: control characters become blanks, half surrogate pairs (which Skia refuses) U+FFFD; a longer text ends in two
    /// dots.
    /// </summary>
    public static string OneLine(string? text, int longest)
    {
        var runes = (text ?? "").EnumerateRunes().Take(longest + 1).Select(x => Rune.IsControl(x) ? " " : x.ToString()).ToList();
        return string.Concat(runes.Take(longest)).Trim() + (runes.Count > longest ? ".." : "");
    }
}

/// <summary>A sans serif system font, with a fallback for missing glyphs.</summary>
internal sealed class OutlineLabelFont(float size) : LabelFont
{
    private static readonly string[] Families = ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Roboto", "Segoe UI", "Arial", "Helvetica"];

    // Typefaces are shared and live as long as the process.
    private static readonly Lazy<SKTypeface?> Sans = new(FindSans);
    private static readonly ConcurrentDictionary<int, SKTypeface?> Others = new();

    private readonly SKFont _font = new(Sans.Value, size) { Edging = SKFontEdging.Antialias, Subpixel = true };

    /// <summary>Whether the system has a font with Latin letters. Without one, SkiaSharp draws nothing.</summary>
    public static bool IsAvailable => Sans.Value is not null;

    public override float Height => _font.Metrics.Descent - _font.Metrics.Ascent;

    public override float Measure(string text)
    {
        Choose(text);
        var glyphs = new ushort[_font.CountGlyphs(text)];
        _font.GetGlyphs(text, glyphs);
        return _font.MeasureText(glyphs);
    }

    public override void Draw(SKCanvas canvas, string text, float left, float top, SKColor color)
    {
        var ascent = _font.Metrics.Ascent;
        Choose(text);
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        canvas.DrawText(text, left, top - ascent, _font, paint);
        _font.Typeface = Sans.Value;
    }

    public override void Dispose() => _font.Dispose();

    private void Choose(string text)
    {
        _font.Typeface = Sans.Value;
        if (_font.ContainsGlyphs(text)) return;
        var missing = text.EnumerateRunes().FirstOrDefault(x => !_font.ContainsGlyph(x.Value)).Value;
        var other = Others.GetOrAdd(missing, SKFontManager.Default.MatchCharacter);
        if (other is not null) _font.Typeface = other;
    }

    private static SKTypeface? FindSans()
    {
        var named = Families.Select(SKFontManager.Default.MatchFamily).FirstOrDefault(HasLetters);
        return named ?? (HasLetters(SKTypeface.Default) ? SKTypeface.Default : null);
    }

    private static bool HasLetters(SKTypeface? typeface) => typeface is not null && typeface.ContainsGlyphs("Az0%");
}

/// <summary>The font of <see cref="PixelGlyphs"/>, enlarged by whole factors, for machines without fonts, where SkiaSharp draws nothing.</summary>
internal sealed class PixelLabelFont(float size) : LabelFont
{
    /// <summary>Its capitals have 7 pixels, as those of an outline font of size 9 or 10 do.</summary>
    private readonly int _scale = Math.Max(1, (int)MathF.Round(size / 9));

    public override float Height => _scale * PixelGlyphs.Height;

    public override float Measure(string text) => _scale * (text.EnumerateRunes().Count() * (PixelGlyphs.Width + 1) - 1);

    public override void Dispose() { }

    public override void Draw(SKCanvas canvas, string text, float left, float top, SKColor color)
    {
        using var paint = new SKPaint { Color = color, IsAntialias = false };
        var (x, y) = (MathF.Round(left), MathF.Round(top));
        foreach (var rune in text.EnumerateRunes())
        {
            for (var i = 0; i < PixelGlyphs.Width * PixelGlyphs.Height; i++)
            {
                var (row, column) = Math.DivRem(i, PixelGlyphs.Width);
                if (PixelGlyphs.IsSet(rune.Value, column, row)) canvas.DrawRect(x + column * _scale, y + row * _scale, _scale, _scale, paint);
            }
            x += _scale * (PixelGlyphs.Width + 1);
        }
    }
}
