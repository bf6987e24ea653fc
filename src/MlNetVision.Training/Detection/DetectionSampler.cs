using MlNetVision.Data;
using MlNetVision.Gradients.Losses;
using MlNetVision.Imaging;

namespace MlNetVision.Training.Detection;

/// <summary>
/// Training images with their objects, augmented anew in every epoch. A sample depends on the random seed, the epoch, the row and the size alone.
/// Thread-safe.
/// </summary>
/// <param name="images">The images; all of them can be read.</param>
/// <param name="labels">The class names by index.</param>
/// <param name="options">The ranges of the augmentation.</param>
/// <param name="fit">How images are resized for prediction.</param>
/// <param name="padColor">The colour beyond an image's edges.</param>
/// <param name="seed">The random seed.</param>
internal sealed class DetectionSampler(
    IReadOnlyList<AnnotatedImage> images, IReadOnlyList<string> labels, DetectorAugmentation options, ResizeMode fit, RgbColor padColor, int seed)
{
    /// <summary>An object whose box is cut to less than this part of the image's side is left out.</summary>
    private const double LeastSide = 0.002;

    private static readonly AugmentationOptions NoRanges = AugmentationOptions.None;

    private readonly Dictionary<string, int> _classes = labels.Select((label, i) => (label, i)).ToDictionary(p => p.label, p => p.i, StringComparer.Ordinal);

    public int Count => images.Count;

    /// <summary>A sample; the caller disposes it.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="row">The image.</param>
    /// <param name="width">The network's width.</param>
    /// <param name="height">The network's height.</param>
    /// <param name="mosaic">Whether it may be put together of four images.</param>
    public DetectionSample At(int epoch, int row, int width, int height, bool mosaic)
    {
        var random = new SeededRandom(seed, epoch, row);
        return mosaic && random.NextBool(options.Mosaic)
            ? Mosaic(ref random, row, width, height)
            : Part(ref random, row, width, height, 1, 1);
    }

    /// <summary>Parts of four images around a point, each at the scale that it has alone.</summary>
    private DetectionSample Mosaic(ref SeededRandom random, int row, int width, int height)
    {
        var (left, top) = ((int)(random.Between(0.3, 0.7) * width), (int)(random.Between(0.3, 0.7) * height));
        var sheet = new RgbImage(width, height);
        var objects = new List<YoloObject>();
        try
        {
            for (var quarter = 0; quarter < 4; quarter++)
            {
                var (x, y) = (quarter % 2 == 0 ? 0 : left, quarter / 2 == 0 ? 0 : top);
                var (w, h) = (x == 0 ? left : width - left, y == 0 ? top : height - top);
                var which = quarter == 0 ? row : (int)random.Between(0, images.Count);
                using var part = Part(ref random, Math.Min(which, images.Count - 1), w, h, (double)w / width, (double)h / height);
                for (var line = 0; line < h; line++) part.Image.Words.Slice(line * w, w).CopyTo(sheet.Words.Slice(((y + line) * width) + x, w));
                objects.AddRange(part.Objects.Select(o => o with
                {
                    X = (x + (o.X * w)) / width, Y = (y + (o.Y * h)) / height, Width = o.Width * w / width, Height = o.Height * h / height,
                }));
            }
            return new DetectionSample(sheet, objects);
        }
        catch
        {
            sheet.Dispose();
            throw;
        }
    }

    /// <summary>A part of an augmented image, somewhere within it.</summary>
    private DetectionSample Part(ref SeededRandom random, int row, int width, int height, double partX, double partY)
    {
        var annotated = images[row];
        using var source = RgbImage.Load(annotated.Path);
        // The whole as for prediction: of the network's aspect ratio, of which this is a part.
        var whole = CropBox.For(
            new ResizeOptions { Width = Math.Max(1, (int)Math.Round(width / partX)), Height = Math.Max(1, (int)Math.Round(height / partY)), Mode = fit },
            source.Width, source.Height);
        var crop = Cut(ref random, Move(ref random, whole), partX, partY);
        var augmentation = new Augmentation
        {
            Crop = crop,
            FlipHorizontally = random.NextBool(options.HorizontalFlip),
            FlipVertically = random.NextBool(options.VerticalFlip),
            Brightness = random.Between(1 - options.Brightness, 1 + options.Brightness),
            Contrast = random.Between(1 - options.Contrast, 1 + options.Contrast),
            Saturation = random.Between(1 - options.Saturation, 1 + options.Saturation),
            Hue = random.Between(-options.Hue, options.Hue),
        };
        var augmenter = new Augmenter(NoRanges with { Border = padColor }, new ResizeOptions { Width = width, Height = height, Mode = ResizeMode.Stretch });
        // The header's size may differ from the upright image's where a data set states another.
        var (scaleX, scaleY) = ((double)source.Width / annotated.Width, (double)source.Height / annotated.Height);
        return new DetectionSample(augmenter.Apply(source, augmentation),
            [.. annotated.Boxes.Where(b => !b.Ignored).Select(b => Place(b, augmentation, scaleX, scaleY)).OfType<YoloObject>()]);
    }

    private CropBox Move(ref SeededRandom random, CropBox box)
    {
        var (left, right) = (random.Between(-options.Jitter, options.Jitter) * box.Width, random.Between(-options.Jitter, options.Jitter) * box.Width);
        var (top, bottom) = (random.Between(-options.Jitter, options.Jitter) * box.Height, random.Between(-options.Jitter, options.Jitter) * box.Height);
        var log = Math.Log(options.Scale);
        var factor = Math.Exp(random.Between(-log, log));
        var (width, height) = (Math.Max(1, box.Width - left - right), Math.Max(1, box.Height - top - bottom));
        return new CropBox(box.Left + left + (width * (1 - factor) / 2), box.Top + top + (height * (1 - factor) / 2), width * factor, height * factor);
    }

    private static CropBox Cut(ref SeededRandom random, CropBox box, double partX, double partY) => partX == 1 && partY == 1 ? box : new CropBox(
        box.Left + (random.Between(0, 1 - partX) * box.Width), box.Top + (random.Between(0, 1 - partY) * box.Height), box.Width * partX, box.Height * partY);

    /// <summary>The object in fractions of the crop; null where its centre lies outside, or nothing of it is left.</summary>
    private YoloObject? Place(GroundTruthBox truth, Augmentation augmentation, double scaleX, double scaleY)
    {
        var (box, crop) = (truth.Box, augmentation.Crop);
        var (left, right) = Along(box.Left * scaleX, box.Right * scaleX, crop.Left, crop.Width, augmentation.FlipHorizontally);
        var (top, bottom) = Along(box.Top * scaleY, box.Bottom * scaleY, crop.Top, crop.Height, augmentation.FlipVertically);
        if ((left + right) / 2 is < 0 or >= 1 || (top + bottom) / 2 is < 0 or >= 1) return null;
        (left, right, top, bottom) = (Math.Max(0, left), Math.Min(1, right), Math.Max(0, top), Math.Min(1, bottom));
        if (right - left < LeastSide || bottom - top < LeastSide) return null;
        return new YoloObject((float)((left + right) / 2), (float)((top + bottom) / 2), (float)(right - left), (float)(bottom - top), _classes[truth.Label]);
    }

    private static (double Low, double High) Along(double low, double high, double start, double length, bool flip)
    {
        var (a, b) = ((low - start) / length, (high - start) / length);
        return flip ? (1 - b, 1 - a) : (a, b);
    }
}

/// <summary>An image of the network's size with its objects. The owner disposes it.</summary>
/// <param name="Image">The image.</param>
/// <param name="Objects">Its objects, in fractions of the image.</param>
internal sealed record DetectionSample(RgbImage Image, IReadOnlyList<YoloObject> Objects) : IDisposable
{
    public void Dispose() => Image.Dispose();
}
