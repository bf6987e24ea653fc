namespace MlNetVision.Imaging;

/// <summary>Takes transparency out of pixels.</summary>
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
}
