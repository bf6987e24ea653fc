namespace MlNetVision.Imaging;

/// <summary>Which files count as images when a folder is searched.</summary>
public static class ImageFiles
{
    /// <summary>The extensions that are read, in lower case with the dot: .jpg .jpeg .png .webp .bmp .gif.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"];

    /// <summary>Whether the extension of a path, in any case, is one of <see cref="Extensions"/>; the file is not looked at.</summary>
    public static bool IsImage(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>The format that a path's extension names for writing: .jpg and .jpeg, .png, .webp, in any case.</summary>
    /// <exception cref="ArgumentException">The extension is another.</exception>
    public static ImageFormat FormatOf(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".JPG" or ".JPEG" => ImageFormat.Jpeg,
        ".PNG" => ImageFormat.Png,
        ".WEBP" => ImageFormat.Webp,
        var other => throw new ArgumentException($"{path}: images are written as .jpg, .jpeg, .png or .webp, not as '{other}'.", nameof(path)),
    };

    /// <summary>The paths of all images in a folder, or also below it, in ordinal order.</summary>
    /// <param name="folder">The folder; what may not be looked at is passed over.</param>
    /// <param name="recursive">Whether folders below count too. Default false.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IReadOnlyList<string> In(string folder, bool recursive = false) =>
        [.. Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = recursive, IgnoreInaccessible = true })
            .Where(IsImage).Order(StringComparer.Ordinal)];

    /// <summary>Where the extension of an image's path stands in <see cref="Extensions"/>: of images with one stem the lowest is taken.</summary>
    internal static int Rank(string path) => Extensions.ToList().FindIndex(e => e.Equals(Path.GetExtension(path), StringComparison.OrdinalIgnoreCase));
}
