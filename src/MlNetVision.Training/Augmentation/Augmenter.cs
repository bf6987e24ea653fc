using MlNetVision.Imaging;

namespace MlNetVision.Training;

/// <summary>Varies images and brings them to a network's size, in one pass over the pixels. Several threads may use it at once.</summary>
public sealed class Augmenter
{
    private readonly AugmentationOptions _options;
    private readonly ResizeOptions _resize;

    /// <summary>Makes an augmenter.</summary>
    /// <param name="options">How far variations go, and the seed.</param>
    /// <param name="resize">The network's size, and how it is reached for prediction.</param>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public Augmenter(AugmentationOptions options, ResizeOptions resize)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(resize);
        options.Validate();
        resize.Check();
        (_options, _resize) = (options, resize);
    }

    /// <summary>Gives the variation of an image in an epoch; it depends on the image, the options and the arguments alone.</summary>
    /// <param name="source">The upright image; it is left as it is.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="index">The number of the image in its data set.</param>
    /// <returns>An image of the network's size; the caller disposes it.</returns>
    public RgbImage Apply(RgbImage source, int epoch, int index)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Apply(source, Augmentation.Draw(_options, _resize, epoch, index, source.Width, source.Height));
    }

    /// <summary>Gives a certain variation of an image.</summary>
    /// <param name="source">The upright image; it is left as it is.</param>
    /// <param name="augmentation">The variation.</param>
    /// <returns>An image of the network's size; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The crop is empty or not finite.</exception>
    public RgbImage Apply(RgbImage source, Augmentation augmentation)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(augmentation);
        if (!(augmentation.Crop is { Width: > 0, Height: > 0 } crop && double.IsFinite(crop.Left + crop.Top + crop.Width + crop.Height)))
            throw new ArgumentException($"The crop is {augmentation.Crop}: a width and a height above 0 were expected.", nameof(augmentation));
        var target = new RgbImage(_resize.Width, _resize.Height);
        try
        {
            var border = _options.Border ?? (_resize.Mode == ResizeMode.Letterbox ? _resize.PadColor : null);
            new AffineSampler(source, target, augmentation).Fill(mirror: border is null);
            ColorChange.Apply(target, augmentation);
            // Last, so that the border has its own colour in every light.
            if (border is { } color) target.Words.Replace(0u, color.ToPixel());
            return target;
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }
}
