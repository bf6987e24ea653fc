using System.Text.Json;
using System.Text.Json.Serialization;
using MlNetVision.Files;

namespace MlNetVision.Models;

/// <summary>
/// The rest of an interrupted download: <c>NAME.part</c>, and <c>NAME.part.json</c> beside it with the address and the
/// server's version (ETag or date). The caller holds the file's lock.
/// </summary>
internal sealed partial class PartFile(string finalPath)
{
    public string Path { get; } = finalPath + ".part";

    public long Length => new FileInfo(Path) is { Exists: true } info ? info.Length : 0;

    private string NotePath => Path + ".json";

    /// <summary>The version of the content by the server at <paramref name="address"/>; null where unknown.</summary>
    public string? Version(Uri address)
    {
        try
        {
            var note = JsonSerializer.Deserialize(File.ReadAllText(NotePath), NoteJson.Default.Note);
            return note?.Address == address.AbsoluteUri ? note.Version : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // Without it, the file's hash still detects parts that do not belong together.
            return null;
        }
    }

    /// <summary>Opens the part at <paramref name="offset"/>; the bytes behind it are dropped.</summary>
    public FileStream Open(long offset, Uri address, string? version)
    {
        var stream = new FileStream(Path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0, useAsync: true);
        try
        {
            stream.SetLength(offset);
            stream.Position = offset;
            File.WriteAllText(NotePath, JsonSerializer.Serialize(new Note(address.AbsoluteUri, version), NoteJson.Default.Note));
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public void MoveTo(string path)
    {
        AtomicFile.Rename(Path, path);
        File.Delete(NotePath);
    }

    public void Delete()
    {
        File.Delete(Path);
        File.Delete(NotePath);
    }

    private sealed record Note(string Address, string? Version);

    [JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
    [JsonSerializable(typeof(Note))]
    private sealed partial class NoteJson : JsonSerializerContext;
}

/// <summary>
/// A lock between processes: an empty file held open without sharing. The file is not removed: a third process
/// could then lock a new file of the same name while a second still waits for the old one.
/// </summary>
public static class FileLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for the lock. Dispose the result to release it.</summary>
    /// <param name="path">The lock's own file; it and its folder are created where missing.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="IOException">The file cannot be made or opened.</exception>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public static async Task<IDisposable> TakeAsync(string path, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (IsHeldElsewhere(e))
            {
                await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // EAGAIN of Linux, EAGAIN of macOS, ERROR_SHARING_VIOLATION of Windows.
    private static bool IsHeldElsewhere(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);
}
