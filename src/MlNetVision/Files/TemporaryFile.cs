using System.Collections.Concurrent;

namespace MlNetVision.Files;

/// <summary>A file in the temporary folder that is deleted when nothing refers to this object any more, at the latest when the process ends.</summary>
internal sealed class TemporaryFile
{
    private static readonly ConcurrentDictionary<string, bool> Left = new(StringComparer.Ordinal);

    static TemporaryFile() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var path in Left.Keys) Delete(path);
    };

    /// <param name="extension">How its name ends, with the dot.</param>
    public TemporaryFile(string extension)
    {
        Path = System.IO.Path.Join(System.IO.Path.GetTempPath(), $"mlnetvision-{Guid.NewGuid():N}{extension}");
        Left[Path] = true;
    }

    ~TemporaryFile() => Delete(Path);

    /// <summary>Where it is to be written.</summary>
    public string Path { get; }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
            Left.TryRemove(path, out _);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody still reads it, where systems keep files that are open; the end of the process tries again.
        }
    }
}
