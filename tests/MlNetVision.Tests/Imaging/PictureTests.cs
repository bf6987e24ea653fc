using MlNetVision.Imaging;

namespace MlNetVision.Tests.Imaging;

[TestClass]
public sealed class PictureTests
{
    [TestMethod]
    public void Dispose_Twice_DoesNothingMore()
    {
        var picture = new Picture(3, 2);
        picture.Dispose();
        picture.Dispose();

        Assert.ThrowsExactly<ObjectDisposedException>(() => picture.Pixels.Length);
        Assert.ThrowsExactly<ObjectDisposedException>(() => picture.Clone());
        Assert.ThrowsExactly<ObjectDisposedException>(() => picture.Encode(PictureFormat.Png));
        Assert.ThrowsExactly<ObjectDisposedException>(() => PictureResizer.Resize(picture, new ResizeOptions { Width = 2, Height = 2 }, out _));
        Assert.ThrowsExactly<ObjectDisposedException>(() => TensorPacker.Pack(picture, new float[18], PixelLayout.Nchw, PixelNormalization.Unit));
    }

    [TestMethod]
    [DataRow(0, 1)]
    [DataRow(1, -1)]
    [DataRow(40_000, 40_000)]
    public void Constructor_ImpossibleSize_IsRefused(int width, int height) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Picture(width, height));

    [TestMethod]
    public void Clone_Changed_LeavesTheOriginal()
    {
        using var picture = TestPictures.Noise(5, 4);
        using var copy = picture.Clone();
        CollectionAssert.AreEqual(picture.Pixels.ToArray(), copy.Pixels.ToArray());
        copy.Pixels.Fill(9);
        Assert.AreNotEqual(9, picture.Pixels[0]);
    }

    [TestMethod]
    [DataRow("a.png")]
    [DataRow("b.WEBP")]
    [DataRow("deeper/c.jpg")]
    public void Save_Extension_NamesTheFormat(string name)
    {
        using var folder = new TemporaryFolder();
        using var picture = TestPictures.Gradient(20, 10);
        picture.Save(folder.Path(name));
        using var back = Picture.Load(folder.Path(name));

        Assert.AreEqual((20, 10), (back.Width, back.Height));
        var most = picture.Pixels.ToArray().Zip(back.Pixels.ToArray(), (a, b) => Math.Abs(a - b)).Max();
        Assert.IsLessThanOrEqualTo(name.EndsWith("png", StringComparison.Ordinal) ? 0 : 16, most);
    }

    [TestMethod]
    public void Save_UnknownExtension_NamesTheKnownOnes()
    {
        using var picture = new Picture(1, 1);
        var error = Assert.ThrowsExactly<ArgumentException>(() => picture.Save("x.tiff"));
        StringAssert.Contains(error.Message, ".webp");
    }

    [TestMethod]
    public void Encode_TooWideForJpeg_IsRefused()
    {
        using var picture = new Picture(70_000, 1);
        Assert.ThrowsExactly<ArgumentException>(() => picture.Encode(PictureFormat.Jpeg));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => picture.Encode(PictureFormat.Jpeg, 0));
    }
}
