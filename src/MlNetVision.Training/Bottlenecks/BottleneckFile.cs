using MlNetVision.Models;

namespace MlNetVision.Training;

/// <summary>
/// The file of one featurizer's rows. It is only ever added to, record by record under a lock between processes, so that rows once
/// found stay where they are, and others may add at the same time.
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
    /// <param name="open">Opens it for reading and writing, making it where it is missing.</param>
    public BottleneckFile(string path, string key, int columns, Func<string, Stream> open)
    {
        (Path, _open, _key, _format) = (path, open, key, new BottleneckFormat(key, columns));
        _buffer = new byte[_format.RecordLength];
    }

    public string Path { get; }

    public bool IsEmpty => _records.Count == 0;

    /// <summary>The record of an image as far as the file was read, or null.</summary>
    public long? Find(ImageHash hash) => _records.TryGetValue(hash, out var record) ? record : null;

    /// <summary>Reads what the file holds. A file that cannot be written is still read.</summary>
    /// <exception cref="IOException">The file or the folder cannot be written.</exception>
    public void Open()
    {
        try
        {
            using var held = Lock(Path, CancellationToken.None);
            using var stream = Prepare();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(Path)) ReadOnly();
            throw;
        }
    }

    /// <summary>Adds a row, unless another run has done so already.</summary>
    /// <exception cref="IOException">It cannot be written; the file is as it was.</exception>
    public void Append(ImageHash hash, ReadOnlySpan<float> row, CancellationToken cancellation)
    {
        using var held = Lock(Path, cancellation);
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
            // What is left of a record is cut off; should even that fail, its length or checksum tells.
            stream.SetLength(end);
            throw;
        }
        _records[hash] = _scanned++;
    }

    /// <summary>The rows of the file in memory that it is mapped to; the caller disposes it.</summary>
    public MappedRows Map() => new(Path, _format, _scanned);

    /// <summary>Waits until no other run works on a file; the caller disposes the lock.</summary>
    public static IDisposable Lock(string path, CancellationToken cancellation) => FileLock.TakeAsync($"{path}.lock", cancellation).GetAwaiter().GetResult();

    /// <summary>Shared, so that other runs may read and write beside us.</summary>
    public static Stream OpenForWriting(string path) =>
        new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    // Under the lock: a header, the records that are new to us, and no half record behind them.
    private Stream Prepare()
    {
        var stream = _open(Path);
        try
        {
            var header = ReadHeader(stream);
            if (!header.SequenceEqual(_format.Header()))
            {
                if (_scanned > 0) throw new IOException("its beginning was overwritten while it was in use");
                if (!BottleneckFormat.IsOurs(header, _key)) throw new IOException("it holds something else than features, and is left alone");
                // Another run may have the old file mapped: it is not shortened but gives way to a new one.
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

    /// <summary>Whether a file is one of features, whole or damaged; one that cannot be read is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">The key that it should have, or the first half of it.</param>
    public static bool IsOurs(string path, string key)
    {
        try
        {
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

    // As much of a header as there is.
    private static ReadOnlySpan<byte> ReadHeader(Stream stream)
    {
        var found = new byte[BottleneckFormat.HeaderLength];
        return found.AsSpan(0, stream.ReadAtLeast(found, found.Length, throwOnEndOfStream: false));
    }
}
