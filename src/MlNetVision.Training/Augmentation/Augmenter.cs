using MlNetVision.Imaging;
using MlNetVision.Segmentation;

namespace MlNetVision.Training;

/// <summary>Augments images and resizes them to a network's size, in one pass over the pixels. Thread-safe.</summary>
public sealed class Augmenter
{
    private readonly AugmentationOptions _options;
    private readonly ResizeOptions _resize;

    /// <summary>Creates an augmenter.</summary>
    /// <param name="options">The ranges and the random seed.</param>
    /// <param name="resize">The network's size, and the resize for prediction.</param>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public Augmenter(AugmentationOptions options, ResizeOptions resize)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(resize);
        options.Validate();
        resize.Check();
        (_options, _resize) = (options, resize);
    }

    /// <summary>Augments an image at random; the result depends on the image, the options and the arguments alone.</summary>
    /// <param name="source">The upright image; it is not changed.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="index">The number of the image in its data set.</param>
    /// <returns>An image of the network's size; the caller disposes it.</returns>
    public RgbImage Apply(RgbImage source, int epoch, int index)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Apply(source, Augmentation.Draw(_options, _resize, epoch, index, source.Width, source.Height));
    }

    /// <summary>Applies a given augmentation.</summary>
    /// <param name="source">The upright image; it is not changed.</param>
    /// <param name="augmentation">The augmentation.</param>
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
            // Last, so that colour changes leave the border alone.
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

/// <summary>Previews augmentation before a training.</summary>
public static class AugmentationPreview
{
    /// <summary>Draws a sheet with a row per image: resized as for prediction, then augmented as in the first epochs.</summary>
    /// <param name="paths">The images, at least one; their index here counts as their index in the data set.</param>
    /// <param name="options">The ranges and the random seed.</param>
    /// <param name="resize">The network's size, and the resize for prediction.</param>
    /// <param name="variations">The number of augmented versions of each image, 1 to 20. Default: 6.</param>
    /// <returns>The sheet; the caller disposes it. An image that cannot be read leaves a crossed row.</returns>
    /// <exception cref="ArgumentException">There are no images, or an option lies outside its range.</exception>
    public static RgbImage Draw(IReadOnlyList<string> paths, AugmentationOptions options, ResizeOptions resize, int variations = 6)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (paths.Count == 0) throw new ArgumentException("There are no images to preview.", nameof(paths));
        if (variations is < 1 or > 20) throw new ArgumentOutOfRangeException(nameof(variations), variations, "1 to 20 variations were expected.");
        var augmenter = new Augmenter(options, resize);
        var plain = new Augmenter(AugmentationOptions.None, resize);
        using var sheet = new ContactSheet(paths.Count * (1 + variations), new() { Columns = 1 + variations, ThumbnailWidth = 200 });
        for (var i = 0; i < paths.Count; i++) AddRow(sheet, paths[i], i, plain, augmenter, variations);
        return sheet.Image.Clone();
    }

    private static void AddRow(ContactSheet sheet, string path, int index, Augmenter plain, Augmenter augmenter, int variations)
    {
        var name = Path.GetFileName(path);
        try
        {
            using var image = RgbImage.Load(path);
            using (var original = plain.Apply(image, 0, index)) sheet.Add(original, name);
            for (var epoch = 1; epoch <= variations; epoch++)
            {
                using var varied = augmenter.Apply(image, epoch, index);
                sheet.Add(varied, FormattableString.Invariant($"epoch {epoch}"));
            }
        }
        catch (BadImageException)
        {
            for (var i = 0; i <= variations; i++) sheet.AddMissing(i == 0 ? name : "");
        }
    }
}
