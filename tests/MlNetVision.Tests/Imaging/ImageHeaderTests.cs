using MlNetVision.Imaging;

namespace MlNetVision.Tests.Imaging;

/// <summary>The header says what decoding gives: the same size, of the same files.</summary>
[TestClass]
public sealed class ImageHeaderTests
{
    [TestMethod]
    [DataRow(".jpg")]
    [DataRow(".png")]
    [DataRow(".webp")]
    public void TryRead_EveryOrientation_IsTheDecodedSize(string extension)
    {
        using var folder = new TemporaryFolder();
        using var image = TestImages.Gradient(48, 32);
        for (var orientation = 1; orientation <= 8; orientation++)
        {
            var bytes = extension switch
            {
                ".jpg" => ImageOrientationTests.WithExif(image.Encode(ImageFormat.Jpeg, 90), orientation, littleEndian: true),
                ".png" => PngBytes.Make(48, 32, 32, ImageOrientationTests.Tiff(orientation, littleEndian: false)),
                _ => ImageOrientationTests.WebpWithExif(image.Encode(ImageFormat.Webp, 90), 48, 32, ImageOrientationTests.Tiff(orientation, littleEndian: true)),
            };
            var path = folder.Write($"{orientation}{extension}", bytes);
            using var decoded = RgbImage.Load(path);

            Assert.AreEqual((decoded.Width, decoded.Height), ImageHeader.TryRead(path)?.Size, $"orientation {orientation}");
            Assert.AreEqual(orientation >= 5 ? (32, 48) : (48, 32), ImageHeader.TryRead(path)?.Size);
        }
    }

    [TestMethod]
    public void TryRead_DamagedExif_IsTheStoredSize()
    {
        using var folder = new TemporaryFolder();
        Assert.AreEqual((5, 3), ImageHeader.TryRead(folder.Write("a.png", PngBytes.Make(5, 3, 3, [0x49, 0x49, 42, 0, 255, 255, 255, 255])))?.Size);
    }

    [TestMethod]
    public void TryRead_NoImage_IsNull()
    {
        using var folder = new TemporaryFolder();
        // A Windows icon, which Skia would decode and this library does not: one 1×1 pixel of 32 bits.
        byte[] icon =
        [
            0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 32, 0, 48, 0, 0, 0, 22, 0, 0, 0,
            40, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 32, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            1, 2, 3, 255, 0, 0, 0, 0,
        ];
        foreach (var bytes in new[] { [], [1, 2, 3], icon })
            Assert.IsNull(ImageHeader.TryRead(folder.Write("a.png", bytes)));
        Assert.IsNull(ImageHeader.TryRead(folder.Path("gone.png")));
        Assert.IsNull(ImageHeader.TryRead(folder.Path("")));
    }
}
