using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MlNetVision.Stress.Drawn;

/// <summary>A PNG file as its chunks, written here from the specification, so that tests do not rely on the library's own code.</summary>
internal static class PngChunks
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    private static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    public static List<(string Type, byte[] Data)> Read(ReadOnlySpan<byte> png)
    {
        var chunks = new List<(string, byte[])>();
        for (var at = Signature.Length; at + 12 <= png.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            if (length > png.Length - at - 12) break;
            chunks.Add((Encoding.Latin1.GetString(png.Slice(at + 4, 4)), png.Slice(at + 8, (int)length).ToArray()));
            at += 12 + (int)length;
        }
        return chunks;
    }

    /// <summary>The file of these chunks, with checksums that are correct.</summary>
    public static byte[] Write(IEnumerable<(string Type, byte[] Data)> chunks)
    {
        var png = new MemoryStream();
        png.Write(Signature);
        Span<byte> number = stackalloc byte[4];
        foreach (var (type, data) in chunks)
        {
            BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
            png.Write(number);
            byte[] summed = [.. Encoding.Latin1.GetBytes(type), .. data];
            png.Write(summed);
            BinaryPrimitives.WriteUInt32BigEndian(number, Crc(summed));
            png.Write(number);
        }
        return png.ToArray();
    }

    /// <summary>A file of rows of samples as they are, without filters.</summary>
    /// <param name="width">The width in pixels.</param>
    /// <param name="height">The height.</param>
    /// <param name="depth">Bits per sample.</param>
    /// <param name="type">The colour type: 0 grey, 2 RGB, 3 indexed, 4 grey and alpha, 6 RGB and alpha.</param>
    /// <param name="rows">The bytes of all rows.</param>
    /// <param name="palette">The palette, where indexed.</param>
    public static byte[] Write(int width, int height, byte depth, byte type, ReadOnlySpan<byte> rows, byte[]? palette = null)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (depth, type);
        var stride = rows.Length / height;
        var filtered = new MemoryStream();
        for (var y = 0; y < height; y++)
        {
            filtered.WriteByte(0);
            filtered.Write(rows.Slice(y * stride, stride));
        }
        (string, byte[])[] colours = palette is null ? [] : [("PLTE", palette)];
        return Write([("IHDR", header), .. colours, ("IDAT", Deflate(filtered.ToArray())), ("IEND", [])]);
    }

    public static byte[] Deflate(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest)) zlib.Write(bytes);
        return packed.ToArray();
    }

    public static byte[] Inflate(byte[] packed)
    {
        using var zlib = new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress);
        var bytes = new MemoryStream();
        zlib.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static uint Crc(byte[] bytes) => ~bytes.Aggregate(uint.MaxValue, (sum, b) => Table[(sum ^ b) & 255] ^ (sum >> 8));

    private static uint Entry(int number)
    {
        var entry = (uint)number;
        for (var bit = 0; bit < 8; bit++) entry = (entry & 1) != 0 ? 0xEDB88320 ^ (entry >> 1) : entry >> 1;
        return entry;
    }
}
