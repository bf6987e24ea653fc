namespace MlNetVision.Files;

/// <summary>Writes files that appear under their final name only when they are whole, and on the disk.</summary>
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

    /// <summary>Gives a whole file its final name, once it is on the disk. An existing file is replaced.</summary>
    /// <param name="file">The file, which nobody has open.</param>
    /// <param name="path">Its final path, in a folder that exists.</param>
    /// <exception cref="IOException">It cannot be done.</exception>
    public static void Rename(string file, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        ArgumentException.ThrowIfNullOrEmpty(path);
        using (var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0)) stream.Flush(flushToDisk: true);
        FileReplacement.Move(file, path);
        DiskFlush.Folder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}

/// <summary>
/// A file that is written piece by piece and gets its final name by <see cref="Commit"/>. Disposed before that, it leaves nothing behind.
/// The caller disposes it.
/// </summary>
public sealed class AtomicFileWriter : IDisposable
{
    private readonly string _given;
    private readonly string _path;
    private readonly string _partial;
    private readonly FileStream _stream;
    private bool _isCommitted;

    /// <summary>Opens a temporary file beside the final path; missing folders are created.</summary>
    /// <param name="path">The final path.</param>
    /// <exception cref="IOException">The folder cannot be written to, or the path is a folder; the message names <paramref name="path"/>.</exception>
    public AtomicFileWriter(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _given = path;
        _path = Path.GetFullPath(path);
        if (Directory.Exists(_path)) throw new IOException($"{path}: is a folder, expected a file to write.");
        _partial = _path;
        try
        {
            var folder = Path.GetDirectoryName(_path)!;
            DiskFlush.CreateFolder(folder);
            _stream = PartialFiles.Create(folder);
            _partial = _stream.Name;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }
    }

    /// <summary>The stream for the content. Owned by this object.</summary>
    public Stream Stream => _stream;

    /// <summary>
    /// Writes the file to the disk, renames it to its final name, replacing an existing file, and writes the folder to the disk: after a power
    /// cut there is the new file or the old one, whole. Then it is closed.
    /// </summary>
    /// <exception cref="IOException">The rest cannot be written, or the file cannot get its name.</exception>
    public void Commit()
    {
        try
        {
            _stream.Flush(flushToDisk: true);
            // Still open, and so locked: another process takes a file without an owner for one that a dead process left.
            FileReplacement.Move(_partial, _path);
            _isCommitted = true;
            _stream.Dispose();
            DiskFlush.Folder(Path.GetDirectoryName(_path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }
    }

    /// <summary>Closes the file; removes it if it was not committed.</summary>
    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        finally
        {
            if (!_isCommitted) File.Delete(_partial);
        }
    }

    /// <summary>Whether a file has the name of a temporary one, of a process that writes just now or was killed: <see cref="OwnerLock"/> tells.</summary>
    /// <param name="path">The file.</param>
    public static bool IsPartial(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return PartialFiles.Is(path);
    }

    /// <summary>Whether an error is about this file, not about a file that its content is read from.</summary>
    internal bool IsOwn(Exception error) => error is IOException && error.Message.Contains(_partial, StringComparison.Ordinal);

    // The system's message names the temporary file, which the caller does not know.
    internal IOException Unwritable(Exception error) =>
        new($"{_given}: cannot be written: {error.Message.Replace(_partial, _path, StringComparison.Ordinal)}", error);
}
