using MlNetVision.Imaging;

namespace MlNetVision.Tests.Imaging;

[TestClass]
public sealed class ImageResizerTests
{
    [TestMethod]
    [DataRow(37, 23, 16, 16)]
    [DataRow(23, 37, 17, 16)]
    [DataRow(5, 4, 31, 29)]
    [DataRow(64, 6, 33, 33)]
    [DataRow(1, 4, 16, 16)]
    [DataRow(4, 1, 16, 32)]
    [DataRow(16, 12, 16, 16)]
    public void Resize_LetterboxBilinear_IsDarknets(int pw, int ph, int nw, int nh)
    {
        using var source = TestImages.Noise(pw, ph);
        using var target = ImageResizer.Resize(source, new ResizeOptions { Width = nw, Height = nh }, out var geometry);

        // Half a byte for rounding; the padding is 127 for 127.5.
        AssertNear(DarknetReference.Letterbox(DarknetReference.FromImage(source), nw, nh), target, 0.51f);
        Assert.AreEqual(ImageGeometry.For(ResizeMode.Letterbox, pw, ph, nw, nh), geometry);
    }

    [TestMethod]
    public void Resize_Photograph_IsDarknets()
    {
        using var source = RgbImage.Load(Shared.Path("data", "images", "dog.jpg"));
        using var target = ImageResizer.Resize(source, new ResizeOptions { Width = 416, Height = 416 }, out _);
        AssertNear(DarknetReference.Letterbox(DarknetReference.FromImage(source), 416, 416), target, 0.55f);
    }

    // cv2.resize(INTER_LINEAR) of OpenCV 4.6 (to the bit), resize(BILINEAR) of Pillow 9.4 (rounds between
    // the passes: up to 1 off), resize(NEAREST) of Pillow.
    [TestMethod]
    [DataRow(Resampler.HalfPixelBilinear, 7, 5, 4, 6, 0, "0e61b44fa1d58fe235d023763d909b8cc76adc6f826b7e59728d5abe81779b83548f855da6574c9869ae857b3e897f9ac32e815aa5a8a1447f5984bfaa5db098cb3e4679ccb36759")]
    [DataRow(Resampler.HalfPixelBilinear, 3, 4, 7, 5, 0, "0053a60558ab1568bb2578cb3588db4598ea4a9df0297ccf3082bc43968256a94969bc5c7ccf6f83d67559ac7f60a1747781548e6134a5784bbc8f62c4976a888e2e917d37ab4b51c6196cc03487ba4ea1b757aab10457bb0e61d92c7ff74a9da768bb5886d93d90e3")]
    [DataRow(Resampler.Area, 11, 7, 4, 3, 1, "63897f95856e7975747877919d688381827c798a8d787b7981827c979081818c88608061")]
    [DataRow(Resampler.Area, 3, 9, 6, 2, 1, "6b6f81726e7e816c798a767d908b8b9296928d86628782707b798b7a7892847f868a837f")]
    [DataRow(Resampler.Nearest, 11, 7, 4, 9, 0, "2578cb94e73ade31844da0f36bbe11fb4ea15bae01eb3e916bbe11fb4ea15bae01eb3e91b1045762b508d82b7e89dc2ff74a9dc91c6f55a8fb277acd3d90e33083d6d22578c5186b83d62997ea3d4fa2f563b60983d62997ea3d4fa2f563b609c91c6ffe51a4cc1f720154a7")]
    public void Resize_Resampler_AgreesWithOtherPrograms(Resampler resampler, int pw, int ph, int nw, int nh, int tolerance, string expected)
    {
        using var source = Formula(pw, ph);
        using var target = ImageResizer.Resize(source, Stretch(nw, nh, resampler), out _);

        var rgb = target.Pixels.ToArray().Where((_, i) => i % 4 < 3).ToArray();
        var golden = Convert.FromHexString(expected);
        Assert.HasCount(golden.Length, rgb);
        for (var i = 0; i < rgb.Length; i++) Assert.IsLessThanOrEqualTo(tolerance, Math.Abs(rgb[i] - golden[i]), $"value {i}: {rgb[i]}, expected {golden[i]}");
    }

    [TestMethod]
    [DataRow(30, 20, 10, 10, 15, 10, -2)]
    [DataRow(20, 31, 10, 12, 10, 15, -1)]
    public void Resize_Crop_IsTheMiddleOfTheCover(int pw, int ph, int nw, int nh, int coverW, int coverH, int offset)
    {
        using var source = TestImages.Noise(pw, ph);
        foreach (var resampler in Enum.GetValues<Resampler>())
        {
            using var cover = ImageResizer.Resize(source, Stretch(coverW, coverH, resampler), out _);
            using var crop = ImageResizer.Resize(source, new ResizeOptions { Width = nw, Height = nh, Mode = ResizeMode.Crop, Resampler = resampler }, out var geometry);
            Assert.AreEqual(offset, geometry.OffsetX + geometry.OffsetY);
            for (var i = 0; i < nw * nh; i++)
                Assert.AreEqual(cover.At(i % nw - (int)geometry.OffsetX, i / nw - (int)geometry.OffsetY), crop.At(i % nw, i / nw), $"{resampler} {i}");
        }
    }

