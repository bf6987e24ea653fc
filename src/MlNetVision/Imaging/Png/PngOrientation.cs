using System.Buffers.Binary;
using SkiaSharp;

namespace MlNetVision.Imaging;

/// <summary>
/// Reads EXIF's orientation from a PNG's <c>eXIf</c> chunk (PNG specification, third edition, 11.3.4.5), which Skia ignores;
/// in JPEG and WebP it reads the tag itself.
/// </summary>
internal static class PngOrientation
{
    private const uint ExifChunk = 0x65584966;
    private const int OrientationTag = 0x0112;

    /// <summary>The largest EXIF; in a JPEG it fits in 64 KiB.</summary>
    private const int MostExif = 1 << 20;

    /// <summary>The orientation; upright where the chunk or the tag is missing or damaged.</summary>
    /// <param name="png">The file, a seekable stream; only chunk headers and the EXIF are read.</param>
    public static SKEncodedOrigin Read(Stream png)
    {
        // Signature, then chunks of length, type, data, CRC.
        Span<byte> head = stackalloc byte[8];
        for (png.Position = 8; png.Position + 12 <= png.Length;)
        {
            png.ReadExactly(head);
            var length = BinaryPrimitives.ReadUInt32BigEndian(head);
            if (png.Position + length + 4 > png.Length) break;
            if (BinaryPrimitives.ReadUInt32BigEndian(head[4..]) == ExifChunk) return FromExif(png, (int)Math.Min(length, MostExif));
            png.Position += length + 4L;
        }
        return SKEncodedOrigin.TopLeft;
    }

    private static SKEncodedOrigin FromExif(Stream png, int length)
    {
        var exif = new byte[length];
        png.ReadExactly(exif);
        return FromTiff(exif);
    }

    /// <summary>Reads the tag in the first directory of a TIFF header, in either byte order.</summary>
    private static SKEncodedOrigin FromTiff(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8) return SKEncodedOrigin.TopLeft;
        var little = tiff[0] == 'I';
        uint directory = little ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (directory + 2L > tiff.Length) return SKEncodedOrigin.TopLeft;
        int count = Short(tiff[(int)directory..], little);
        for (var entry = (long)directory + 2; count-- > 0 && entry + 12 <= tiff.Length; entry += 12)
        {
            if (Short(tiff[(int)entry..], little) != OrientationTag) continue;
            var value = Short(tiff[((int)entry + 8)..], little);
            return value is >= 1 and <= 8 ? (SKEncodedOrigin)value : SKEncodedOrigin.TopLeft;
        }
        return SKEncodedOrigin.TopLeft;
    }

    private static ushort Short(ReadOnlySpan<byte> at, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);
}
