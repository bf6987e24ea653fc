namespace MlNetVision.Files;

/// <summary>Paths as JSON, reports and lists hold them: <c>/</c> between the names, which every system reads.</summary>
public static class PortablePath
{
    /// <summary>The path with this system's separator written as <c>/</c>: on Windows <c>photos\a.jpg</c> is <c>photos/a.jpg</c>; elsewhere it stays.</summary>
    /// <remarks>On Linux and macOS a backslash is part of a name.</remarks>
    public static string Of(string path) => Of(path, Path.DirectorySeparatorChar);

    /// <param name="path">The path.</param>
    /// <param name="separator">The separator of the system that it comes from; <c>/</c> separates there too.</param>
    internal static string Of(string path, char separator)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.Replace(separator, '/');
    }
}
