namespace MlNetVision.Files;

/// <summary>
/// A file that is written bit by bit and appears under its final name when <see cref="Commit"/> is called.
/// Disposed before that, it leaves nothing behind. The caller disposes it.
/// </summary>
public sealed class AtomicFileWriter : IDisposable
{
    private readonly string _path;
    private readonly string _partial;
    private readonly FileStream _stream;

    /// <summary>Opens a file beside the final place; missing folders are created.</summary>
    /// <param name="path">The final path.</param>
    /// <exception cref="IOException">The folder cannot be written to, or the path is a folder.</exception>
    public AtomicFileWriter(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = Path.GetFullPath(path);
        if (Directory.Exists(_path)) throw new IOException($"{path}: is a folder, expected a file to write.");
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        _partial = $"{_path}.{Guid.NewGuid():N}.partial";
        _stream = new FileStream(_partial, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>Where the content goes. Owned by this object.</summary>
    public Stream Stream => _stream;

    /// <summary>Closes the file and renames it to its final name, replacing an existing file.</summary>
    public void Commit()
    {
        _stream.Dispose();
        File.Move(_partial, _path, overwrite: true);
    }

    /// <summary>Closes the file; removes it where it was not committed.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        File.Delete(_partial);
    }
}
