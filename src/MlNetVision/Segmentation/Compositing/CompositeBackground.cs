using MlNetVision.Imaging;

namespace MlNetVision.Segmentation;

/// <summary>The background that replaces the classes that are not kept.</summary>
public sealed class CompositeBackground
{
    private readonly Func<RgbImage, byte[], RgbImage> _make;

    private CompositeBackground(Func<RgbImage, byte[], RgbImage> make) => _make = make;

    /// <summary>Another image, scaled to cover and centred. The caller keeps it, and disposes it after the last use.</summary>
    public static CompositeBackground Image(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new((source, _) => ImageResizer.Resize(
            image, new() { Width = source.Width, Height = source.Height, Mode = ResizeMode.Crop, Resampler = Resampler.Area }, out var _));
    }

    /// <summary>One colour.</summary>
    public static CompositeBackground Color(RgbColor color) => new((source, _) =>
    {
        var plain = Imaging.RgbImage.Uninitialized(source.Width, source.Height);
        plain.Words.Fill(color.ToPixel());
        return plain;
    });

    /// <summary>The image itself, blurred by three box blurs, which approximate a Gaussian. Kept pixels do not bleed into it.</summary>
    /// <param name="radius">The Gaussian's standard deviation in pixels, 0.5 to 1000; null: 2 % of the mean of the image's width and height.</param>
    /// <exception cref="ArgumentException">The radius is outside its range.</exception>
    public static CompositeBackground Blur(float? radius = null)
    {
        if (radius is not (null or >= 0.5f and <= 1000)) throw new ArgumentException(FormattableString.Invariant($"The blur's radius is {radius}: 0.5 to 1000 pixels were expected."), nameof(radius));
        return new((source, matte) => NormalizedBlur.Make(source, matte, radius ?? Math.Max(0.5f, ((float)source.Width + source.Height) / 100)));
    }

    /// <summary>A new image of the source's size.</summary>
    internal RgbImage Make(RgbImage source, byte[] matte) => _make(source, matte);
}
