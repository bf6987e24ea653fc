using MlNetVision.Cli.Hosting;

namespace MlNetVision.Cli.Inputs;

/// <summary>The files that a command reads, which no output of the same command may replace.</summary>
internal sealed class UsedFiles
{
    // Compared without case: a folder may stand on a file system that ignores it.
    private readonly Dictionary<string, string> _uses = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds a file, where one is given, with what it is to the command: "the model".</summary>
    public UsedFiles Add(string? path, string use)
    {
        if (!string.IsNullOrEmpty(path)) _uses.TryAdd(RealPath.Of(path), use);
        return this;
    }

    /// <summary>Adds the images of a command.</summary>
    public UsedFiles Add(IEnumerable<ImageInput> inputs)
    {
        foreach (var input in inputs.Where(i => !i.IsStandardInput)) Add(input.Path, "an input");
        return this;
    }

    /// <summary>Whether a file is read, whatever it is called here.</summary>
    public bool Contains(string path) => _uses.ContainsKey(RealPath.Of(path));

    /// <exception cref="UsageException">The output would replace one of these files.</exception>
    public void Protect(string option, string output)
    {
        if (_uses.TryGetValue(RealPath.Of(output), out var use))
            throw new UsageException($"{option} '{output}': is {use}, which would be lost; give another name.");
    }
}

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
