using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MlNetVision.Tests.Imaging;

/// <summary>PNG files written byte by byte, so that they can say what no encoder would.</summary>
internal static class PngBytes
{
    /// <summary>An RGBA file of one colour; <paramref name="rows"/> says how many rows the data has, the header aside.</summary>
    public static byte[] Make(uint width, uint height, int rows, byte[]? exif = null)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteUInt32BigEndian(header, width);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 6);
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            var row = new byte[1 + width * 4];
            for (var y = 0; y < rows; y++)
            {
                for (var x = 0; x < width; x++) (row[1 + 4 * x], row[2 + 4 * x], row[4 + 4 * x]) = ((byte)x, (byte)y, 255);
                zlib.Write(row);
            }
        }
        return [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. Chunk("IHDR", header), .. exif is null ? [] : Chunk("eXIf", exif), .. Chunk("IDAT", data.ToArray()), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string type, byte[] content)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. content];
        var chunk = new byte[body.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        body.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(4 + body.Length), Crc(body));
        return chunk;
    }

    private static uint Crc(byte[] body)
    {
        var crc = uint.MaxValue;
        foreach (var value in body)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 1 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
