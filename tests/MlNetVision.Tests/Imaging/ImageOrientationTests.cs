using System.Buffers.Binary;
using MlNetVision.Imaging;

namespace MlNetVision.Tests.Imaging;

[TestClass]
public sealed class ImageOrientationTests
{
    // An upright image of 48×32 with red, green / blue, white quarters. Where its corners lie in the stored image, as
    // EXIF 2.3 tells the eight values: the stored first row is the upright top (1, 2), bottom (3, 4), left (5, 8), right (6, 7).
    [TestMethod]
    [DataRow(1, "RG/BW")]
    [DataRow(2, "GR/WB")]
    [DataRow(3, "WB/GR")]
    [DataRow(4, "BW/RG")]
    [DataRow(5, "RB/GW")]
    [DataRow(6, "GW/RB")]
    [DataRow(7, "WG/BR")]
    [DataRow(8, "BR/WG")]
    public void Load_ExifOrientation_TurnsUpright(int orientation, string stored)
    {
        using var image = Quarters(stored, swapped: orientation >= 5);
        var jpeg = image.Encode(ImageFormat.Jpeg, 95);

        foreach (var littleEndian in new[] { true, false })
        {
            using var upright = RgbImage.Load(WithExif(jpeg, orientation, littleEndian), "exif.jpg");
            Assert.AreEqual((48, 32), (upright.Width, upright.Height));
            Assert.AreEqual("RG/BW", $"{Name(upright.At(12, 8))}{Name(upright.At(36, 8))}/{Name(upright.At(12, 24))}{Name(upright.At(36, 24))}");
        }
    }

    [TestMethod]
    [DataRow(1, 5, 3, 0, 0)]
    [DataRow(3, 5, 3, 4, 2)]
    [DataRow(6, 3, 5, 0, 2)]
    [DataRow(8, 3, 5, 4, 0)]
    public void Load_PngWithExifChunk_TurnsUpright(int orientation, int width, int height, int firstX, int firstY)
    {
        using var upright = RgbImage.Load(PngBytes.Make(5, 3, 3, Tiff(orientation, littleEndian: false)), "exif.png");
        Assert.AreEqual((width, height), (upright.Width, upright.Height));
        Assert.AreEqual(((byte)firstX, (byte)firstY, (byte)0), upright.At(0, 0));
    }

    [TestMethod]
    [DataRow(new byte[] { })]
    [DataRow(new byte[] { 0x49, 0x49, 42, 0, 255, 255, 255, 255 })]
    [DataRow(new byte[] { 0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 255, 255, 1, 18, 0, 3 })]
    [DataRow(new byte[] { 0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, 99, 0, 0 })]
    public void Load_PngWithDamagedExif_StaysAsStored(byte[] exif)
    {
        using var image = RgbImage.Load(PngBytes.Make(5, 3, 3, exif), "exif.png");
        Assert.AreEqual((5, 3), (image.Width, image.Height));
    }

    /// <summary>EXIF says SHORT (3); BYTE (1), LONG (4) and the signed types are written too, and Pillow takes them all.</summary>
    [TestMethod]
    [DataRow((short)1)]
    [DataRow((short)3)]
    [DataRow((short)4)]
    [DataRow((short)6)]
    [DataRow((short)8)]
    [DataRow((short)9)]
    public void Load_OrientationOfAnotherInteger_TurnsUpright(short type)
    {
        using var plain = TestImages.Gradient(48, 32);
        foreach (var littleEndian in new[] { true, false })
        {
            var tiff = Tiff(6, littleEndian, type);
            using var png = RgbImage.Load(PngBytes.Make(5, 3, 3, tiff), "exif.png");
            using var webp = RgbImage.Load(WebpWithExif(plain.Encode(ImageFormat.Webp, 90), 48, 32, tiff), "exif.webp");
            byte[] content = [.. "Exif\0\0"u8, .. tiff];
            using var jpeg = RgbImage.Load(
                [0xFF, 0xD8, 0xFF, 0xFF, 0xE1, 0, (byte)(content.Length + 2), .. content, .. plain.Encode(ImageFormat.Jpeg, 90)[2..]], "exif.jpg");
            Assert.AreEqual((3, 5, 32, 48, 32, 48), (png.Width, png.Height, webp.Width, webp.Height, jpeg.Width, jpeg.Height));
        }
    }

    private static RgbImage Quarters(string colors, bool swapped)
    {
        var (width, height) = swapped ? (32, 48) : (48, 32);
        var image = new RgbImage(width, height);
        for (var i = 0; i < width * height; i++)
        {
            var name = colors[(i / width * 2 / height * 3) + (i % width * 2 / width)];
            byte[] rgb = name switch { 'R' => [230, 20, 20], 'G' => [20, 230, 20], 'B' => [20, 20, 230], _ => [240, 240, 240] };
            rgb.CopyTo(image.Pixels[(4 * i)..]);
            image.Pixels[4 * i + 3] = 255;
        }
        return image;
    }

    private static char Name((byte R, byte G, byte B) color) =>
        color is { R: > 128, G: > 128, B: > 128 } ? 'W' : color.R > 128 ? 'R' : color.G > 128 ? 'G' : 'B';

    internal static byte[] WithExif(byte[] jpeg, int orientation, bool littleEndian)
    {
        byte[] content = [.. "Exif\0\0"u8, .. Tiff(orientation, littleEndian)];
        return [0xFF, 0xD8, 0xFF, 0xE1, 0, (byte)(content.Length + 2), .. content, .. jpeg[2..]];
    }

    /// <summary>A WebP file in its extended form (VP8X with the EXIF flag, the image, EXIF).</summary>
    internal static byte[] WebpWithExif(byte[] webp, int width, int height, byte[] tiff)
    {
        byte[] vp8x = [.. "VP8X"u8, 10, 0, 0, 0, 8, 0, 0, 0, (byte)(width - 1), 0, 0, (byte)(height - 1), 0, 0];
        byte[] body = [.. "WEBP"u8, .. vp8x, .. webp[12..], .. "EXIF"u8, (byte)tiff.Length, 0, 0, 0, .. tiff];
        return [.. "RIFF"u8, .. BitConverter.GetBytes(body.Length), .. body];
    }

    /// <summary>A TIFF header and a directory with one entry: tag 0x0112, one SHORT (type 3), or another integer.</summary>
    internal static byte[] Tiff(int orientation, bool littleEndian, short type = 3)
    {
        var tiff = new byte[26];
        (tiff[0], tiff[1]) = littleEndian ? ((byte)'I', (byte)'I') : ((byte)'M', (byte)'M');
        foreach (var (at, value) in new[] { (2, 42), (8, 1), (10, 0x0112), (12, type) })
        {
            if (littleEndian) BinaryPrimitives.WriteInt16LittleEndian(tiff.AsSpan(at), (short)value);
            else BinaryPrimitives.WriteInt16BigEndian(tiff.AsSpan(at), (short)value);
        }
        tiff[littleEndian ? 4 : 7] = 8;
        tiff[littleEndian ? 14 : 17] = 1;
        var width = type switch { 1 or 6 => 1, 3 or 8 => 2, _ => 4 };
        tiff[littleEndian ? 18 : 17 + width] = (byte)orientation;
        return tiff;
    }
}
