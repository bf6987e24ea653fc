using MlNetVision.Data;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Onnx.Import.Darknet;
using MlNetVision.Segmentation;

namespace MlNetVision.Training.Detection;

/// <summary>Previews the training images of a detector with their boxes, before a training.</summary>
public static class DetectorPreview
{
    /// <summary>The width of a cell; an image is drawn with its boxes as large as it is shown.</summary>
    private const int CellWidth = 320;

    private const int CellHeight = CellWidth * 3 / 4;

    /// <summary>
    /// Draws a sheet with a row per image: resized as for prediction, then as training takes it in the first epochs, mosaics among them, all with their
    /// boxes. The first column names the classes, each of which has one colour in all. The images are spread evenly over the data set.
    /// </summary>
    /// <param name="network">The network, whose <c>.cfg</c> states the input size and how images are resized to it.</param>
    /// <param name="train">The training images. Training leaves out those that it cannot read; where there are some, it draws other samples of the rest.</param>
    /// <param name="options">The settings: augmentation, random seed, and the number of epochs, the last of which have no mosaics. Null: the defaults.</param>
    /// <param name="images">The number of images, 1 to 100; fewer where the data set has fewer. Default: 6.</param>
    /// <param name="variations">The number of epochs, 1 to 20. Default: 5.</param>
    /// <returns>
    /// The sheet; the caller disposes it. An image that cannot be read leaves a crossed row, a mosaic with a part of one a crossed cell.
    /// </returns>
    /// <exception cref="ArgumentException">A number or an option lies outside its range.</exception>
    public static RgbImage Draw(
        DarknetTrainingNetwork network, DetectionDataSet train, DetectorTrainingOptions? options = null, int images = 6, int variations = 5)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(train);
        options ??= new();
        if (images is < 1 or > 100) throw new ArgumentOutOfRangeException(nameof(images), images, "1 to 100 images were expected.");
        if (variations is < 1 or > 20) throw new ArgumentOutOfRangeException(nameof(variations), variations, "1 to 20 variations were expected.");
        options.Validate();
        var count = Math.Min(images, train.Images.Count);
        var plain = DetectionSampler.For(network, train.Images, train.ClassNames, options with { Augmentation = DetectorAugmentation.None });
        var augmented = DetectionSampler.For(network, train.Images, train.ClassNames, options);
        var size = DetectorStart.ResizeOf(network);
        using var sheet = new ContactSheet(count * (1 + variations), new() { Columns = 1 + variations, ThumbnailWidth = CellWidth });
        for (var i = 0; i < count; i++)
        {
            var (first, row) = (i * (1 + variations), (int)((long)i * train.Images.Count / count));
            var name = Path.GetFileName(train.Images[row].Path);
            var isRead = Add(sheet, first, name, train.ClassNames, names: true, () => plain.At(0, row, size.Width, size.Height, mosaic: false));
            for (var epoch = 0; epoch < variations; epoch++)
            {
                var (cell, at) = (first + 1 + epoch, epoch);
                Add(sheet, cell, isRead ? FormattableString.Invariant($"epoch {epoch + 1}") : "", train.ClassNames, names: false,
                    () => augmented.At(at, row, size.Width, size.Height, options.HasMosaics(at)));
            }
        }
        return sheet.Image.Clone();
    }

    /// <summary>Adds a sample to the sheet, or a crossed cell where an image cannot be read.</summary>
    private static bool Add(ContactSheet sheet, int cell, string name, IReadOnlyList<string> labels, bool names, Func<DetectionSample> draw)
    {
        try
        {
            using var sample = draw();
            using var painted = Paint(sample, labels, names);
            sheet.Add(cell, painted, name);
            return true;
        }
        catch (BadImageException)
        {
            // Cells come in order, so this is the next free one.
            sheet.AddMissing(name);
            return false;
        }
    }

    private static RgbImage Paint(DetectionSample sample, IReadOnlyList<string> labels, bool names)
    {
        var image = sample.Image;
        var scale = Math.Min(1, Math.Min((double)CellWidth / image.Width, (double)CellHeight / image.Height));
        var (width, height) = (Math.Max(1, (int)Math.Round(image.Width * scale)), Math.Max(1, (int)Math.Round(image.Height * scale)));
        using var small = ImageResizer.Resize(image,
            new() { Width = width, Height = height, Mode = ResizeMode.Stretch, Resampler = Resampler.Area }, out _);
        var boxes = sample.Objects.Select(o => new MlNetVision.Detection.Detection(
            labels[o.Class], o.Class, 1, BoundingBox.FromCenter(o.X * width, o.Y * height, o.Width * width, o.Height * height)));
        return DetectionPainter.Draw(small, [.. boxes], new() { ShowLabels = names, ShowScores = false, ClassCount = labels.Count });
    }
}
