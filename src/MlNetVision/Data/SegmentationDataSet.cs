using MlNetVision.Imaging;

namespace MlNetVision.Data;

/// <summary>Images and their masks as ground truth, in folders of the same structure: <c>images/a/b.jpg</c> goes with <c>masks/a/b.png</c>.</summary>
/// <remarks>
/// A mask is one of these:
/// <list type="bullet">
/// <item>
/// A PNG file (<see cref="Segmentation.MaskPng"/>) of the image's name, or with one of the endings that data sets use: <c>b.mask.png</c> (this
/// project), <c>b_mask.png</c>, <c>b_labelIds.png</c>, <c>b_L.png</c> (CamVid), and <c>c_gtFine_labelIds.png</c> for Cityscapes'
/// <c>c_leftImg8bit.png</c>; or with the ending of <see cref="SegmentationDataSetOptions.MaskSuffix"/>. An ending wins over the bare name.
/// </item>
/// <item>A LabelMe file <c>b.json</c>, whose rectangles, polygons and circles are drawn in their order.</item>
/// <item>The polygons and runs of a COCO file, for the image that it names.</item>
/// </list>
/// Both folders may be the same, or the masks' inside the images': a mask does not count as an image. Of images that differ in
/// the extension only, the first in the order of <see cref="ImageFiles.Extensions"/> is taken.
/// Names are case-sensitive. Images and PNG masks are not opened here.
/// </remarks>
public sealed class SegmentationDataSet
{
    private const int Listed = 10;

    private SegmentationDataSet(string images, string masks, MaskPairs pairs, DataSetReport report)
    {
        if (pairs.Found.Count == 0)
        {
            var first = report.LeftOut.FirstOrDefault(item => item.Kind is LeftOutKind.UnreadableMask) is { Reason: { } reason } ? $" {reason}" : "";
            throw new BadDataSetException(
                $"{images}: none of the images ({List(pairs.WithoutMask)}) has a mask in {masks} ({List(pairs.Unused)}). "
                + $"Expected: a mask NAME.png for an image NAME.jpg, in the same sub-folder if any, or the ending of the masks' names (--mask-suffix).{first}");
        }
        foreach (var image in pairs.WithoutMask) report.LeaveOut(LeftOutKind.MissingMask, image, $"{image}: there is no mask for this image in {masks}.");
        foreach (var mask in pairs.Unused) report.LeaveOut(LeftOutKind.UnusedMask, mask, $"{mask}: there is no image for this mask in {images}.");
        (Images, ImagesWithoutMask, MasksWithoutImage) = (pairs.Found, pairs.WithoutMask, pairs.Unused);
        (Warnings, LeftOut) = (report.Warnings, report.LeftOut);
    }

    /// <summary>The pairs, at least one, in ordinal order of their names.</summary>
    public IReadOnlyList<MaskedImage> Images { get; }

    /// <summary>The images without a mask; they cannot be evaluated.</summary>
    public IReadOnlyList<string> ImagesWithoutMask { get; }

    /// <summary>The masks without an image.</summary>
    public IReadOnlyList<string> MasksWithoutImage { get; }

    /// <summary>Messages on what is odd.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>What cannot be used, each with its reason: images without a mask, masks without an image, folders and files that cannot be read.</summary>
    public IReadOnlyList<LeftOut> LeftOut { get; }

    /// <summary>Pairs the images in and below a folder with the masks in and below another; or two files: one image with one mask.</summary>
    /// <param name="images">The images' folder; or one image.</param>
    /// <param name="masks">The masks' folder, or a COCO file; or one mask, as PNG or LabelMe file.</param>
    /// <param name="options">How masks are named; null: as the remarks say.</param>
    /// <exception cref="BadDataSetException">
    /// A folder is missing or cannot be read, no image has a mask, or something would be left out that may not.
    /// </exception>
    public static SegmentationDataSet Open(string images, string masks, SegmentationDataSetOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(images);
        ArgumentException.ThrowIfNullOrEmpty(masks);
        options ??= new();
        var report = new DataSetReport(options.Strict);
        try
        {
            return new(images, masks, Pair(images, masks, options, report), report);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadDataSetException($"{images}, {masks}: the data set cannot be read: {e.Message}", e);
        }
    }

