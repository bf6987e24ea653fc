using System.Globalization;
using SkiaSharp;

namespace MlNetVision.Imaging;

/// <summary>An opaque colour of 8 bits per channel.</summary>
/// <param name="Red">Red, 0–255.</param>
/// <param name="Green">Green, 0–255.</param>
/// <param name="Blue">Blue, 0–255.</param>
public readonly record struct RgbColor(byte Red, byte Green, byte Blue)
{
    /// <summary>Darknet's padding, 0.5 of 1: (127, 127, 127).</summary>
    public static RgbColor DarknetGrey { get; } = new(127, 127, 127);

    /// <summary>
    /// The colour as one pixel in memory order red, green, blue, alpha (255); all machines that SkiaSharp runs on are little-endian.
    /// </summary>
    public uint ToPixel() => Red | (uint)Green << 8 | (uint)Blue << 16 | 0xFF000000;

    /// <summary>The same colour for drawing.</summary>
    internal SKColor ToSkia() => new(Red, Green, Blue);

    /// <summary>Reads a colour in web notation, <c>#rrggbb</c>, in any case.</summary>
    public static bool TryParse(string? text, out RgbColor color)
    {
        color = default;
        if (text is not ['#', ..] || text.Length != 7
            || !uint.TryParse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rgb))
        {
            return false;
        }
        color = new((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);
        return true;
    }
}
