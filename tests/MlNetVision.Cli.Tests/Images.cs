using System.Buffers.Binary;
using MlNetVision.Imaging;
using SkiaSharp;

namespace MlNetVision.Cli.Tests;

/// <summary>Images for tests, good and bad.</summary>
internal static class Images
{
    /// <summary>A black image with filled quarters: red, or red and blue (purple).</summary>
    public static RgbImage Quarters(int width, int height, params ReadOnlySpan<(int Column, int Row, bool Purple)> quarters)
    {
        var image = new RgbImage(width, height);
        var pixels = image.Pixels;
        for (var i = 3; i < pixels.Length; i += 4) pixels[i] = 255;
        foreach (var (column, row, purple) in quarters)
        {
            for (var y = row * height / 2; y < (row + 1) * height / 2; y++)
            {
                for (var x = column * width / 2; x < (column + 1) * width / 2; x++)
                {
                    pixels[((y * width) + x) * 4] = 255;
                    if (purple) pixels[(((y * width) + x) * 4) + 2] = 255;
                }
            }
        }
        return image;
    }

    /// <summary>A PNG with one red quarter at the top left.</summary>
    public static byte[] RedPng(int width = 64, int height = 64)
    {
        using var image = Quarters(width, height, (0, 0, false));
        return image.Encode(ImageFormat.Png);
    }

    /// <summary>A PNG of one colour with the profile of Display P3.</summary>
    public static byte[] DisplayP3Png()
    {
        using var space = SKColorSpace.CreateRgb(SKColorSpaceTransferFn.Srgb, SKColorSpaceXyz.DisplayP3);
        using var bitmap = new SKBitmap(new SKImageInfo(64, 64, SKColorType.Rgba8888, SKAlphaType.Opaque, space));
        for (var i = 0; i < 64 * 64; i++) bitmap.SetPixel(i % 64, i / 64, new SKColor(200, 100, 50));
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>A JPEG that ends in the middle of its data.</summary>
    public static byte[] TruncatedJpeg()
    {
        using var image = Quarters(256, 256, (0, 0, false), (1, 1, true));
        var whole = image.Encode(ImageFormat.Jpeg);
        return whole[..(whole.Length / 2)];
    }

    /// <summary>A PNG that says it is of that size and has next to no data.</summary>
    public static byte[] PngHeader(int width, int height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2); // bits, RGB
        return [0x89, .. "PNG\r\n\x1A\n"u8, .. PngChunk("IHDR"u8, header), .. PngChunk("IDAT"u8, [0x78, 0x9C, 0x03, 0, 0, 0, 0, 1]), .. PngChunk("IEND"u8, [])];
    }

    private static byte[] PngChunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        byte[] chunk = [0, 0, 0, 0, .. type, .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc32(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    /// <summary>PNG's check sum, bit by bit (PNG specification, annex D).</summary>
    private static uint Crc32(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }
        return ~crc;
    }
}
