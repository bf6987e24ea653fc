namespace MlNetVision.Files;

/// <summary>Full paths with links followed, so that two names of one file or folder compare equal.</summary>
public static class RealPath
{
    /// <summary>The most links that Linux follows.</summary>
    private const int MostLinks = 40;

    private static readonly StringComparison Case =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>The full path with links followed as far as it exists; circular links stay as they are.</summary>
    public static string Of(string path) => Of(path, links: 0);

    /// <summary>Whether a path lies in a folder that is given as a real path.</summary>
    /// <param name="path">The path, with or without links.</param>
    /// <param name="realFolder">The folder, as <see cref="Of(string)"/> gives it.</param>
    public static bool IsWithin(string path, string realFolder) => IsBelow(Of(path), realFolder);

    /// <summary>Whether two real paths are one file or folder. The file systems of Windows and macOS ignore case.</summary>
    public static bool AreSame(string realPath, string other) => realPath.Equals(other, Case);

    /// <summary>Whether a real path is below another.</summary>
    public static bool IsBelow(string realPath, string realFolder) => IsBelow(realPath, realFolder, Case);

    /// <inheritdoc cref="IsBelow(string, string)"/>
    internal static bool IsBelow(string realPath, string realFolder, StringComparison comparison) =>
        realPath.StartsWith(Path.EndsInDirectorySeparator(realFolder) ? realFolder : realFolder + Path.DirectorySeparatorChar, comparison);

    private static string Of(string path, int links)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } parent) return full;
        full = Path.Join(Of(parent, links), Path.GetFileName(full));
        try
        {
            // The target's own path may have links.
            return links < MostLinks && File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName is { } target ? Of(target, links + 1) : full;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return full;
        }
    }
}