    private static MaskPairs Pair(string images, string masks, SegmentationDataSetOptions options, DataSetReport report)
    {
        var isShapes = File.Exists(masks) && DataSetLayout.IsJson(masks);
        if (File.Exists(images) && File.Exists(masks) && !isShapes)
            return new([new(Path.GetFileNameWithoutExtension(images), images, masks)], [], []);
        var found = File.Exists(images) && isShapes
            ? new() { [Path.GetFileNameWithoutExtension(images)] = images }
            : ImagesOf(Folder(images, "images"), masks, report);
        if (isShapes) return ShapePairs(found, ShapesOf(masks, report));
        var pairs = PngPairs(found, Folder(masks, "masks"), options, report);
        if (pairs.Found.Count > 0) return pairs;
        // Labelling tools write shapes, not masks.
        return DataSetLayout.ShapesIn(masks) is { } shapes ? ShapePairs(found, ShapesOf(shapes, report)) : pairs;
    }

    private static string Folder(string path, string content)
    {
        if (Directory.Exists(path)) return path;
        throw new BadDataSetException(File.Exists(path)
            ? $"{path}: is a file; expected a folder of {content} (or one image and one mask)."
            : $"{path}: there is no such folder; expected a folder of {content}.");
    }

    private static Dictionary<string, ShapesOfImage> ShapesOf(string path, DataSetReport report) =>
        File.Exists(path) && DataSetLayout.FormatOf(path) is not DetectionDataSetFormat.LabelMe
            ? MaskShapeReader.Coco(path, report)
            : MaskShapeReader.LabelMe(path, report);

    /// <summary>The images by their paths below the folder, without extension; those in a folder of masks below it do not count.</summary>
    private static Dictionary<string, string> ImagesOf(string folder, string masks, DataSetReport report)
    {
        var (files, others) = (new Dictionary<string, string>(StringComparer.Ordinal), new UnreadFormats());
        var inside = Path.GetFullPath(masks + Path.DirectorySeparatorChar);
        var own = Path.GetFullPath(folder + Path.DirectorySeparatorChar);
        var isInside = inside.Length > own.Length && inside.StartsWith(own, StringComparison.Ordinal);
        void Skip(string error) => report.LeaveOut(LeftOutKind.UnreadableFolder, folder, error);
        foreach (var file in ImageWalk.In(folder, recursive: true, Skip, others).OrderBy(ImageWalk.Rank))
            if (!isInside || !Path.GetFullPath(file).StartsWith(inside, StringComparison.Ordinal)) files.TryAdd(ImagesByName.RelativeStem(folder, file), file);
        report.LeaveOut(others);
        return files;
    }

    private static MaskPairs PngPairs(Dictionary<string, string> images, string folder, SegmentationDataSetOptions options, DataSetReport report)
    {
        var masks = new Dictionary<string, string>(StringComparer.Ordinal);
        void Skip(string error) => report.LeaveOut(LeftOutKind.UnreadableFolder, folder, error);
        foreach (var file in ImageWalk.Files(folder, MaskNames.IsPng, recursive: true, Skip)) masks.TryAdd(ImagesByName.RelativeStem(folder, file), file);
        var names = new MaskNames(options.MaskSuffix);
        var (found, used) = (new List<MaskedImage>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var (name, image) in images.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            var own = Path.GetFullPath(image);
            var mask = names.For(name).Select(masks.GetValueOrDefault).FirstOrDefault(file => file is not null && Path.GetFullPath(file) != own);
            if (mask is null) continue;
            found.Add(new(name, image, mask));
            used.Add(Path.GetFullPath(mask));
        }
        // In one folder, a mask is no image; an image that has a mask is none itself.
        found.RemoveAll(pair => used.Contains(Path.GetFullPath(pair.Image)));
        var paired = found.SelectMany(pair => new[] { Path.GetFullPath(pair.Image), Path.GetFullPath(pair.Mask) }).ToHashSet(StringComparer.Ordinal);
        var known = found.Select(pair => MaskNames.Base(pair.Name)).ToHashSet(StringComparer.Ordinal);
        var allMasks = masks.Values.Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        return new(found,
            [.. images.Values.Where(image => !paired.Contains(Path.GetFullPath(image)) && !allMasks.Contains(Path.GetFullPath(image))).Order(StringComparer.Ordinal)],
            [.. masks.Where(mask => !paired.Contains(Path.GetFullPath(mask.Value)) && !known.Contains(MaskNames.Base(mask.Key)))
                .Select(mask => mask.Value).Order(StringComparer.Ordinal)]);
    }

