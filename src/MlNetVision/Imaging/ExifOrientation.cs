using System.Buffers.Binary;
using SkiaSharp;

namespace MlNetVision.Imaging;

/// <summary>
/// Reads EXIF's orientation tag (Exif 2.3, 4.6.4) where each format keeps it: JPEG's first APP1 segment of EXIF, PNG's <c>eXIf</c> chunk
/// (PNG specification, third edition, 11.3.4.5), WebP's <c>EXIF</c> chunk. Skia ignores the last two, and integers that are not SHORT.
/// </summary>
internal static class ExifOrientation
{
    private const uint PngExif = 0x65584966;
    private const uint WebpExif = 0x45584946;
    private const int OrientationTag = 0x0112;

    /// <summary>The largest EXIF that is read; in a JPEG it fits in 64 KiB.</summary>
    private const int MostExif = 1 << 20;

    private static ReadOnlySpan<byte> Prefix => "Exif\0\0"u8;

    /// <summary>The orientation; upright where EXIF or the tag is missing or damaged.</summary>
    /// <param name="image">The file, a seekable stream; only the headers of its parts and the EXIF are read.</param>
    /// <param name="format">Its format.</param>
    public static SKEncodedOrigin Read(Stream image, SKEncodedImageFormat format)
    {
        var exif = format switch
        {
            SKEncodedImageFormat.Jpeg => InJpeg(image),
            SKEncodedImageFormat.Png => InPng(image),
            SKEncodedImageFormat.Webp => InWebp(image),
            _ => [],
        };
        return FromTiff(exif.AsSpan().StartsWith(Prefix) ? exif.AsSpan(Prefix.Length) : exif);
    }

    /// <summary>Segments of FF, marker, length (with its own two bytes) up to the first scan.</summary>
    private static byte[] InJpeg(Stream jpeg)
    {
        Span<byte> head = stackalloc byte[10];
        for (jpeg.Position = 2; jpeg.Position + 4 <= jpeg.Length;)
        {
            var start = jpeg.Position;
            var read = jpeg.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            if (head[0] != 0xFF || head[1] == 0xDA || read < 4) break;
            if (head[1] == 0xFF)
            {
                jpeg.Position = start + 1; // a fill byte
                continue;
            }
            var length = BinaryPrimitives.ReadUInt16BigEndian(head[2..]);
            jpeg.Position = start + 4;
            if (head[1] == 0xE1 && read == head.Length && head[4..].SequenceEqual(Prefix)) return Bytes(jpeg, Math.Max(0, length - 2));
            jpeg.Position = start + 2 + Math.Max(2, (int)length);
        }
        return [];
    }

    /// <summary>Signature, then chunks of length, type, data, CRC.</summary>
    private static byte[] InPng(Stream png)
    {
        Span<byte> head = stackalloc byte[8];
        for (png.Position = 8; png.Position + 12 <= png.Length;)
        {
            png.ReadExactly(head);
            var length = BinaryPrimitives.ReadUInt32BigEndian(head);
            if (png.Position + length + 4 > png.Length) break;
            if (BinaryPrimitives.ReadUInt32BigEndian(head[4..]) == PngExif) return Bytes(png, length);
            png.Position += length + 4L;
        }
        return [];
    }

    /// <summary>RIFF, size, WEBP, then chunks of type, length, data, which are padded to even lengths.</summary>
    private static byte[] InWebp(Stream webp)
    {
        Span<byte> head = stackalloc byte[8];
        for (webp.Position = 12; webp.Position + 8 <= webp.Length;)
        {
            webp.ReadExactly(head);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            if (webp.Position + length > webp.Length) break;
            if (BinaryPrimitives.ReadUInt32BigEndian(head) == WebpExif) return Bytes(webp, length);
            webp.Position += length + (length & 1L);
        }
        return [];
    }

    private static byte[] Bytes(Stream image, long length)
    {
        var bytes = new byte[Math.Min(length, MostExif)];
        return image.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length ? bytes : [];
    }

    /// <summary>Reads the tag in the first directory of a TIFF header, in either byte order.</summary>
    private static SKEncodedOrigin FromTiff(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8) return SKEncodedOrigin.TopLeft;
        var little = tiff[0] == 'I';
        uint directory = Long(tiff[4..], little);
        if (directory + 2L > tiff.Length) return SKEncodedOrigin.TopLeft;
        int count = Short(tiff[(int)directory..], little);
        for (var entry = (long)directory + 2; count-- > 0 && entry + 12 <= tiff.Length; entry += 12)
        {
            var field = tiff.Slice((int)entry, 12);
            if (Short(field, little) != OrientationTag) continue;
            var value = Value(field, little);
            return value is >= 1 and <= 8 ? (SKEncodedOrigin)value : SKEncodedOrigin.TopLeft;
        }
        return SKEncodedOrigin.TopLeft;
    }

    /// <summary>The first value of a field: tag, type, count, value. The standard says SHORT; programs also write the other integers.</summary>
    private static long Value(ReadOnlySpan<byte> field, bool little) => Short(field[2..], little) switch
    {
        1 or 6 or 7 => field[8],
        3 or 8 => Short(field[8..], little),
        4 or 9 => Long(field[8..], little),
        _ => 0,
    };

    private static ushort Short(ReadOnlySpan<byte> at, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);

    private static uint Long(ReadOnlySpan<byte> at, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt32BigEndian(at);
}
