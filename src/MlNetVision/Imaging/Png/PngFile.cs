using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace MlNetVision.Imaging;

/// <summary>
/// Decodes the samples of a PNG file, where Skia gives colours only. All chunks are checked against their CRC.
/// </summary>
internal sealed class PngFile
{
    private readonly string _name;
    private readonly ArrayBufferWriter<byte> _data = new();

    /// <summary>Checks the chunks and keeps the compressed samples.</summary>
    /// <exception cref="BadImageException">The bytes are not a PNG file, or are damaged, truncated, or beyond the limits.</exception>
    public PngFile(ReadOnlySpan<byte> bytes, string name, ImageLimits limits)
    {
        _name = name;
        if (!bytes.StartsWith(PngFormat.Signature)) throw Bad(bytes.IsEmpty ? "the file is empty (0 bytes)" : "the file does not start as PNG does");
        var at = PngFormat.Signature.Length;
        for (var first = true; ; first = false)
        {
            var content = Chunk(bytes, ref at, out var type);
            if (first != (type == PngFormat.Header)) throw Bad(first ? "the first chunk is not IHDR" : "there are two IHDR chunks");
            if (first) Header = ReadHeader(content, limits);
            if (type == PngFormat.Palette) (Palette, IsGreyPalette) = (content.ToArray(), IsGrey(content));
            if (type == PngFormat.Data) _data.Write(content);
            if (type == PngFormat.End) break;
        }
        if (Header.Type == PngColorType.Indexed && Colors is 0 or > 256) throw Bad($"an indexed file with a palette of {Colors} colours");
        if (_data.WrittenCount == 0) throw Bad("there is no IDAT chunk");
    }

    public PngHeader Header { get; }

    /// <summary>The number of the palette's colours; 0 without a palette.</summary>
    public int Colors => Palette.Length / 3;

    /// <summary>Red, green and blue of each colour of the palette.</summary>
    public byte[] Palette { get; } = [];

    /// <summary>Whether the palette's colours are all grey, so that indices are brightness and not classes.</summary>
    public bool IsGreyPalette { get; }

    /// <summary>
    /// Decodes the rows of a file that is not interlaced; a sample of fewer than 8 bits takes one byte, one of 16 bits two. The samples of a
    /// pixel follow each other.
    /// </summary>
    /// <param name="row">Takes the row's number and its samples.</param>
    public void ReadRows(RowAction row)
    {
        var bits = (long)Header.Width * Header.Depth * Header.Samples;
        var bytesApart = Math.Max(1, Header.Depth * Header.Samples / 8);
        byte[] line = new byte[1 + (bits + 7) / 8], above = new byte[line.Length], samples = Header.Depth < 8 ? new byte[Header.Width] : [];
        try
        {
            MemoryMarshal.TryGetArray(_data.WrittenMemory, out var data);
            using var zlib = new ZLibStream(new MemoryStream(data.Array!, data.Offset, data.Count), CompressionMode.Decompress);
            for (var y = 0; y < Header.Height; y++, (line, above) = (above, line))
            {
                if (zlib.ReadAtLeast(line, line.Length, throwOnEndOfStream: false) < line.Length)
                    throw Bad($"the data ends in row {y + 1} of {Header.Height}");
                if (line[0] > 4) throw Bad($"row {y + 1} has the unknown filter type {line[0]}");
                PngFilters.Undo(line[0], line.AsSpan(1), above.AsSpan(1), bytesApart);
                row(y, Header.Depth < 8 ? Unpack(line.AsSpan(1), samples) : line.AsSpan(1));
            }
            // Reading to the end checks zlib's checksum.
            zlib.ReadByte();
        }
        // A preset dictionary, which PNG does not allow, is an IOException.
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw Bad($"the compressed data is damaged ({e.Message.TrimEnd('.')})", e);
        }
    }

    public BadImageException Bad(string what, Exception? inner = null) =>
        new($"{_name}: {what}; expected a PNG file of class indices (indexed, or grey).", inner!);

    /// <summary>An error that says itself what is expected.</summary>
    public BadImageException Wrong(string what) => new($"{_name}: {what}.");

    private static bool IsGrey(ReadOnlySpan<byte> palette)
    {
        for (var i = 0; i + 2 < palette.Length; i += 3)
            if (palette[i] != palette[i + 1] || palette[i] != palette[i + 2]) return false;
        return true;
    }

    private ReadOnlySpan<byte> Unpack(ReadOnlySpan<byte> line, Span<byte> samples)
    {
        var (depth, each) = (Header.Depth, 8 / Header.Depth);
        for (var x = 0; x < samples.Length; x++)
            samples[x] = (byte)(line[x / each] >> 8 - depth * (x % each + 1) & (1 << depth) - 1);
        return samples;
    }

    private ReadOnlySpan<byte> Chunk(ReadOnlySpan<byte> bytes, ref int at, out uint type)
    {
        // Length, type, content, CRC of type and content.
        var left = bytes.Length - at;
        if (left < 12) throw Bad("the file is truncated: it ends before its IEND chunk");
        var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
        if (length > left - 12) throw Bad($"the file is truncated: the chunk at byte {at} has {length} bytes, {left - 12} are left");
        var body = bytes.Slice(at + 4, (int)length + 4);
        if (PngFormat.Crc(body) != BinaryPrimitives.ReadUInt32BigEndian(bytes[(at + 8 + (int)length)..]))
            throw Bad($"the chunk at byte {at} is damaged: its CRC does not agree");
        at += 12 + (int)length;
        type = BinaryPrimitives.ReadUInt32BigEndian(body);
        return body[4..];
    }

    private PngHeader ReadHeader(ReadOnlySpan<byte> content, ImageLimits limits)
    {
        if (content.Length != 13) throw Bad($"the IHDR chunk has {content.Length} bytes instead of 13");
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(content), BinaryPrimitives.ReadUInt32BigEndian(content[4..]));
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue) throw Bad($"PNG of {width}×{height} pixels");
        var most = Math.Min(limits.MaxPixels, Array.MaxLength);
        if ((long)width * height > most) throw Bad($"PNG of {width}×{height} pixels; at most {most} pixels are decoded (ImageLimits.MaxPixels)");
        var header = new PngHeader((int)width, (int)height, content[8], (PngColorType)content[9], content[12] != 0);
        var allowed = header.Type switch
        {
            PngColorType.Grey => header.Depth is 1 or 2 or 4 or 8 or 16,
            PngColorType.Indexed => header.Depth is 1 or 2 or 4 or 8,
            PngColorType.Rgb or PngColorType.GreyAlpha or PngColorType.Rgba => header.Depth is 8 or 16,
            _ => false,
        };
        if (!allowed || content[10] != 0 || content[11] != 0 || content[12] > 1)
            throw Bad($"PNG of colour type {content[9]}, {content[8]} bits, methods {content[10]}, {content[11]}, {content[12]}");
        return header;
    }

    public delegate void RowAction(int y, ReadOnlySpan<byte> samples);
}
