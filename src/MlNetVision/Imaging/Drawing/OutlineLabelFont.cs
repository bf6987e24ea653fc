using System.Collections.Concurrent;
using SkiaSharp;

namespace MlNetVision.Imaging;

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
