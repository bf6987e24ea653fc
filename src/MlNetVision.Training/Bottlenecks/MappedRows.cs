using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace MlNetVision.Training;

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
