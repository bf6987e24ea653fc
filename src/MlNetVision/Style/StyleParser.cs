using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.Style;

/// <summary>
/// Makes an image of a network's output: undoes the input normalisation, crops the borders, and resizes the rest to the photo's size.
/// </summary>
internal sealed class StyleParser(StyleSettings settings)
{
    private readonly PixelNormalization _normalization = PixelNormalization.Parse(settings.Preprocess);

    /// <param name="values">The output, of the size in the settings.</param>
    /// <param name="geometry">How the photo was fitted into the network's input.</param>
    /// <returns>The image, of the photo's size; the caller disposes it.</returns>
    /// <exception cref="BadModelException">A value is not a number.</exception>
    public RgbImage Parse(ReadOnlySpan<float> values, ImageGeometry geometry)
    {
        NetworkValues.RequireNumbers(values, "the stylised image of the network");
        var (left, width) = Inner(geometry.OffsetX, geometry.ScaleX * geometry.ImageWidth, geometry.NetworkWidth, settings.OutputWidth);
        var (top, height) = Inner(geometry.OffsetY, geometry.ScaleY * geometry.ImageHeight, geometry.NetworkHeight, settings.OutputHeight);
        var inner = RgbImage.Uninitialized(width, height);
        try
        {
            TensorUnpacker.Unpack(values, settings.OutputWidth, settings.OutputHeight, settings.Layout, _normalization, left, top, inner);
            if (width == geometry.ImageWidth && height == geometry.ImageHeight) return Interlocked.Exchange(ref inner, null!);
            return ImageResizer.Resize(inner, new ResizeOptions
            {
                Width = geometry.ImageWidth, Height = geometry.ImageHeight, Mode = ResizeMode.Stretch, Resampler = settings.Resize.Resampler,
            }, out _);
        }
        finally
        {
            inner?.Dispose();
        }
    }

    // The photo's part of one axis; outputs may be larger or smaller than the input.
    private static (int From, int Length) Inner(float offset, float scaled, int network, int output)
    {
        var ratio = (double)output / network;
        var from = (int)Math.Clamp(Math.Round(offset * ratio), 0, output - 1);
        var to = (int)Math.Clamp(Math.Round((offset + Math.Round(scaled)) * ratio), from + 1, output);
        return (from, to - from);
    }
}
