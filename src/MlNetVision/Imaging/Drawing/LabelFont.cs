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

    /// <summary>A text for one line: control characters become blanks, half surrogate pairs (which Skia refuses) U+FFFD; a longer text ends in two dots.</summary>
    public static string OneLine(string? text, int longest)
    {
        var runes = (text ?? "").EnumerateRunes().Take(longest + 1).Select(x => Rune.IsControl(x) ? " " : x.ToString()).ToList();
        return string.Concat(runes.Take(longest)).Trim() + (runes.Count > longest ? ".." : "");
    }
}
