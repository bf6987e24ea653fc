using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace MlNetVision.Training;

/// <summary>The rows of one extraction: in the file or, where it cannot be written, in memory.</summary>
internal sealed class BottleneckStore
{
    private readonly Dictionary<ImageHash, float[]> _kept = [];
    private readonly BottleneckFile? _file;

    /// <param name="file">The file; null: all in memory.</param>
    public BottleneckStore(BottleneckFile? file)
    {
        _file = file;
        if (file is not null) Try(file.Open);
    }

    /// <summary>Why the file cannot be used, or null.</summary>
    public string? Problem { get; private set; }

    public bool Has(ImageHash hash) => _kept.ContainsKey(hash) || _file?.Find(hash) is not null;

    public void Add(ImageHash hash, float[] row, CancellationToken cancellationToken)
    {
        if (_file is null || Problem is not null || !Try(() => _file.Append(hash, row, cancellationToken))) _kept[hash] = row;
    }

    /// <summary>The rows of the given images, all of which exist, and the owner of their memory, to be disposed after use.</summary>
    public (ReadOnlyMemory<float>[] Rows, IDisposable? Mapped) Rows(IEnumerable<ImageHash> hashes)
    {
        var mapped = _file is { IsEmpty: false } ? _file.Map() : null;
        return ([.. hashes.Select(h => _kept.TryGetValue(h, out var row) ? row : mapped!.Row(_file!.Find(h)!.Value, h))], mapped);
    }

    private bool Try(Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = $"The cache {_file!.Path} cannot be written: {e.Message.TrimEnd('.')}. The features are kept in memory; the next run "
                + "computes them again.";
            return false;
        }
    }
}

/// <summary>The rows of a feature file, memory-mapped.</summary>
internal sealed unsafe class MappedRows : IDisposable
{
    private readonly string _path;
    private readonly BottleneckFormat _format;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private bool _disposed;

    public MappedRows(string path, BottleneckFormat format, long records)
    {
        (_path, _format) = (path, format);
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            if (format.Records(stream.Length) < records) throw new IOException($"{path}: was shortened while it was in use.");
            _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
        _view = _file.CreateViewAccessor(0, format.Position(records), MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <exception cref="IOException">The file was replaced after the record was found.</exception>
    public ReadOnlyMemory<float> Row(long record, ImageHash hash)
    {
        if (!ImageHash.Bytes(in hash).SequenceEqual(new ReadOnlySpan<byte>(_start + _format.Position(record), ImageHash.Length)))
            throw new IOException($"{_path}: was replaced while it was in use.");
        return new MappedRow(this, _start + _format.RowPosition(record)).Memory;
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    /// <summary>One row. It keeps the mapping alive, and refuses access after the mapping is disposed.</summary>
    private sealed class MappedRow(MappedRows rows, byte* start) : MemoryManager<float>
    {
        public override Span<float> GetSpan()
        {
            ObjectDisposedException.ThrowIf(rows._disposed, typeof(FeatureMatrix));
            return new Span<float>(start, rows._format.Columns);
        }

        // Mapped memory never moves.
        public override MemoryHandle Pin(int elementIndex = 0)
        {
            ObjectDisposedException.ThrowIf(rows._disposed, typeof(FeatureMatrix));
            return new MemoryHandle((float*)start + elementIndex);
        }

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
