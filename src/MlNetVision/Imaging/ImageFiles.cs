namespace MlNetVision.Imaging;

/// <summary>The files that count as images when a folder is searched.</summary>
public static class ImageFiles
{
    /// <summary>
    /// The extensions that are read, in lower case with the dot: .jpg .jpeg .png .webp .bmp .gif, and the other names of JPEG
    /// (.jfif .jpe .pjpeg .pjp) and of BMP (.dib).
    /// </summary>
    public static IReadOnlyList<string> Extensions { get; } =
        [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".jfif", ".jpe", ".pjpeg", ".pjp", ".dib"];

    /// <summary>Whether the extension of a path, in any case, is one of <see cref="Extensions"/>; the file is not opened.</summary>
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
}
