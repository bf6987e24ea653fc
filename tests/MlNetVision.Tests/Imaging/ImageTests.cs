using MlNetVision.Imaging;

namespace MlNetVision.Tests.Imaging;

[TestClass]
public sealed class ImageTests
{
    [TestMethod]
    public void Dispose_Twice_DoesNothingMore()
    {
        var image = new RgbImage(3, 2);
        image.Dispose();
        image.Dispose();

        Assert.ThrowsExactly<ObjectDisposedException>(() => image.Pixels.Length);
        Assert.ThrowsExactly<ObjectDisposedException>(() => image.Clone());
        Assert.ThrowsExactly<ObjectDisposedException>(() => image.Encode(ImageFormat.Png));
        Assert.ThrowsExactly<ObjectDisposedException>(() => ImageResizer.Resize(image, new ResizeOptions { Width = 2, Height = 2 }, out _));
        Assert.ThrowsExactly<ObjectDisposedException>(() => TensorPacker.Pack(image, new float[18], PixelLayout.Nchw, PixelNormalization.Unit));
    }

    [TestMethod]
    [DataRow(0, 1)]
    [DataRow(1, -1)]
    [DataRow(40_000, 40_000)]
    public void Constructor_ImpossibleSize_IsRefused(int width, int height) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new RgbImage(width, height));

    [TestMethod]
    public void Clone_Changed_LeavesTheOriginal()
    {
        using var image = TestImages.Noise(5, 4);
        using var copy = image.Clone();
        CollectionAssert.AreEqual(image.Pixels.ToArray(), copy.Pixels.ToArray());
        copy.Pixels.Fill(9);
        Assert.AreNotEqual(9, image.Pixels[0]);
    }

    [TestMethod]
    [DataRow("a.png")]
    [DataRow("b.WEBP")]
    [DataRow("deeper/c.jpg")]
    public void Save_Extension_NamesTheFormat(string name)
    {
        using var folder = new TemporaryFolder();
        using var image = TestImages.Gradient(20, 10);
        image.Save(folder.Path(name));
        using var back = RgbImage.Load(folder.Path(name));

        Assert.AreEqual((20, 10), (back.Width, back.Height));
        var most = image.Pixels.ToArray().Zip(back.Pixels.ToArray(), (a, b) => Math.Abs(a - b)).Max();
        Assert.IsLessThanOrEqualTo(name.EndsWith("png", StringComparison.Ordinal) ? 0 : 16, most);
    }

    [TestMethod]
    public void Save_UnknownExtension_NamesTheKnownOnes()
    {
        using var image = new RgbImage(1, 1);
        var error = Assert.ThrowsExactly<ArgumentException>(() => image.Save("x.tiff"));
        StringAssert.Contains(error.Message, ".webp");
    }

    [TestMethod]
    public void Encode_TooWideForJpeg_IsRefused()
    {
        using var image = new RgbImage(70_000, 1);
        Assert.ThrowsExactly<ArgumentException>(() => image.Encode(ImageFormat.Jpeg));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => image.Encode(ImageFormat.Jpeg, 0));
    }
}
