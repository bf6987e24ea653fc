using MlNetVision.Imaging;
using MlNetVision.Segmentation;

namespace MlNetVision.Training;

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
