using System.Text.Json;

namespace MlNetVision.Models;

/// <summary>
/// The rest of an interrupted download: <c>NAME.part</c>, and <c>NAME.part.json</c> beside it with the address and the
/// server's version (ETag or date). The caller holds the file's lock.
/// </summary>
internal sealed class PartFile(string finalPath)
{
    public string Path { get; } = finalPath + ".part";

    public long Length => new FileInfo(Path) is { Exists: true } info ? info.Length : 0;

    private string NotePath => Path + ".json";

    /// <summary>The version of the content by the server at <paramref name="address"/>; null where unknown.</summary>
    public string? Version(Uri address)
    {
        try
        {
            var note = JsonSerializer.Deserialize<Note>(File.ReadAllText(NotePath));
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
            File.WriteAllText(NotePath, JsonSerializer.Serialize(new Note(address.AbsoluteUri, version)));
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
        File.Move(Path, path, overwrite: true);
        File.Delete(NotePath);
    }

    public void Delete()
    {
        File.Delete(Path);
        File.Delete(NotePath);
    }

    private sealed record Note(string Address, string? Version);
}
