namespace MlNetVision.Cli.Inputs;

/// <summary>Full paths with links followed, so that two names of one file or folder compare equal.</summary>
internal static class RealPath
{
    /// <summary>The full path with the links in it followed, as far as it exists.</summary>
    public static string Of(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } parent) return full;
        full = Path.Join(Of(parent), Path.GetFileName(full));
        try
        {
            return File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return full; // links in a circle lead nowhere
        }
    }

    /// <summary>Whether a path lies in a folder that is given as a real path.</summary>
    public static bool IsWithin(string path, string realFolder) =>
        Of(path).StartsWith(realFolder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
