using System.Collections.Concurrent;

namespace MlNetVision.Files;

/// <summary>A temporary file that is deleted by the finalizer, at the latest when the process ends.</summary>
internal sealed class TemporaryFile
{
    private static readonly ConcurrentDictionary<string, bool> Left = new(StringComparer.Ordinal);

    static TemporaryFile() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var path in Left.Keys) Delete(path);
    };

    /// <param name="extension">The extension, with the dot.</param>
    public TemporaryFile(string extension)
    {
        Path = System.IO.Path.Join(System.IO.Path.GetTempPath(), $"mlnetvision-{Guid.NewGuid():N}{extension}");
        Left[Path] = true;
    }

    ~TemporaryFile() => Delete(Path);

    /// <summary>The path of the file.</summary>
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
            // Windows keeps open files; the end of the process tries again.
        }
    }
}
