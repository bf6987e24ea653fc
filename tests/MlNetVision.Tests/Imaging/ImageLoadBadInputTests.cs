using System.Text;
using MlNetVision.Imaging;

namespace MlNetVision.Tests.Imaging;

[TestClass]
public sealed class ImageLoadBadInputTests
{
    [TestMethod]
    [Timeout(60_000)]
    [DataRow("pipe.png", "is a named pipe; expected a regular file")]
    [DataRow("link.png", "is a named pipe; expected a regular file")]
    [DataRow("truncated.jpg", "truncated")]
    [DataRow("truncated.png", "truncated")]
    [DataRow("truncated.webp", "truncated")]
    [DataRow("text.jpg", "start with 68 65 6C 6C 6F")]
    [DataRow("empty.jpg", "0 bytes")]
    [DataRow("header.png", "30000×30000")]
    [DataRow("missing.jpg", "no such file")]
    [DataRow("folder.jpg", "folder")]
    [DataRow("empty.jpg/below.jpg", "below.jpg")]
    public void Load_BadFile_NamesItAndWhatWasFound(string name, string expected)
    {
        using var folder = new TemporaryFolder();
        using var image = TestImages.Noise(64, 64);
        folder.Write("truncated.jpg", Half(image.Encode(ImageFormat.Jpeg)));
        folder.Write("truncated.png", Half(image.Encode(ImageFormat.Png)));
        folder.Write("truncated.webp", Half(image.Encode(ImageFormat.Webp)));
        folder.Write("text.jpg", Encoding.ASCII.GetBytes("hello, I am not an image"));
        folder.Write("empty.jpg", []);
        folder.Write("header.png", PngBytes.Make(30_000, 30_000, 1));
        Directory.CreateDirectory(folder.Path("folder.jpg"));
        if (name is "pipe.png" or "link.png") NamedPipe.Make(folder.Path("pipe.png"));
        File.CreateSymbolicLink(folder.Path("link.png"), "pipe.png");

        var error = Assert.ThrowsExactly<BadImageException>(() => RgbImage.Load(folder.Path(name)));
        StringAssert.Contains(error.Message, folder.Path(name));
        StringAssert.Contains(error.Message, expected);
    }

    [TestMethod]
    public void Load_BeyondTheLimits_IsRefused()
    {
        using var image = TestImages.Noise(64, 64);
        var png = image.Encode(ImageFormat.Png);

        var pixels = Assert.ThrowsExactly<BadImageException>(() => RgbImage.Load(png, "a", new ImageLimits { MaxPixels = 4095 }));
        StringAssert.Contains(pixels.Message, "4095");
        using var stream = new MemoryStream(png);
        var bytes = Assert.ThrowsExactly<BadImageException>(() => RgbImage.Load(stream, "a", new ImageLimits { MaxBytes = png.Length - 1 }));
        StringAssert.Contains(bytes.Message, $"{png.Length - 1}");
        using var endless = new EndlessStream();
        Assert.ThrowsExactly<BadImageException>(() => RgbImage.Load(endless, "a", new ImageLimits { MaxBytes = 1 << 20 }));
        RgbImage.Load(png, "a", new ImageLimits { MaxPixels = 4096, MaxBytes = png.Length }).Dispose();
    }

    // A scan costs a walk over the image however short it is.
    [TestMethod]
    public void Load_JpegOfVeryManyScans_IsRefused()
    {
        using var image = TestImages.Noise(8, 8);
        byte[] jpeg = [.. image.Encode(ImageFormat.Jpeg)[..^2], .. Enumerable.Repeat<byte[]>([0xFF, 0xDA], 501).SelectMany(marker => marker)];
        StringAssert.Contains(Assert.ThrowsExactly<BadImageException>(() => RgbImage.Load(jpeg, "scans.jpg")).Message, "502 scans");
    }

    [TestMethod]
    public void Load_StreamThatFails_IsABadImage()
    {
        using var stream = new MemoryStream();
        using var failing = new FailingStream();
        Assert.ThrowsExactly<BadImageException>(() => RgbImage.Load(stream, "empty"));
        StringAssert.Contains(Assert.ThrowsExactly<BadImageException>(() => RgbImage.Load(failing, "cable")).Message, "pulled");
    }

    // Whatever bytes come, there is an image or a BadImageException; 250 files of each format with a few bytes changed.
    [TestMethod]
    [DataRow(ImageFormat.Jpeg)]
    [DataRow(ImageFormat.Png)]
    [DataRow(ImageFormat.Webp)]
    public void Load_DamagedBytes_NeverEndsOtherwise(ImageFormat format)
    {
        using var image = TestImages.Gradient(40, 30);
        var good = image.Encode(format);
        var random = new Random(7);
        var limits = new ImageLimits { MaxPixels = 1_000_000 };
        var refused = 0;
        for (var i = 0; i < 250; i++)
        {
            var bad = good.ToArray();
            for (var change = 0; change < 1 + i % 5; change++) bad[random.Next(bad.Length)] = (byte)random.Next(256);
            try
            {
                RgbImage.Load(bad, "bad", limits).Dispose();
            }
            catch (BadImageException)
            {
                refused++;
            }
        }
        Assert.IsGreaterThan(10, refused);
    }

    private static byte[] Half(byte[] content) => content[..(content.Length / 2)];

    private sealed class EndlessStream : MemoryStream
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => count;
    }

    private sealed class FailingStream : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count) => throw new IOException("the plug was pulled");
    }
}
