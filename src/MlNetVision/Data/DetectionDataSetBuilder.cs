using MlNetVision.Imaging;
using SkiaSharp;

namespace MlNetVision.Data;

/// <summary>An image with its labels as their file has them.</summary>
/// <param name="Id">The unique id.</param>
/// <param name="Path">The image's file.</param>
/// <param name="Where">The file of the labels, for messages.</param>
/// <param name="Stated">The image's size by the labels; null where they do not state it.</param>
/// <param name="Boxes">The objects, in order.</param>
internal sealed record LabelledImage(string Id, string Path, string Where, (int Width, int Height)? Stated, IReadOnlyList<LabelledBox> Boxes);

/// <summary>One object as a file of labels has it.</summary>
/// <param name="Where">File and line, for messages.</param>
/// <param name="Label">The name of its class.</param>
/// <param name="Corners">Its box, in pixels or fractions.</param>
internal readonly record struct LabelledBox(string Where, string Label, BoxCorners Corners)
{
    public bool Difficult { get; init; }

    public bool Crowd { get; init; }

    /// <summary>Its area in square pixels where it is stated (COCO).</summary>
    public double? Area { get; init; }

    /// <summary>Its outline, where that is asked for.</summary>
    public LabelledShape? Shape { get; init; }

    /// <summary>Whether the corners and the outline are fractions of the upright image's sides (YOLO), not pixels.</summary>
    public bool IsFraction { get; init; }
}

/// <summary>
/// Makes a data set of what the readers find, the same for every format: looks at the images, turns boxes that count in an image as it
/// is stored, and corrects them.
/// </summary>
internal sealed class DetectionDataSetBuilder(DataSetReport report)
{
    private readonly List<(LabelledImage Labels, ImageHeader Header)> _images = [];

    /// <summary>The labels of each image; null where there are different ones.</summary>
    private readonly Dictionary<string, LabelledImage?> _byPath = new(StringComparer.Ordinal);

    /// <summary>Adds an image, unless its file is missing or not an image.</summary>
    public void Add(LabelledImage image)
    {
        if (!File.Exists(image.Path))
            report.LeaveOut(LeftOutKind.MissingImage, image.Path, $"{image.Where}: {image.Path} does not exist.");
        else if (ImageHeader.TryRead(image.Path) is not { } header)
            report.LeaveOut(LeftOutKind.UnreadableImage, image.Path, $"{image.Where}: {image.Path} is not a readable image.");
        else if (Path.GetFullPath(image.Path) is var path && _byPath.TryAdd(path, image)) _images.Add((image, header));
        else AddAgain(image, path);
    }

    /// <summary>An image that has labels already: it counts once if both are the same, and not at all if they differ.</summary>
    private void AddAgain(LabelledImage image, string path)
    {
        if (_byPath[path] is not { } before) return;
        if (before.Boxes.Select(box => (box.Label, box.Corners)).SequenceEqual(image.Boxes.Select(box => (box.Label, box.Corners))))
        {
            report.WarnOnce("twice", $"{image.Where}: {image.Path} has the same labels in {before.Where}; it counts once");
            return;
        }
        _byPath[path] = null;
        _images.RemoveAll(known => known.Labels == before);
        report.LeaveOut(LeftOutKind.AmbiguousImage, image.Path, $"{image.Where}: {image.Path} has other labels in {before.Where}; neither are used.");
    }

    /// <summary>The names of the classes of all boxes.</summary>
    public IEnumerable<string> Labels => _images.SelectMany(image => image.Labels.Boxes).Select(box => box.Label);

    public DetectionDataSet Build(string source, DetectionDataSetFormat format, IReadOnlyList<string> classNames)
    {
        var orientation = new BoxOrientation(_images.Select(image => (image.Header, image.Labels.Stated)));
        WarnOfFractions();
        var found = _images.ConvertAll(image => Make(image.Labels, image.Header, orientation));
        return new(source, format, classNames, found, report);
    }

    private void WarnOfFractions()
    {
        var pixels = _images.SelectMany(image => image.Labels.Boxes).Where(box => !box.IsFraction);
        if (pixels.All(box => Math.Max(Math.Abs(box.Corners.Right), Math.Abs(box.Corners.Bottom)) <= 1) && pixels.FirstOrDefault() is { Where: { } where })
            report.Warn($"{where}: no box reaches beyond the first pixel; this format counts in pixels, not in fractions of the image");
    }

    private AnnotatedImage Make(LabelledImage image, ImageHeader header, BoxOrientation orientation)
    {
        var (width, height) = header.Size;
        var isTurned = false;
        if (!image.Boxes.All(box => box.IsFraction)) isTurned = orientation.IsStored(image, header, report);
        var boxes = new GroundTruthBoxes(report, width, height);
        foreach (var box in image.Boxes)
        {
            var corners = box.IsFraction ? box.Corners.Scale(width, height) : box.Corners;
            boxes.Add(box, isTurned ? corners.Turn(header) : corners, ShapeOf(box, header, isTurned));
        }
        return new(image.Id, image.Path, width, height, boxes.Boxes);
    }

