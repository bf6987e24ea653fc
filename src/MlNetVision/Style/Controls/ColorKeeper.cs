using MlNetVision.Imaging;

namespace MlNetVision.Style;

/// <summary>Keeps a photo's colours in its stylised image.</summary>
public static class ColorKeeper
{
    /// <summary>Changes a stylised image in place, by the photo's pixel at the same position or its histogram.</summary>
    /// <param name="styled">The stylised image, which is changed.</param>
    /// <param name="photo">The photo, of the same size; it is not changed.</param>
    /// <param name="colors">The colours to keep.</param>
    /// <exception cref="ArgumentException">The images have different sizes, or the value is unknown.</exception>
    public static void ApplyInPlace(RgbImage styled, RgbImage photo, ColorPreservation colors)
    {
        StyleBlend.RequireSameSize(styled, photo);
        switch (colors)
        {
            case ColorPreservation.None: break;
            case ColorPreservation.Luminance: KeepChroma(styled, photo); break;
            case ColorPreservation.Histogram: HistogramMatch.ApplyInPlace(styled, photo); break;
            default: throw new ArgumentException(
                $"Colour preservation {(int)colors} is unknown; there are {string.Join(", ", Enum.GetNames<ColorPreservation>())}.", nameof(colors));
        }
    }

    // With the same Cb and Cr, red, green and blue each differ from the photo's by the difference of the luminances.
    private static void KeepChroma(RgbImage styled, RgbImage photo)
    {
        var to = styled.Pixels;
        var from = photo.Pixels;
        for (var i = 0; i < to.Length; i += 4)
        {
            var luminance = Luminance(to[i..]);
            var was = Luminance(from[i..]);
            var share = 1f;
            for (var c = i; c < i + 3; c++)
            {
                var chroma = from[c] - was;
                if (luminance + chroma > 255) share = Math.Min(share, (255 - luminance) / chroma);
                if (luminance + chroma < 0) share = Math.Min(share, -luminance / chroma);
            }
            for (var c = i; c < i + 3; c++) to[c] = (byte)Math.Clamp(luminance + share * (from[c] - was) + 0.5f, 0, 255);
        }
        GC.KeepAlive(photo);
    }

    private static float Luminance(ReadOnlySpan<byte> pixel) => 0.299f * pixel[0] + 0.587f * pixel[1] + 0.114f * pixel[2];
}

/// <summary>The colours of a photo that its stylised image keeps.</summary>
public enum ColorPreservation
{
    /// <summary>None: the colours are the style's.</summary>
    None,

    /// <summary>
    /// The photo's chroma under the stylised image's luminance, Y of ITU-R BT.601: "luminance-only transfer" of Gatys, Bethge,
    /// Hertzmann, Shechtman, arXiv:1606.05897, section 3. Where that colour does not exist, it fades towards grey of that luminance.
    /// </summary>
    Luminance,

    /// <summary>
    /// The photo's distribution of colours: a linear map gives the stylised colours the photo's mean and covariance (as in arXiv:1606.05897,
    /// section 4.1), and then each channel's cumulative histogram is matched to the photo's (Gonzalez
    /// and Woods, Digital Image Processing, "histogram matching").
    /// </summary>
    Histogram,
}
