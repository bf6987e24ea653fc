using System.Buffers.Binary;
using SkiaSharp;

namespace MlNetVision.Stress.Drawn;

/// <summary>Small images in every format that is read.</summary>
internal static class DrawnImages
{
    /// <summary>An image of slowly changing colours, in a format that Skia writes.</summary>
    public static byte[] Encode(int width, int height, SKEncodedImageFormat format, int quality = 80, bool transparent = false)
    {
        using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, transparent ? SKAlphaType.Unpremul : SKAlphaType.Opaque);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++) bitmap.SetPixel(x, y, new SKColor((byte)(x * 9), (byte)(y * 7), (byte)(x ^ y), transparent ? (byte)(x * 5) : (byte)255));
        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    /// <summary>A Windows bitmap of 24 bits, its rows from the bottom up and padded to four bytes.</summary>
    public static byte[] Bmp(int width, int height)
    {
        const int Header = 54;
        var stride = (width * 3 + 3) & ~3;
        var file = new byte[Header + stride * height];
        "BM"u8.CopyTo(file);
        foreach (var (at, value) in new[] { (2, file.Length), (10, Header), (14, 40), (18, width), (22, height), (34, stride * height) })
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        (file[26], file[28]) = (1, 24);
        for (var i = Header; i < file.Length; i++) file[i] = (byte)(i * 5);
        return file;
    }

    /// <summary>A GIF of 256 greys. Its codes have 9 bits throughout, because the table is cleared before it grows.</summary>
    public static byte[] Gif(int width, int height, int frames = 1)
    {
        var file = new MemoryStream();
        file.Write("GIF89a"u8);
        file.Write([(byte)width, 0, (byte)height, 0, 0xF7, 0, 0]);
        for (var i = 0; i < 256; i++) file.Write([(byte)i, (byte)i, (byte)i]);
        for (var frame = 0; frame < frames; frame++)
        {
            file.Write([0x21, 0xF9, 4, 0, 5, 0, 0, 0]);
            file.Write([0x2C, 0, 0, 0, 0, (byte)width, 0, (byte)height, 0, 0, 8]);
            foreach (var block in Codes(width * height, frame).Chunk(255)) file.Write([(byte)block.Length, .. block]);
            file.WriteByte(0);
        }
        file.WriteByte(0x3B);
        return file.ToArray();
    }

    private static List<byte> Codes(int pixels, int from)
    {
        const int Clear = 256;
        const int End = 257;
        const int Bits = 9;
        var (packed, buffer, held) = (new List<byte>(), 0, 0);
        for (var i = 0; i < pixels; i++)
        {
            if (i % 250 == 0) Put(Clear);
            Put((i * 3 + from) & 255);
        }
        Put(End);
        if (held > 0) packed.Add((byte)buffer);
        return packed;

        void Put(int code)
        {
            buffer |= code << held;
            for (held += Bits; held >= 8; held -= 8, buffer >>= 8) packed.Add((byte)buffer);
        }
    }
}