    private ObjectShape? ShapeOf(LabelledBox box, ImageHeader header, bool isTurned)
    {
        if (box.Shape is not { } shape) return null;
        var (width, height) = header.Size;
        var size = isTurned ? (header.StoredWidth, header.StoredHeight) : header.Size;
        if (shape.Runs is { } runs && (runs.Width, runs.Height) != size)
        {
            report.Warn($"{box.Where}: its runs are of {runs.Width}×{runs.Height} pixels, its image has {size.Item1}×{size.Item2}; it has no mask");
            return null;
        }
        return new(box.IsFraction ? shape.Scale(width, height) : shape, width, height, isTurned ? header : null);
    }
}

/// <summary>
/// Whether boxes count in an image as stored or as EXIF turns it. Programs that label do either; the size that they state tells. Where
/// it does not (a half turn, a mirrored or a square image, no size), the other images of the data set do, since one program labelled them.
/// </summary>
internal sealed class BoxOrientation
{
    private readonly bool _storedOnly;
    private readonly bool _uprightSeen;

    public BoxOrientation(IEnumerable<(ImageHeader Header, (int, int)? Stated)> images)
    {
        var storedSeen = false;
        foreach (var (header, stated) in images)
        {
            if (!IsTold(header, stated)) continue;
            if (stated == header.Size) _uprightSeen = true;
            else storedSeen = true;
        }
        _storedOnly = storedSeen && !_uprightSeen;
    }

    /// <summary>Whether the boxes of an image count in its stored pixels. The choice is reported once; so are sizes that fit neither.</summary>
    public bool IsStored(LabelledImage image, ImageHeader header, DataSetReport report)
    {
        var (stored, upright) = ((header.StoredWidth, header.StoredHeight), header.Size);
        if (image.Stated is { } stated && stated != stored && stated != upright)
        {
            var (said, has) = ($"{stated.Width}×{stated.Height}", $"{upright.Width}×{upright.Height}");
            report.Warn($"{image.Where}: states {said}, but the upright image {image.Path} has {has}; its boxes are taken as pixels of the latter");
            return false;
        }
        if (!header.IsTurned) return false;
        if (IsTold(header, image.Stated) ? image.Stated == stored : _storedOnly)
        {
            report.WarnOnce("stored", $"{image.Where}: its boxes count in the image as stored, before EXIF turns it; they are turned with it");
            return true;
        }
        if (!IsTold(header, image.Stated) && !_uprightSeen)
        {
            report.WarnOnce("upright", $"{image.Where}: EXIF turns the image, and nothing tells whether its boxes are turned too; "
                + "they are taken as those of the upright image");
        }
        return false;
    }

    private static bool IsTold(ImageHeader header, (int, int)? stated)
    {
        var stored = (header.StoredWidth, header.StoredHeight);
        return header.IsTurned && stored != header.Size && (stated == stored || stated == header.Size);
    }
}

/// <summary>A box as in the file; its corners may be swapped or lie outside the image.</summary>
internal readonly record struct BoxCorners(double Left, double Top, double Right, double Bottom)
{
    public bool AreFinite => double.IsFinite(Left) && double.IsFinite(Top) && double.IsFinite(Right) && double.IsFinite(Bottom);

    public bool HasArea => Right != Left && Bottom != Top;

    public bool AreSwapped => Right < Left || Bottom < Top;

    /// <summary>The smallest box around points, x and y in turn; null where there is no point.</summary>
    public static BoxCorners? Around(ReadOnlySpan<double> points)
    {
        if (points.Length < 2) return null;
        var (left, top, right, bottom) = (points[0], points[1], points[0], points[1]);
        for (var i = 2; i + 1 < points.Length; i += 2)
        {
            (left, right) = (Math.Min(left, points[i]), Math.Max(right, points[i]));
            (top, bottom) = (Math.Min(top, points[i + 1]), Math.Max(bottom, points[i + 1]));
        }
        return new(left, top, right, bottom);
    }

    public BoxCorners PutRight() => new(Math.Min(Left, Right), Math.Min(Top, Bottom), Math.Max(Left, Right), Math.Max(Top, Bottom));

    public BoxCorners Clip(int width, int height) => new(Math.Max(0, Left), Math.Max(0, Top), Math.Min(width, Right), Math.Min(height, Bottom));

    public BoxCorners Scale(double x, double y) => new(Left * x, Top * y, Right * x, Bottom * y);

    /// <summary>The box in the upright image, of one in the stored image.</summary>
    public BoxCorners Turn(ImageHeader header)
    {
        var (w, h) = (header.StoredWidth, header.StoredHeight);
        return header.Origin switch
        {
            SKEncodedOrigin.TopRight => new(w - Right, Top, w - Left, Bottom),
            SKEncodedOrigin.BottomRight => new(w - Right, h - Bottom, w - Left, h - Top),
            SKEncodedOrigin.BottomLeft => new(Left, h - Bottom, Right, h - Top),
            SKEncodedOrigin.LeftTop => new(Top, Left, Bottom, Right),
            SKEncodedOrigin.RightTop => new(h - Bottom, Left, h - Top, Right),
            SKEncodedOrigin.RightBottom => new(h - Bottom, w - Right, h - Top, w - Left),
            SKEncodedOrigin.LeftBottom => new(Top, w - Right, Bottom, w - Left),
            _ => this,
        };
    }

    /// <summary>How far, in pixels, another box lies outside this one.</summary>
    public double Overhang(BoxCorners other) =>
        Math.Max(Math.Max(Left - other.Left, Top - other.Top), Math.Max(other.Right - Right, other.Bottom - Bottom));

    public BoundingBox ToBox() => new((float)Left, (float)Top, (float)Right, (float)Bottom);
}