    [TestMethod]
    public void Resize_SameSize_KeepsEveryByte()
    {
        using var source = TestImages.Noise(33, 17);
        foreach (var resampler in Enum.GetValues<Resampler>())
        {
            using var same = ImageResizer.Resize(source, Stretch(33, 17, resampler), out _);
            CollectionAssert.AreEqual(source.Pixels.ToArray(), same.Pixels.ToArray());
        }
    }

    // 5,000 → 3 takes more taps than rows are kept, 1 → n fewer source pixels than taps, n → 1 has no second target pixel.
    [TestMethod]
    [DataRow(3, 5000, 2, 3)]
    [DataRow(5000, 2, 1, 1)]
    [DataRow(1, 1, 40, 30)]
    [DataRow(2, 1, 7, 1)]
    public void Resize_ExtremeShapes_KeepAFlatColour(int pw, int ph, int nw, int nh)
    {
        using var source = new RgbImage(pw, ph);
        source.Words.Fill(new RgbColor(201, 7, 255).ToPixel());
        foreach (var resampler in Enum.GetValues<Resampler>())
        {
            foreach (var mode in Enum.GetValues<ResizeMode>())
            {
                using var target = ImageResizer.Resize(source, new ResizeOptions { Width = nw, Height = nh, Mode = mode, Resampler = resampler, PadColor = new(201, 7, 255) }, out _);
                Assert.IsTrue(target.Words.ToArray().All(word => word == new RgbColor(201, 7, 255).ToPixel()), $"{resampler} {mode}");
            }
        }
    }

    [TestMethod]
    public void Resize_IntoATarget_WritesEveryPixelAndNoMore()
    {
        using var source = TestImages.Noise(30, 11);
        using var reused = TestImages.Noise(16, 16, seed: 5);
        var options = new ResizeOptions { Width = 16, Height = 16, PadColor = new(1, 2, 3) };
        var before = source.Pixels.ToArray();
        ImageResizer.Resize(source, reused, options);
        using var fresh = ImageResizer.Resize(source, options, out _);

        CollectionAssert.AreEqual(fresh.Pixels.ToArray(), reused.Pixels.ToArray());
        CollectionAssert.AreEqual(before, source.Pixels.ToArray());
        Assert.AreEqual(((byte)1, (byte)2, (byte)3), reused.At(0, 0));
    }

    [TestMethod]
    public void Resize_WrongArguments_AreRefused()
    {
        using var source = new RgbImage(4, 4);
        using var target = new RgbImage(5, 4);
        Assert.ThrowsExactly<ArgumentException>(() => ImageResizer.Resize(source, source, Stretch(4, 4, Resampler.Area)));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => ImageResizer.Resize(source, target, Stretch(4, 4, Resampler.Area))).Message, "5×4");
        Assert.ThrowsExactly<ArgumentException>(() => ImageResizer.Resize(source, Stretch(0, 4, Resampler.Area), out _));
        Assert.ThrowsExactly<ArgumentException>(() => ImageResizer.Resize(source, Stretch(4, 40_000, Resampler.Area), out _));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => ImageResizer.Resize(source, Stretch(4, 4, (Resampler)9), out _)).Message, "Nearest");
    }

    private static ResizeOptions Stretch(int width, int height, Resampler resampler) =>
        new() { Width = width, Height = height, Mode = ResizeMode.Stretch, Resampler = resampler };

    private static void AssertNear(float[,,] expected, RgbImage actual, float tolerance)
    {
        for (var y = 0; y < actual.Height; y++)
        {
            for (var x = 0; x < actual.Width; x++)
            {
                var (r, g, b) = actual.At(x, y);
                Assert.AreEqual(expected[0, y, x] * 255, r, tolerance, $"red at {x}, {y}");
                Assert.AreEqual(expected[1, y, x] * 255, g, tolerance, $"green at {x}, {y}");
                Assert.AreEqual(expected[2, y, x] * 255, b, tolerance, $"blue at {x}, {y}");
            }
        }
    }

    /// <summary>Channel c of pixel (x, y) is 37x + 59y + 11xy + 83c modulo 256; the golden programs got the same.</summary>
    private static RgbImage Formula(int width, int height)
    {
        var image = new RgbImage(width, height);
        for (var i = 0; i < image.Pixels.Length; i++)
        {
            var (x, y, c) = (i / 4 % width, i / 4 / width, i % 4);
            image.Pixels[i] = c == 3 ? (byte)255 : (byte)(x * 37 + y * 59 + x * y * 11 + c * 83);
        }
        return image;
    }
}
