using SkiaSharp;

namespace MlNetVision.Detection;

/// <summary>Draws labels: with a font of the system, or with the project's own pixels where the system has none.</summary>
internal abstract class LabelFont : IDisposable
{
    /// <summary>The least text size at which letters can be told apart.</summary>
    public const float Smallest = 7;

    /// <summary>The pixels that a line of text takes, from the highest letter to the lowest descender.</summary>
    public abstract float Height { get; }

    /// <summary>A font of about this size in pixels (of an em).</summary>
    public static LabelFont Create(float size) => OutlineLabelFont.IsAvailable ? new OutlineLabelFont(size) : new PixelLabelFont(size);

    /// <summary>The width of a text in pixels.</summary>
    public abstract float Measure(string text);

    /// <summary>Draws a text with its top left corner at a point.</summary>
    public abstract void Draw(SKCanvas canvas, string text, float left, float top, SKColor color);

    public abstract void Dispose();
}
