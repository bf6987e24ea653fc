using MlNetVision.Imaging;

namespace MlNetVision.Tests.Imaging;

/// <summary>JPEG files that lost their end: what is there decides, not whether a marker stands behind it.</summary>
[TestClass]
public sealed class JpegEndTests
{
    private static readonly byte[] EndMarker = [0xFF, 0xD9];

    /// <summary>Erased flash memory.</summary>
    private static readonly byte[] Erased = [.. Enumerable.Repeat((byte)0xFF, 5000)];

    [TestMethod]
    [DataRow(64, 64)]
    [DataRow(61, 75)]
    [DataRow(300, 17)]
    public void Load_OnlyTheMarkerIsLost_IsTheSameImage(int width, int height)
    {
        using var image = TestImages.Noise(width, height);
        var jpeg = image.Encode(ImageFormat.Jpeg, 90);
        using var whole = RgbImage.Load(jpeg, "whole");
        foreach (var lost in new[] { jpeg[..^2], jpeg[..^1], [.. jpeg[..^2], 0xFF], [.. jpeg[..^2], .. new byte[5000]] })
        {
            using var decoded = RgbImage.Load(lost, "lost");
            Assert.IsTrue(whole.Pixels.SequenceEqual(decoded.Pixels), $"{lost.Length} of {jpeg.Length} bytes");
        }
    }

    [TestMethod]
    public void Load_CutAtAnyPlace_IsDecodedWhereNearlyAllRowsAreThere()
    {
        // Rows of one height of noise take bytes in proportion.
        using var image = TestImages.Noise(64, 640);
        var jpeg = image.Encode(ImageFormat.Jpeg, 90);
        using var whole = RgbImage.Load(jpeg, "whole");
        foreach (var share in new[] { 0.2, 0.5, 0.8, 0.9, 0.97, 0.98 })
        {
            var cut = jpeg[..(int)(jpeg.Length * share)];
            foreach (var bytes in new[] { cut, [.. cut, .. EndMarker], [.. cut, .. new byte[100_000]], [.. cut, .. new byte[100_000], .. EndMarker], [.. cut, .. Erased], [.. cut, .. Erased, .. EndMarker] })
            {
                if (share < 0.95)
                {
                    StringAssert.Contains(Assert.ThrowsExactly<BadImageException>(() => RgbImage.Load(bytes, "cut.jpg"), $"{share}").Message, "cut.jpg: Jpeg of 64×640 pixels is truncated: the data ends in row");
                    continue;
                }
                using var decoded = RgbImage.Load(bytes, "cut");
                var same = whole.Words.CommonPrefixLength(decoded.Words) / 64;
                Assert.IsTrue(same >= 607 && same < 640, $"{share}: {same} rows");
            }
        }
    }

    // Images whose last rows have one colour anyway: with a marker, they are decoded twice and found whole.
    [TestMethod]
    [DataRow(0)]
    [DataRow(0.3)]
    [DataRow(0.97)]
    public void Load_PlainBelow_IsWhole(double plain)
    {
        using var image = TestImages.Noise(64, 200);
        image.Pixels[(int)(image.Pixels.Length * (1 - plain))..].Fill(255);
        var jpeg = image.Encode(ImageFormat.Jpeg, 90);
        using var whole = RgbImage.Load(jpeg, "whole");
        using var lost = RgbImage.Load(jpeg.AsSpan(0, jpeg.Length - 2), "lost");
        Assert.IsTrue(whole.Pixels.SequenceEqual(lost.Pixels));
        Assert.AreEqual((64, 200), (whole.Width, whole.Height));
    }

    [TestMethod]
    public void Load_OneColour_IsWhole()
    {
        using var image = new RgbImage(50, 30);
        image.Pixels.Fill(255);
        using var decoded = RgbImage.Load(image.Encode(ImageFormat.Jpeg, 90), "white");
        Assert.IsFalse(decoded.Pixels.ContainsAnyExcept((byte)255));
    }

    [TestMethod]
    [DataRow("57-jpeg-no-eoi", "noeoi.jpg")]
    [DataRow("59-jpeg-progressive-no-eoi", "prog-noeoi.jpg")]
    public void Load_PublicReport_IsDecodedAndItsHalfIsRefused(string name, string file)
    {
        var jpeg = File.ReadAllBytes(Shared.Path("cases", name, "data", file));
        using var lost = RgbImage.Load(jpeg, file);
        using var marked = RgbImage.Load([.. jpeg, .. EndMarker], file);
        Assert.IsTrue(lost.Pixels.SequenceEqual(marked.Pixels));
        foreach (var half in new[] { jpeg[..(jpeg.Length / 2)], [.. jpeg[..(jpeg.Length / 2)], .. EndMarker] })
            StringAssert.Contains(Assert.ThrowsExactly<BadImageException>(() => RgbImage.Load(half, "half.jpg")).Message, "is truncated");
    }

    /// <summary>Restart markers and progressive scans, which Skia does not write: netpbm does.</summary>
    [TestMethod]
    [DataRow("-restart=4")]
    [DataRow("-restart=1")]
    [DataRow("-progressive")]
    [DataRow("-progressive -restart=8")]
    [DataRow("-greyscale")]
    public void Load_OtherEncoder_IsDecodedAndItsHalfIsRefused(string options)
    {
        using var folder = new TemporaryFolder();
        using var image = TestImages.Noise(160, 160);
        var pixels = image.Pixels;
        var rgb = new byte[160 * 160 * 3];
        for (var i = 0; i < 160 * 160; i++) pixels.Slice(4 * i, 3).CopyTo(rgb.AsSpan(3 * i));
        folder.Write("a.ppm", [.. "P6 160 160 255\n"u8, .. rgb]);
        var jpeg = Tool.Run("netpbm", "pnmtojpeg", [.. options.Split(' '), folder.Path("a.ppm")]);
        using var whole = RgbImage.Load(jpeg, "whole");
        using var lost = RgbImage.Load(jpeg.AsSpan(0, jpeg.Length - 2), "lost");
        Assert.IsTrue(whole.Pixels.SequenceEqual(lost.Pixels));
        foreach (var share in new[] { 0.3, 0.5, 0.7 })
        {
            var cut = jpeg[..(int)(jpeg.Length * share)];
            foreach (var bytes in new[] { cut, [.. cut, .. EndMarker] })
                Assert.ThrowsExactly<BadImageException>(() => RgbImage.Load(bytes, "half.jpg"), $"{options} {share} {bytes.Length}");
        }
    }
}
