using MlNetVision.Stress.Drawn;
using SkiaSharp;

namespace MlNetVision.Stress.DataSets;

/// <summary>A box that a data set is meant to have, in whole pixels of the upright image, from edge to edge.</summary>
internal readonly record struct MeantBox(string Label, double Left, double Top, double Right, double Bottom)
{
    public bool Ignored { get; init; }

    public double Width => Right - Left;

    public double Height => Bottom - Top;
}

/// <summary>An image that a data set is meant to have.</summary>
/// <param name="Stem">Its file name without extension.</param>
/// <param name="Width">The width in pixels as it is stored.</param>
/// <param name="Height">The height as it is stored.</param>
/// <param name="Orientation">EXIF's orientation, 1 to 8.</param>
/// <param name="Boxes">Its boxes, in the upright image.</param>
internal sealed record MeantImage(string Stem, int Width, int Height, int Orientation, IReadOnlyList<MeantBox> Boxes)
{
    /// <summary>The size of the upright image: orientations from 5 on swap the sides.</summary>
    public (int Width, int Height) Upright => Orientation >= 5 ? (Height, Width) : (Width, Height);

    /// <summary>
    /// A box of the upright image in the stored one, worked out from what EXIF says that row 0 and column 0 of the stored image are in the
    /// upright one (Exif 2.3, 4.6.4): 6, for one, is row 0 at the right and column 0 at the top.
    /// </summary>
    public MeantBox ToStored(MeantBox box)
    {
        var (w, h) = (Width, Height);
        var (left, top, right, bottom) = (box.Left, box.Top, box.Right, box.Bottom);
        return Orientation switch
        {
            2 => box with { Left = w - right, Right = w - left },
            3 => box with { Left = w - right, Top = h - bottom, Right = w - left, Bottom = h - top },
            4 => box with { Top = h - bottom, Bottom = h - top },
            5 => box with { Left = top, Top = left, Right = bottom, Bottom = right },
            6 => box with { Left = top, Top = h - right, Right = bottom, Bottom = h - left },
            7 => box with { Left = w - bottom, Top = h - right, Right = w - top, Bottom = h - left },
            8 => box with { Left = w - bottom, Top = left, Right = w - top, Bottom = right },
            _ => box,
        };
    }
}

/// <summary>A data set that is to be written: its images, how they are stored, and whether labels count in the images as stored.</summary>
/// <param name="Images">The images.</param>
/// <param name="Extension">The extension of the images, which is their format.</param>
/// <param name="IsStored">Whether boxes and sizes in the labels are those of the stored, unturned images.</param>
internal sealed record MeantSet(IReadOnlyList<MeantImage> Images, string Extension, bool IsStored)
{
    private static readonly Dictionary<(int, int, string, int), byte[]> Encoded = [];

    /// <summary>The classes, in the order of their indices.</summary>
    public IReadOnlyList<string> Labels { get; init; } = ["cat", "dog"];

    /// <summary>Random boxes on images of random sizes, all of one orientation; one more tells of stored boxes, where half turns and mirrors do not.</summary>
    public static MeantSet Random(int seed, int orientation, string extension, bool isStored, IReadOnlyList<string> labels)
    {
        var random = new Random(seed);
        var images = Enumerable.Range(0, 2).Select(i => Image(random, $"im{i}", orientation, labels)).ToList();
        if (isStored) images.Add(Image(random, "im9", 6, labels));
        return new(images, extension, isStored) { Labels = labels };
    }

    /// <summary>The size and boxes that the labels state.</summary>
    public (int Width, int Height) Stated(MeantImage image) => IsStored ? (image.Width, image.Height) : image.Upright;

    public IEnumerable<MeantBox> Stated(MeantImage image, IEnumerable<MeantBox> boxes) => IsStored ? boxes.Select(image.ToStored) : boxes;

    public IEnumerable<MeantBox> StatedBoxes(MeantImage image) => Stated(image, image.Boxes);

    public void WriteImages(string folder, Func<MeantImage, string>? name = null)
    {
        foreach (var image in Images)
        {
            var path = Path.Combine(folder, (name?.Invoke(image) ?? image.Stem) + Extension);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, Bytes(image));
        }
    }

    private byte[] Bytes(MeantImage image)
    {
        var key = (image.Width, image.Height, Extension, image.Orientation);
        lock (Encoded)
        {
            if (Encoded.TryGetValue(key, out var known)) return known;
            var format = Extension switch { ".jpg" => SKEncodedImageFormat.Jpeg, ".png" => SKEncodedImageFormat.Png, _ => SKEncodedImageFormat.Webp };
            var bytes = DrawnImages.Encode(image.Width, image.Height, format);
            return Encoded[key] = image.Orientation == 1 ? bytes : ExifWriter.Add(bytes, image.Orientation, isLittle: image.Orientation % 2 == 0, image.Width, image.Height);
        }
    }

    private static MeantImage Image(Random random, string stem, int orientation, IReadOnlyList<string> labels)
    {
        // Few sizes, so that images are encoded once; none is a square, whose sides tell nothing.
        var (width, height) = random.Next(2) == 0 ? (64, 40) : (48, 72);
        var (w, h) = orientation >= 5 ? (height, width) : (width, height);
        var boxes = labels.Select(label =>
        {
            var (left, top) = (random.Next(w - 12), random.Next(h - 12));
            return new MeantBox(label, left, top, left + random.Next(6, w - left), top + random.Next(6, h - top));
        });
        return new(stem, width, height, orientation, [.. boxes]);
    }
}

/// <summary>One way in which programs write a format.</summary>
/// <param name="Name">What is odd.</param>
/// <param name="Write">Writes the data set into a folder, and gives the path to open.</param>
internal sealed record Oddity(string Name, Func<MeantSet, string, string> Write)
{
    /// <summary>What the reader must leave out: what was added to the set that it cannot use.</summary>
    public int LeftOut { get; init; }

    /// <summary>Whether the labels state sizes, so that boxes of the stored images are known as such.</summary>
    public bool StatesSize { get; init; } = true;

    public IReadOnlyList<string> Labels { get; init; } = ["cat", "dog"];
}
