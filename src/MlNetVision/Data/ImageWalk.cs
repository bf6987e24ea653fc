using MlNetVision.Files;
using MlNetVision.Imaging;

namespace MlNetVision.Data;

/// <summary>An image that was found below a folder, or a folder that could not be read.</summary>
/// <param name="Path">The file, or the folder.</param>
/// <param name="RelativeName">Its path below the folder that was searched, with forward slashes.</param>
/// <param name="Error">Why a folder could not be read; it names the folder. Null for an image.</param>
public readonly record struct FoundImage(string Path, string RelativeName, string? Error = null);

/// <summary>
/// Walks folders for images, for commands, evaluation and training: folder by folder in ordinal order of names.
/// </summary>
/// <remarks>
/// Files are recognised by their extension (<see cref="ImageFiles.Extensions"/>). Files and folders that are hidden, or whose names start
/// with a dot, do not count; nor do those that machines make: <c>@eaDir</c> and <c>#recycle</c> (network drives), <c>__MACOSX</c> (zip files
/// of macOS), <c>$RECYCLE.BIN</c>, <c>System Volume Information</c>, <c>Thumbs.db</c> and <c>desktop.ini</c> (Windows). A link to a folder is
/// followed, unless that folder is searched anyway or contains one that is: circular links end, and no image is found twice.
/// </remarks>
public static class ImageWalk
{
    private static readonly string[] MachineNames =
        ["@eaDir", "#recycle", "__MACOSX", "$RECYCLE.BIN", "System Volume Information", "Thumbs.db", "desktop.ini"];

    /// <summary>Whether a file or folder does not count by its name: one that starts with a dot, or that a machine makes.</summary>
    /// <param name="name">The name alone, without the folders above.</param>
    public static bool IsLeftOut(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return name[0] == '.' || MachineNames.Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The images in and below a folder, found lazily.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="except">A folder to skip; null: none.</param>
    /// <param name="others">Counts images of formats that are not read; null: nobody.</param>
    /// <returns>Images, and the unreadable folders where they occur.</returns>
    public static IEnumerable<FoundImage> Below(string folder, string? except = null, UnreadFormats? others = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return new Walker(folder, except, path => IsImage(path, others)).Walk("");
    }

    /// <summary>The paths of all images in a folder, or also below it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recursive">Whether folders below count too. Default false.</param>
    /// <param name="unreadable">Receives a message for every unreadable folder below; null: none.</param>
    /// <param name="others">Counts images of formats that are not read; null: nobody.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">The folder itself cannot be read.</exception>
    public static IReadOnlyList<string> In(
        string folder, bool recursive = false, Action<string>? unreadable = null, UnreadFormats? others = null) =>
        Files(folder, path => IsImage(path, others), recursive, unreadable);

    /// <summary>The paths of all files of a kind in a folder, or also below it, by the same rules.</summary>
    internal static IReadOnlyList<string> Files(string folder, Predicate<string> isWanted, bool recursive, Action<string>? unreadable = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"{folder}: there is no such folder.");
        var files = new List<string>();
        foreach (var found in new Walker(folder, null, isWanted).Walk("", recursive))
        {
            if (found.Error is null) files.Add(found.Path);
            else if (found.RelativeName.Length == 0) throw new IOException(found.Error);
            else unreadable?.Invoke(found.Error);
        }
        return files;
    }

    private static bool IsImage(string path, UnreadFormats? others)
    {
        if (ImageFiles.IsImage(path)) return true;
        others?.Add(path);
        return false;
    }

    /// <summary>
    /// The position of an image's extension in <see cref="ImageFiles.Extensions"/>; of images with the same stem the lowest is taken.
    /// </summary>
    internal static int Rank(string path)
    {
        var extension = Path.GetExtension(path);
        return ImageFiles.Extensions.TakeWhile(known => !known.Equals(extension, StringComparison.OrdinalIgnoreCase)).Count();
    }

    private sealed class Walker(string root, string? except, Predicate<string> isWanted)
    {
        // Windows hides by attribute, too.
        private static readonly EnumerationOptions Visible = new() { IgnoreInaccessible = false };

        private readonly string? _except = except is null ? null : RealPath.Of(except);
        private readonly LinkedFolders _links = new(root);

        public IEnumerable<FoundImage> Walk(string relative, bool below = true)
        {
            var folder = Path.Join(root, relative);
            if (_except is not null && RealPath.AreSame(RealPath.Of(folder), _except)) yield break;
            if (Entries(folder, out var entries) is { } error) yield return new(folder, relative, $"{folder}: the folder cannot be read: {error}");
            foreach (var entry in entries)
            {
                var name = relative.Length == 0 ? entry.Name : $"{relative}/{entry.Name}";
                if (entry is FileInfo && Path.Join(root, name.Replace('/', Path.DirectorySeparatorChar)) is var path && isWanted(path))
                    yield return new(path, name);
                else if (below && entry is DirectoryInfo child && _links.Follows(child))
                    foreach (var found in Walk(name)) yield return found;
            }
        }

        private static string? Entries(string folder, out IEnumerable<FileSystemInfo> entries)
        {
            entries = [];
            try
            {
                entries = new DirectoryInfo(folder).GetFileSystemInfos("*", Visible)
                    .Where(e => !IsLeftOut(e.Name)).OrderBy(e => e.Name, StringComparer.Ordinal);
                return null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return e.Message;
            }
        }
    }
}

/// <summary>Counts the images of a search that no decoder of this library reads, so that they are not passed over in silence.</summary>
public sealed class UnreadFormats
{
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private string? _first;

    /// <summary>The extensions that count, in lower case with the dot: photographs and scans of other formats.</summary>
    public static IReadOnlyList<string> Extensions { get; } =
    [
        ".tif", ".tiff", ".heic", ".heif", ".avif", ".jxl", ".jp2", ".j2k", ".tga", ".ppm", ".pgm", ".pnm", ".psd",
        ".dng", ".cr2", ".cr3", ".nef", ".arw", ".orf", ".rw2", ".raf",
    ];

    /// <summary>Counts a file, where its extension is one of <see cref="Extensions"/>.</summary>
    public void Add(string path)
    {
        var extension = Path.GetExtension(path).ToLowerInvariant();
        if (!Extensions.Contains(extension)) return;
        _first ??= path;
        _counts[extension] = _counts.GetValueOrDefault(extension) + 1;
    }

    /// <summary>One line: <c>3 images of formats that are not read are left out: 2 .heic, 1 .tif (such as a.heic)</c>; null where there are none.</summary>
    public override string? ToString()
    {
        if (_first is null) return null;
        var (count, kinds) = (_counts.Values.Sum(), string.Join(", ", _counts.Select(c => FormattableString.Invariant($"{c.Value} {c.Key}"))));
        return count == 1
            ? $"1 image of a format that is not read is left out: {_first}"
            : FormattableString.Invariant($"{count} images of formats that are not read are left out: {kinds} (such as {_first})");
    }
}
