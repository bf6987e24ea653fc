using SkiaSharp;

namespace MlNetVision.Imaging;

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
