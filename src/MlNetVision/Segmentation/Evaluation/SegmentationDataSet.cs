using MlNetVision.Imaging;

namespace MlNetVision.Segmentation.Evaluation;

/// <summary>Pictures and, in a folder of the same shape, their true masks: <c>images/a/b.jpg</c> goes with <c>masks/a/b.png</c>.</summary>
/// <remarks>
/// Masks are 8-bit PNG files whose pixels are class indices (Pascal VOC, CamVid, and what this project writes); <c>b.mask.png</c> goes before <c>b.png</c>.
/// Both folders may be one, or the masks' lie in the pictures': what is a mask is no picture. Of pictures that differ in the extension only, the first in the order of <see cref="ImageFiles.Extensions"/> is taken.
/// Names are compared with their case. Only the names of the files are read here.
/// </remarks>
public sealed class SegmentationDataSet
{
    private const string Extension = ".png";
    private const string Suffix = ".mask";
    private const int Listed = 10;

    private SegmentationDataSet(string images, string masks, IReadOnlyDictionary<string, string> pictures, IReadOnlyDictionary<string, string> truths)
    {
        var pairs = new List<MaskedPicture>();
        var without = new List<string>();
        foreach (var (name, picture) in pictures.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            if (truths.GetValueOrDefault(name) is { } mask) pairs.Add(new(name, picture, mask));
            else without.Add(picture);
        }
        if (pairs.Count == 0)
            throw new BadDataSetException($"{images}: none of the pictures ({List(pictures.Values)}) has a mask in {masks} ({List(truths.Values)}). Expected: a mask NAME{Extension} for a picture NAME.jpg, in the same sub-folder if any.");
        var used = pairs.Select(p => p.Mask).ToHashSet(StringComparer.Ordinal);
        (Pictures, PicturesWithoutMask) = (pairs, without);
        MasksWithoutPicture = [.. truths.Values.Where(mask => !used.Contains(mask)).Order(StringComparer.Ordinal)];
    }

    /// <summary>The pairs, at least one, in ordinal order of their names.</summary>
    public IReadOnlyList<MaskedPicture> Pictures { get; }

    /// <summary>The files of the pictures that have no mask; they cannot be evaluated.</summary>
    public IReadOnlyList<string> PicturesWithoutMask { get; }

    /// <summary>The files of the masks that have no picture.</summary>
    public IReadOnlyList<string> MasksWithoutPicture { get; }

    /// <summary>What is left out, in words: at most two lines, each with the first ten files and the number of all.</summary>
    public IEnumerable<string> Warnings
    {
        get
        {
            if (PicturesWithoutMask.Count > 0) yield return $"pictures without a mask are left out: {List(PicturesWithoutMask)}";
            if (MasksWithoutPicture.Count > 0) yield return $"masks without a picture are left out: {List(MasksWithoutPicture)}";
        }
    }

    /// <summary>Pairs the pictures in and below a folder with the masks in and below another; or one picture with one mask, where both are files.</summary>
    /// <param name="images">The pictures' folder.</param>
    /// <param name="masks">The masks' folder.</param>
    /// <exception cref="BadDataSetException">A folder is missing or cannot be read, or no picture has a mask.</exception>
    public static SegmentationDataSet Open(string images, string masks)
    {
        ArgumentException.ThrowIfNullOrEmpty(images);
        ArgumentException.ThrowIfNullOrEmpty(masks);
        try
        {
            if (File.Exists(images) && File.Exists(masks)) return Pair(images, masks);
            Folder(images, "pictures");
            var truths = MasksOf(Folder(masks, "masks"));
            return new(images, masks, PicturesOf(images, truths.Values), truths);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadDataSetException($"{images}, {masks}: the data set cannot be read: {e.Message}", e);
        }
    }

    private static SegmentationDataSet Pair(string picture, string mask)
    {
        var name = Path.GetFileNameWithoutExtension(picture);
        return new(picture, mask, new Dictionary<string, string> { [name] = picture }, new Dictionary<string, string> { [name] = mask });
    }

    private static string Folder(string path, string content)
    {
        if (Directory.Exists(path)) return path;
        throw new BadDataSetException(File.Exists(path)
            ? $"{path}: is a file; expected a folder of {content} (or one picture and one mask)."
            : $"{path}: there is no such folder; expected a folder of {content}.");
    }

    private static Dictionary<string, string> PicturesOf(string folder, IEnumerable<string> masks)
    {
        var other = masks.Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in ImageFiles.In(folder, recursive: true).OrderBy(ImageFiles.Rank))
            if (!other.Contains(Path.GetFullPath(file))) files.TryAdd(Name(folder, file), file);
        return files;
    }

    private static Dictionary<string, string> MasksOf(string folder)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var masks = ImageFiles.In(folder, recursive: true).Where(file => Path.GetExtension(file).Equals(Extension, StringComparison.OrdinalIgnoreCase));
        foreach (var (name, file) in masks.Select(file => (Name(folder, file), file)).OrderByDescending(mask => mask.Item1.EndsWith(Suffix, StringComparison.Ordinal)))
            files.TryAdd(name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name, file);
        return files;
    }

    private static string Name(string folder, string file) => Path.ChangeExtension(Path.GetRelativePath(folder, file), null).Replace('\\', '/');

    private static string List(IEnumerable<string> files)
    {
        var list = files.Order(StringComparer.Ordinal).ToList();
        return list.Count == 0 ? "none" : string.Join(", ", list.Take(Listed)) + (list.Count > Listed ? $", … ({list.Count} in all)" : "");
    }
}
