using System.Runtime.InteropServices;

namespace MlNetVision.Imaging;

/// <summary>Alpha blending of pixels.</summary>
internal static class AlphaBlend
{
    /// <summary>Blends unpremultiplied RGBA pixels over white, in place: c·a + 255·(1−a), rounded to nearest; alpha becomes 255.</summary>
    public static void OverWhite(Span<byte> pixels)
    {
        for (var i = 0; i + 3 < pixels.Length; i += 4)
        {
            int alpha = pixels[i + 3];
            if (alpha == 255) continue;
            for (var c = 0; c < 3; c++) pixels[i + c] = (byte)((pixels[i + c] * alpha + 255 * (255 - alpha) + 127) / 255);
            pixels[i + 3] = 255;
        }
    }

    /// <summary>Blends pixels over others: (over · a + under · (256 − a)) / 256, rounded, with a = alpha stretched to 0–256.</summary>
    public static void Over(ReadOnlySpan<uint> source, ReadOnlySpan<byte> alpha, Span<uint> target)
    {
        for (var i = 0; i < target.Length; i++)
        {
            if (alpha[i] == 0) continue;
            target[i] = alpha[i] == 255 ? source[i] : Mix(target[i], source[i], alpha[i]);
        }
    }

    /// <summary>A pixel blended under another one by alpha, in all four channels.</summary>
    public static uint Mix(uint under, uint over, byte alpha) => PixelMix.Mix(under, over, alpha + (uint)(alpha >> 7));

    /// <summary>Writes pixels with another alpha, not premultiplied; black where it is 0.</summary>
    public static void SetAlpha(ReadOnlySpan<uint> source, ReadOnlySpan<byte> alpha, Span<byte> target)
    {
        var words = MemoryMarshal.Cast<byte, uint>(target);
        for (var i = 0; i < words.Length; i++) words[i] = alpha[i] == 0 ? 0 : source[i] & 0xFFFFFF | (uint)alpha[i] << 24;
    }
}

/// <summary>Mixes two pixels of four bytes each, two bytes at a time.</summary>
internal static class PixelMix
{
    private const uint Lanes = 0x00FF00FF;
    private const uint Half = 0x00800080;

    /// <summary>(pixel · (256 − amount) + over · amount) / 256, each byte rounded.</summary>
    /// <param name="pixel">The pixel below.</param>
    /// <param name="over">The pixel above.</param>
    /// <param name="amount">The weight of the pixel above, 0 to 256.</param>
    public static uint Mix(uint pixel, uint over, uint amount)
    {
        var keep = 256 - amount;
        var even = ((pixel & Lanes) * keep) + ((over & Lanes) * amount) + Half;
        var odd = ((pixel >> 8 & Lanes) * keep) + ((over >> 8 & Lanes) * amount) + Half;
        return (even >> 8 & Lanes) | (odd & ~Lanes);
    }
}
