namespace MlNetVision.Files;

/// <summary>Writes files that appear under their final name only when they are whole.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes a temporary file beside the final path and renames it when <paramref name="write"/> has returned.
    /// Missing folders are created; an existing file is replaced; nothing is left behind on failure.
    /// </summary>
    /// <param name="path">The final path.</param>
    /// <param name="write">Writes the content to the given stream.</param>
    /// <exception cref="IOException">The file cannot be written; the message names <paramref name="path"/>.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        using var file = new AtomicFileWriter(path);
        try
        {
            write(file.Stream);
        }
        catch (Exception e) when (file.IsOwn(e))
        {
            throw file.Unwritable(e);
        }
        file.Commit();
    }

    /// <summary>Writes a text file in UTF-8 without a byte order mark; see <see cref="Write"/>.</summary>
    public static void WriteText(string path, string text) =>
        Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}
