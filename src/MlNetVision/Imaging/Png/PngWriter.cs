using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics.Tensors;

namespace MlNetVision.Imaging;

/// <summary>
/// Writes PNG files of 8 bits per sample that Skia's encoder cannot: indexed ones, and ones with alpha that is not
/// premultiplied. Only the current compressed chunk is in memory.
/// </summary>
internal sealed class PngWriter : IDisposable
{
    private const int ChunkLength = 256 << 10;
    private readonly Stream _target;
    private readonly MemoryStream _chunk = new();
    private readonly ZLibStream _zlib;
    private readonly byte[] _line;

    /// <summary>Starts a file; the palette has three bytes per colour, for indexed files only.</summary>
    public PngWriter(Stream target, int width, int height, PngColorType type, ReadOnlySpan<byte> palette = default)
    {
        _target = target;
        _target.Write(PngFormat.Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        (header[8], header[9]) = (8, (byte)type);
        Chunk(PngFormat.Header, header);
        if (!palette.IsEmpty) Chunk(PngFormat.Palette, palette);
        // Masks are runs, for which the fastest level is as good; photographs become half as large at the higher level.
        _zlib = new ZLibStream(_chunk, type == PngColorType.Rgba ? CompressionLevel.Optimal : CompressionLevel.Fastest, leaveOpen: true);
        _line = new byte[1 + width * (type == PngColorType.Rgba ? 4 : 1)];
    }

    /// <summary>Writes the next row unfiltered.</summary>
    public void Row(ReadOnlySpan<byte> row)
    {
        _line[0] = 0;
        row.CopyTo(_line.AsSpan(1));
        WriteLine();
    }

    /// <summary>Writes the next row as the difference from the one above (filter type 2), which suits photographs.</summary>
    public void RowLessAbove(ReadOnlySpan<byte> row, ReadOnlySpan<byte> above)
    {
        _line[0] = 2;
        TensorPrimitives.Subtract(row, above, _line.AsSpan(1));
        WriteLine();
    }

    /// <summary>Finishes the file after the last row.</summary>
    public void Finish()
    {
        _zlib.Dispose();
        Flush();
        Chunk(PngFormat.End, []);
    }

    public void Dispose()
    {
        _zlib.Dispose();
        _chunk.Dispose();
    }

    private void WriteLine()
    {
        _zlib.Write(_line);
        if (_chunk.Length >= ChunkLength) Flush();
    }

    private void Flush()
    {
        Chunk(PngFormat.Data, _chunk.GetBuffer().AsSpan(0, (int)_chunk.Length));
        _chunk.SetLength(0);
    }

    private void Chunk(uint type, ReadOnlySpan<byte> content)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, content.Length);
        _target.Write(word);
        BinaryPrimitives.WriteUInt32BigEndian(word, type);
        _target.Write(word);
        _target.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(word, PngFormat.Crc(content, PngFormat.Crc(word)));
        _target.Write(word);
    }
}
