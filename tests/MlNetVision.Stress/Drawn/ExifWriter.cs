using System.Buffers.Binary;
using System.Text;

namespace MlNetVision.Stress.Drawn;

/// <summary>
/// Puts EXIF with an orientation into files, written here from the specifications (Exif 2.3, PNG third edition, WebP container), so that what
/// the library reads is compared with something of its own.
/// </summary>
internal static class ExifWriter
{
    /// <param name="file">A JPEG, PNG or WebP file without EXIF.</param>
    /// <param name="orientation">1 to 8.</param>
    /// <param name="isLittle">Whether its numbers are little-endian.</param>
    /// <param name="width">The stored width, which the container of WebP repeats.</param>
    /// <param name="height">The stored height.</param>
    public static byte[] Add(byte[] file, int orientation, bool isLittle, int width, int height) => file switch
    {
        [0xFF, 0xD8, ..] => InJpeg(file, Tiff(orientation, isLittle)),
        [0x89, (byte)'P', ..] => InPng(file, Tiff(orientation, isLittle)),
        [(byte)'R', (byte)'I', ..] => InWebp(file, Tiff(orientation, isLittle), width, height),
        _ => throw new ArgumentException("EXIF is written into JPEG, PNG and WebP.", nameof(file)),
    };

    /// <summary>A directory of two fields: the make, and the orientation.</summary>
    private static byte[] Tiff(int orientation, bool isLittle)
    {
        var tiff = new byte[8 + 2 + 2 * 12 + 4];
        Encoding.ASCII.GetBytes(isLittle ? "II" : "MM").CopyTo(tiff, 0);
        Short(2, 42);
        Long(4, 8);
        Short(8, 2);
        Field(10, 0x010F, 2, 4); // Make, ASCII
        "abc\0"u8.CopyTo(tiff.AsSpan(18));
        Field(22, 0x0112, 3, 1); // Orientation, SHORT
        Short(30, orientation);
        return tiff;

        void Field(int at, int tag, int type, int count)
        {
            Short(at, tag);
            Short(at + 2, type);
            Long(at + 4, count);
        }

        void Short(int at, int value)
        {
            if (isLittle) BinaryPrimitives.WriteUInt16LittleEndian(tiff.AsSpan(at), (ushort)value);
            else BinaryPrimitives.WriteUInt16BigEndian(tiff.AsSpan(at), (ushort)value);
        }

        void Long(int at, int value)
        {
            if (isLittle) BinaryPrimitives.WriteInt32LittleEndian(tiff.AsSpan(at), value);
            else BinaryPrimitives.WriteInt32BigEndian(tiff.AsSpan(at), value);
        }
    }

    /// <summary>An APP1 segment behind the start of the image.</summary>
    private static byte[] InJpeg(byte[] jpeg, byte[] tiff)
    {
        byte[] content = [.. "Exif\0\0"u8, .. tiff];
        var length = content.Length + 2;
        return [.. jpeg[..2], 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. content, .. jpeg[2..]];
    }

    private static byte[] InPng(byte[] png, byte[] tiff)
    {
        var chunks = PngChunks.Read(png);
        chunks.Insert(chunks.FindIndex(c => c.Type == "IDAT"), ("eXIf", tiff));
        return PngChunks.Write(chunks);
    }

    /// <summary>The extended container: VP8X, the image's own chunks, EXIF.</summary>
    private static byte[] InWebp(byte[] webp, byte[] tiff, int width, int height)
    {
        var (isExtended, isLossless) = (webp.AsSpan(12, 4).SequenceEqual("VP8X"u8), webp.AsSpan(12, 4).SequenceEqual("VP8L"u8));
        if (isExtended) throw new ArgumentException("The WebP file has a header of its own; one without was expected.", nameof(webp));
        // VP8L states its alpha in the bit behind width and height (14 bits each, from byte 1 of its data).
        var alpha = isLossless && (webp[24] & 0x10) != 0 ? 0x10 : 0;
        byte[] header = [.. "VP8X"u8, 10, 0, 0, 0, (byte)(0x08 | alpha), 0, 0, 0, .. Three(width - 1), .. Three(height - 1)];
        byte[] exif = [.. "EXIF"u8, .. Four(tiff.Length), .. tiff, .. new byte[tiff.Length & 1]];
        byte[] content = [.. "WEBP"u8, .. header, .. webp[12..], .. exif];
        return [.. "RIFF"u8, .. Four(content.Length), .. content];

        static byte[] Three(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16)];

        static byte[] Four(int value) => BitConverter.GetBytes(value);
    }
}
