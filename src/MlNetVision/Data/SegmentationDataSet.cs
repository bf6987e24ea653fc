using MlNetVision.Imaging;

namespace MlNetVision.Data;

/// <summary>Images and their masks as ground truth, in folders of the same structure: <c>images/a/b.jpg</c> goes with <c>masks/a/b.png</c>.</summary>
/// <remarks>
/// Masks are 8-bit PNG files whose pixels are class indices (Pascal VOC, CamVid, and what this project writes); <c>b.mask.png</c> wins
/// over <c>b.png</c>. Both folders may be the same, or the masks' inside the images': a mask does not count as an image. Of images that differ in
/// the extension only, the first in the order of <see cref="ImageFiles.Extensions"/> is taken.
/// Names are case-sensitive. The files are not opened here.
/// </remarks>
public sealed class SegmentationDataSet
{
    private const string Extension = ".png";
    private const string Suffix = ".mask";
    private const int Listed = 10;

    private List<string> _unreadable = [];

    private SegmentationDataSet(string folder, string masks, IReadOnlyDictionary<string, string> images, IReadOnlyDictionary<string, string> truths)
    {
        var pairs = new List<MaskedImage>();
        var without = new List<string>();
        foreach (var (name, image) in images.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            if (truths.GetValueOrDefault(name) is { } mask) pairs.Add(new(name, image, mask));
            else without.Add(image);
        }
        if (pairs.Count == 0)
        {
            throw new BadDataSetException(
                $"{folder}: none of the images ({List(images.Values)}) has a mask in {masks} ({List(truths.Values)}). "
                + $"Expected: a mask NAME{Extension} for an image NAME.jpg, in the same sub-folder if any.");
        }
        var used = pairs.Select(p => p.Mask).ToHashSet(StringComparer.Ordinal);
        (Images, ImagesWithoutMask) = (pairs, without);
        MasksWithoutImage = [.. truths.Values.Where(mask => !used.Contains(mask)).Order(StringComparer.Ordinal)];
    }

    /// <summary>The pairs, at least one, in ordinal order of their names.</summary>
    public IReadOnlyList<MaskedImage> Images { get; }

    /// <summary>The images without a mask; they cannot be evaluated.</summary>
    public IReadOnlyList<string> ImagesWithoutMask { get; }

    /// <summary>The masks without an image.</summary>
    public IReadOnlyList<string> MasksWithoutImage { get; }

    /// <summary>Messages on what is skipped: at most three, each with the first ten files and the total.</summary>
    public IEnumerable<string> Warnings
    {
        get
        {
            if (ImagesWithoutMask.Count > 0) yield return $"images without a mask are skipped: {List(ImagesWithoutMask)}";
            if (MasksWithoutImage.Count > 0) yield return $"masks without an image are skipped: {List(MasksWithoutImage)}";
            if (_unreadable.Count > 0) yield return $"folders are skipped: {List(_unreadable.Distinct())}";
        }
    }

    /// <summary>Pairs the images in and below a folder with the masks in and below another; or two files: one image with one mask.</summary>
    /// <param name="images">The images' folder.</param>
    /// <param name="masks">The masks' folder.</param>
    /// <exception cref="BadDataSetException">A folder is missing or cannot be read, or no image has a mask.</exception>
    public static SegmentationDataSet Open(string images, string masks)
    {
        ArgumentException.ThrowIfNullOrEmpty(images);
        ArgumentException.ThrowIfNullOrEmpty(masks);
        try
        {
            if (File.Exists(images) && File.Exists(masks)) return Pair(images, masks);
            Folder(images, "images");
            var unreadable = new List<string>();
            var truths = MasksOf(Folder(masks, "masks"), unreadable);
            return new(images, masks, ImagesOf(images, truths.Values, unreadable), truths) { _unreadable = unreadable };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadDataSetException($"{images}, {masks}: the data set cannot be read: {e.Message}", e);
        }
    }

    private static SegmentationDataSet Pair(string image, string mask)
    {
        var name = Path.GetFileNameWithoutExtension(image);
        return new(image, mask, new Dictionary<string, string> { [name] = image }, new Dictionary<string, string> { [name] = mask });
    }

    private static string Folder(string path, string content)
    {
        if (Directory.Exists(path)) return path;
        throw new BadDataSetException(File.Exists(path)
            ? $"{path}: is a file; expected a folder of {content} (or one image and one mask)."
            : $"{path}: there is no such folder; expected a folder of {content}.");
    }

    private static Dictionary<string, string> ImagesOf(string folder, IEnumerable<string> masks, List<string> unreadable)
    {
        var other = masks.Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in ImageWalk.In(folder, recursive: true, unreadable.Add).OrderBy(ImageWalk.Rank))
            if (!other.Contains(Path.GetFullPath(file))) files.TryAdd(Name(folder, file), file);
        return files;
    }

    private static Dictionary<string, string> MasksOf(string folder, List<string> unreadable)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in ImageWalk.In(folder, recursive: true, unreadable.Add).OrderByDescending(file => HasSuffix(Name(folder, file))))
        {
            if (!Path.GetExtension(file).Equals(Extension, StringComparison.OrdinalIgnoreCase)) continue;
            var name = Name(folder, file);
            files.TryAdd(HasSuffix(name) ? name[..^Suffix.Length] : name, file);
        }
        return files;
    }

    private static bool HasSuffix(string name) => name.EndsWith(Suffix, StringComparison.Ordinal);

    private static string Name(string folder, string file) => Path.ChangeExtension(Path.GetRelativePath(folder, file), null).Replace('\\', '/');

    private static string List(IEnumerable<string> files)
    {
        var list = files.Order(StringComparer.Ordinal).ToList();
        return list.Count == 0 ? "none" : string.Join(", ", list.Take(Listed)) + (list.Count > Listed ? $", … ({list.Count} in all)" : "");
    }
}

/// <summary>An image with the ground truth of its pixels: a mask of class indices.</summary>
/// <param name="Name">Both files' path below their folders, without extension and with forward slashes: unique in the data set.</param>
/// <param name="Image">The image's file; it existed when the data set was opened.</param>
/// <param name="Mask">The mask's file, likewise.</param>
public sealed record MaskedImage(string Name, string Image, string Mask);
