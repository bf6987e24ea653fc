using MlNetVision.Data;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Onnx.Import.Darknet;
using MlNetVision.Segmentation;

namespace MlNetVision.Training.Detection;

/// <summary>Previews the augmentation of a detector's training images, with their boxes.</summary>
public static class DetectorPreview
{
    /// <summary>Draws a sheet with a row per image: resized as for prediction, then augmented as in the first epochs.</summary>
    /// <param name="network">The network that will be trained; its input size and resize hold.</param>
    /// <param name="train">The training images; the first ones are drawn, and mosaics take parts of all.</param>
    /// <param name="options">The options of the training: augmentation and random seed.</param>
    /// <param name="rows">The number of images, 1 to 50. Default: 6.</param>
    /// <param name="variations">The number of augmented versions of each image, 1 to 20. Default: 5.</param>
    /// <returns>The sheet; the caller disposes it. An image that cannot be read leaves a crossed cell.</returns>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public static RgbImage Draw(
        DarknetTrainingNetwork network, DetectionDataSet train, DetectorTrainingOptions? options = null, int rows = 6, int variations = 5)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(train);
        options ??= new();
        options.Validate();
        if (rows is < 1 or > 50) throw new ArgumentOutOfRangeException(nameof(rows), rows, "1 to 50 rows were expected.");
        if (variations is < 1 or > 20) throw new ArgumentOutOfRangeException(nameof(variations), variations, "1 to 20 variations were expected.");
        var resize = DetectorStart.ResizeOf(network);
        DetectionSampler Sampler(DetectorAugmentation augmentation) =>
            new(train.Images, train.ClassNames, augmentation, resize.Mode, resize.PadColor, options.Seed);
        var (plain, augmented) = (Sampler(DetectorAugmentation.None), Sampler(options.Augmentation));
        rows = Math.Min(rows, train.Images.Count);
        using var sheet = new ContactSheet(rows * (1 + variations), new() { Columns = 1 + variations, ThumbnailWidth = 240 });
        for (var row = 0; row < rows; row++)
        {
            Add(sheet, plain, 0, row, resize, false, train.ClassNames, Path.GetFileName(train.Images[row].Path));
            for (var epoch = 0; epoch < variations; epoch++)
            {
                var mosaic = epoch < options.Epochs - options.Augmentation.EpochsWithoutMosaic;
                Add(sheet, augmented, epoch, row, resize, mosaic, train.ClassNames, FormattableString.Invariant($"epoch {epoch + 1}"));
            }
        }
        return sheet.Image.Clone();
    }

    private static void Add(
        ContactSheet sheet, DetectionSampler sampler, int epoch, int row, ResizeOptions resize, bool mosaic, IReadOnlyList<string> labels, string name)
    {
        try
        {
            using var sample = sampler.At(epoch, row, resize.Width, resize.Height, mosaic);
            using var drawn = DetectionPainter.Draw(
                sample.Image,
                [.. sample.Objects.Select(o => new MlNetVision.Detection.Detection(labels[o.Class], o.Class, 1, BoundingBox.FromCenter(
                    o.X * resize.Width, o.Y * resize.Height, o.Width * resize.Width, o.Height * resize.Height)))],
                new DetectionPaintOptions { ShowScores = false, ClassCount = labels.Count });
            sheet.Add(drawn, name);
        }
        catch (BadImageException)
        {
            sheet.AddMissing(name);
        }
    }
}