    private static MaskPairs ShapePairs(Dictionary<string, string> images, Dictionary<string, ShapesOfImage> shapes)
    {
        var byStem = images.Keys.GroupBy(name => name[(name.LastIndexOf('/') + 1)..], StringComparer.Ordinal)
            .Where(same => same.Count() == 1).ToDictionary(same => same.Key, same => same.First(), StringComparer.Ordinal);
        var (found, unused, paired) = (new List<MaskedImage>(), new List<string>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var (name, shape) in shapes)
        {
            var stated = shape.Image is { } written ? Path.GetFileNameWithoutExtension(written.Replace('\\', '/')) : null;
            var image = images.ContainsKey(name) ? name : byStem.GetValueOrDefault(name[(name.LastIndexOf('/') + 1)..])
                ?? (stated is null ? null : byStem.GetValueOrDefault(stated));
            if (image is null) unused.Add(shape.File.EndsWith(name + ".json", StringComparison.Ordinal) ? shape.File : $"{shape.File}: {name}");
            else if (shape.Shapes is not { } drawn) paired.Add(image);
            else if (paired.Add(image)) found.Add(new(image, images[image], shape.File) { Shapes = drawn });
            else unused.Add($"{shape.File}: {name}");
        }
        return new([.. found.OrderBy(pair => pair.Name, StringComparer.Ordinal)],
            [.. images.Where(image => !paired.Contains(image.Key)).Select(image => image.Value).Order(StringComparer.Ordinal)], unused);
    }

    private static string List(IReadOnlyList<string> files) =>
        files.Count == 0 ? "none" : string.Join(", ", files.Take(Listed)) + (files.Count > Listed ? $", … ({files.Count} in all)" : "");

    private sealed record MaskPairs(IReadOnlyList<MaskedImage> Found, IReadOnlyList<string> WithoutMask, IReadOnlyList<string> Unused);
}

/// <summary>The options of <see cref="SegmentationDataSet.Open"/>.</summary>
public sealed record SegmentationDataSetOptions
{
    /// <summary>
    /// What stands behind an image's name in its mask's, such as <c>_gtFine_labelTrainIds</c>, with or without <c>.png</c>. Null (default): the usual
    /// endings.
    /// </summary>
    public string? MaskSuffix { get; init; }

    /// <summary>Whether anything that would be left out (<see cref="SegmentationDataSet.LeftOut"/>) is an error instead. Default false.</summary>
    public bool Strict { get; init; }
}

/// <summary>An image with the ground truth of its pixels: a mask of class indices.</summary>
/// <param name="Name">Both files' path below their folders, without extension and with forward slashes: unique in the data set.</param>
/// <param name="Image">The image's file; it existed when the data set was opened.</param>
/// <param name="Mask">The mask's file, likewise: a PNG file, or the JSON file of its shapes.</param>
public sealed record MaskedImage(string Name, string Image, string Mask)
{
    /// <summary>The shapes that the mask is drawn of; null where it is a PNG file.</summary>
    internal MaskShapes? Shapes { get; init; }
}

/// <summary>The names that an image's mask may have.</summary>
/// <param name="suffix">The only ending that masks have, with or without <c>.png</c>; null: the usual ones.</param>
internal sealed class MaskNames(string? suffix)
{
    private const string CityscapesImage = "_leftImg8bit";

    private readonly string? _suffix = suffix is not null && IsPng(suffix) ? Path.ChangeExtension(suffix, null) : suffix;

    // An ending wins over the bare name, which may be the image's own.
    private static readonly string[] Endings = [".mask", "_mask", "_labelIds", "_L", ""];
    private static readonly string[] CityscapesEndings = ["_gtFine_labelIds", "_gtCoarse_labelIds"];

    /// <summary>What Cityscapes has beside the masks.</summary>
    private static readonly string[] CityscapesViews =
        ["_gtFine_labelIds", "_gtFine_labelTrainIds", "_gtFine_instanceIds", "_gtFine_color", "_gtCoarse_labelIds", "_gtCoarse_instanceIds", "_gtCoarse_color"];

    public static bool IsPng(string path) => Path.GetExtension(path).Equals(".png", StringComparison.OrdinalIgnoreCase);

    /// <summary>The names to look for, the best first.</summary>
    public IEnumerable<string> For(string image)
    {
        var city = image.EndsWith(CityscapesImage, StringComparison.Ordinal) ? image[..^CityscapesImage.Length] : null;
        if (_suffix is not null) return city is null ? [image + _suffix] : [image + _suffix, city + _suffix];
        var names = Endings.Select(ending => image + ending);
        return city is null ? names : CityscapesEndings.Select(ending => city + ending).Concat(names);
    }

    /// <summary>The part of a name that the images of one scene of Cityscapes share; the name itself elsewhere.</summary>
    public static string Base(string name)
    {
        var ending = name.EndsWith(CityscapesImage, StringComparison.Ordinal)
            ? CityscapesImage
            : Array.Find(CityscapesViews, view => name.EndsWith(view, StringComparison.Ordinal));
        return ending is null ? name : name[..^ending.Length];
    }
}
