using MlNetVision.Files;
using MlNetVision.Models;

namespace MlNetVision.Training;

/// <summary>
/// The feature file of one featurizer. Records are only appended, under a lock between processes, so found records keep their position
/// and several processes may append.
/// </summary>
internal sealed class BottleneckFile
{
    private readonly Func<string, Stream> _open;
    private readonly string _key;
    private readonly BottleneckFormat _format;
    private readonly Dictionary<ImageHash, long> _records = [];
    private readonly byte[] _buffer;
    private long _scanned;

    /// <param name="path">The file.</param>
    /// <param name="key">The featurizer's key.</param>
    /// <param name="columns">The length of a row.</param>
    /// <param name="open">Opens or creates the file for reading and writing.</param>
    public BottleneckFile(string path, string key, int columns, Func<string, Stream> open)
    {
        (Path, _open, _key, _format) = (path, open, key, new BottleneckFormat(key, columns));
        _buffer = new byte[_format.RecordLength];
    }

    public string Path { get; }

    public bool IsEmpty => _records.Count == 0;

    /// <summary>The record of an image in the part of the file read so far, or null.</summary>
    public long? Find(ImageHash hash) => _records.TryGetValue(hash, out var record) ? record : null;

    /// <summary>Reads the file. A file that cannot be written is still read.</summary>
    /// <exception cref="IOException">The file or the folder cannot be written.</exception>
    public void Open()
    {
        try
        {
            RegularFile.Check(Path);
            using var held = Lock(Path, CancellationToken.None);
            using var stream = Prepare();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (RegularFile.LengthOf(Path) is not null) ReadOnly();
            throw;
        }
    }

    /// <summary>Appends a row, unless another run has done so already.</summary>
    /// <exception cref="IOException">The file cannot be written; it is unchanged.</exception>
    public void Append(ImageHash hash, ReadOnlySpan<float> row, CancellationToken cancellationToken)
    {
        using var held = Lock(Path, cancellationToken);
        using var stream = Prepare();
        if (_records.ContainsKey(hash)) return;
        BottleneckFormat.Write(_buffer, in hash, row);
        var end = _format.Position(_scanned);
        try
        {
            stream.Position = end;
            stream.Write(_buffer);
            stream.Flush();
        }
        catch (IOException)
        {
            // A partial record is cut off. If that fails too, its length or checksum shows that it is damaged.
            stream.SetLength(end);
            throw;
        }
        _records[hash] = _scanned++;
    }

    /// <summary>The rows of the file in memory that it is mapped to; the caller disposes it.</summary>
    public MappedRows Map() => new(Path, _format, _scanned);

    /// <summary>Waits for the lock of a file; the caller disposes it.</summary>
    public static IDisposable Lock(string path, CancellationToken cancellationToken) =>
        FileLock.TakeAsync($"{path}.lock", cancellationToken).GetAwaiter().GetResult();

    /// <summary>Shared, so that other processes may read and write too.</summary>
    public static Stream OpenForWriting(string path) =>
        new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    // Under the lock: writes a missing header, reads new records, cuts off a partial record.
    private Stream Prepare()
    {
        var stream = _open(Path);
        try
        {
            var header = ReadHeader(stream);
            if (!header.SequenceEqual(_format.Header()))
            {
                if (_scanned > 0) throw new IOException("its header was overwritten while it was in use");
                if (!BottleneckFormat.IsOurs(header, _key)) throw new IOException("it is not a feature file and is not changed");
                // Another process may have the old file mapped: it is replaced, not shortened.
                stream.Dispose();
                File.Delete(Path);
                stream = _open(Path);
                stream.Write(_format.Header());
            }
            Scan(stream);
            if (stream.Length != _format.Position(_scanned)) stream.SetLength(_format.Position(_scanned));
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Whether a file is a feature file, whole or damaged; an unreadable file is not.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">The expected key, or its first half.</param>
    public static bool IsOurs(string path, string key)
    {
        try
        {
            RegularFile.Check(path);
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return BottleneckFormat.IsOurs(ReadHeader(stream), key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void ReadOnly()
    {
        using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (ReadHeader(stream).SequenceEqual(_format.Header())) Scan(stream);
    }

    private void Scan(Stream stream)
    {
        stream.Position = _format.Position(_scanned);
        for (var whole = _format.Records(stream.Length); _scanned < whole; _scanned++)
        {
            stream.ReadExactly(_buffer);
            if (BottleneckFormat.Read(_buffer) is { } hash) _records.TryAdd(hash, _scanned);
        }
    }

    // The header, or the shorter file.
    private static ReadOnlySpan<byte> ReadHeader(Stream stream)
    {
        var found = new byte[BottleneckFormat.HeaderLength];
        return found.AsSpan(0, stream.ReadAtLeast(found, found.Length, throwOnEndOfStream: false));
    }
}
