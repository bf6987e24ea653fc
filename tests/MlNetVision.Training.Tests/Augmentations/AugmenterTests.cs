using MlNetVision.Imaging;
using MlNetVision.Tests.Imaging;

namespace MlNetVision.Training.Tests.Augmentations;

[TestClass]
public sealed class AugmenterTests
{
    private static readonly AugmentationOptions Plain = AugmentationOptions.None;

    [TestMethod]
    [DataRow(0, 0, 20, 15, 0, false, false)]
    [DataRow(3.3, 2.1, 10.5, 7.25, 0, true, false)]
    [DataRow(3.3, 2.1, 10.5, 7.25, 33, false, true)]
    [DataRow(0, 0, 20, 15, -117, true, true)]
    [DataRow(-30, -4, 70, 30, 10, false, false)]
    [DataRow(8, 6, 2, 2, 5, false, false)]
    public void Apply_Geometry_EqualsNaiveSum(double left, double top, double width, double height, double degrees, bool horizontally, bool vertically)
    {
        using var source = TestImages.Noise(20, 15);
        var augmentation = new Augmentation { Crop = new(left, top, width, height), Degrees = degrees, FlipHorizontally = horizontally, FlipVertically = vertically };
        using var target = new Augmenter(Plain, Size(9, 12)).Apply(source, augmentation);
        for (var y = 0; y < target.Height; y++)
        {
            for (var x = 0; x < target.Width; x++)
            {
                var (r, g, b) = NaiveAugmentation.Sample(source, augmentation, 9, 12, x, y);
                var pixel = target.At(x, y);
                Assert.AreEqual(r, pixel.R, 0.51);
                Assert.AreEqual(g, pixel.G, 0.51);
                Assert.AreEqual(b, pixel.B, 0.51);
            }
        }
    }

    [TestMethod]
    [DataRow(40, 30, 16, 16, ResizeMode.Stretch)]
    [DataRow(10, 12, 32, 31, ResizeMode.Stretch)]
    [DataRow(40, 30, 18, 18, ResizeMode.Crop)]
    [DataRow(40, 30, 24, 24, ResizeMode.Letterbox)]
    public void Apply_NoVariation_IsThePredictionsResize(int width, int height, int toWidth, int toHeight, ResizeMode mode)
    {
        using var source = TestImages.Noise(width, height);
        var resize = Size(toWidth, toHeight) with { Mode = mode, PadColor = new(1, 2, 3) };
        using var expected = ImageResizer.Resize(source, resize, out _);
        using var actual = new Augmenter(Plain, resize).Apply(source, epoch: 3, index: 5);
        for (var i = 0; i < expected.Pixels.Length; i++) Assert.AreEqual(expected.Pixels[i], actual.Pixels[i], 1, $"byte {i}");
    }

    [TestMethod]
    public void Apply_FlipTwice_GivesTheSame()
    {
        using var source = TestImages.Noise(7, 5);
        var augmenter = new Augmenter(Plain, Size(7, 5));
        foreach (var (h, v) in new[] { (true, false), (false, true), (true, true) })
        {
            var flip = Whole(source) with { FlipHorizontally = h, FlipVertically = v };
            using var once = augmenter.Apply(source, flip);
            using var twice = augmenter.Apply(once, flip);
            Assert.AreEqual(source.At(h ? 6 : 0, v ? 4 : 0), once.At(0, 0));
            Assert.IsTrue(source.Pixels.SequenceEqual(twice.Pixels));
        }
    }

    [TestMethod]
    public void Apply_QuarterTurn_MovesPixelsAnticlockwise()
    {
        using var source = TestImages.Noise(5, 5);
        using var turned = new Augmenter(Plain, Size(5, 5)).Apply(source, Whole(source) with { Degrees = 90 });
        for (var y = 0; y < 5; y++)
            for (var x = 0; x < 5; x++) Assert.AreEqual(source.At(x, y), turned.At(y, 4 - x));
    }

    [TestMethod]
    public void Apply_HalfTurn_IsBothFlips()
    {
        using var source = TestImages.Noise(6, 3);
        var augmenter = new Augmenter(Plain, Size(6, 3));
        using var turned = augmenter.Apply(source, Whole(source) with { Degrees = 180 });
        using var flipped = augmenter.Apply(source, Whole(source) with { FlipHorizontally = true, FlipVertically = true });
        Assert.IsTrue(turned.Pixels.SequenceEqual(flipped.Pixels));
    }

    [TestMethod]
    public void Apply_BeyondTheEdge_MirrorsOrFills()
    {
        using var source = TestImages.Gradient(8, 8);
        var shifted = Whole(source) with { Crop = new(-4, 0, 8, 8) };
        using var mirrored = new Augmenter(Plain, Size(8, 8)).Apply(source, shifted);
        using var filled = new Augmenter(Plain with { Border = new(9, 8, 7) }, Size(8, 8)).Apply(source, shifted);
        for (var x = 0; x < 8; x++)
        {
            Assert.AreEqual(source.At(x < 4 ? 3 - x : x - 4, 2), mirrored.At(x, 2));
            Assert.AreEqual(x < 4 ? (9, 8, 7) : source.At(x - 4, 2), filled.At(x, 2));
        }
    }

    [TestMethod]
    public void Apply_Border_KeepsItsColourInEveryLight()
    {
        using var source = TestImages.Gradient(8, 8);
        var light = Whole(source) with { Brightness = 0.5, Contrast = 1.3, Saturation = 0.7, Hue = 90 };
        using var whole = new Augmenter(Plain, Size(8, 8)).Apply(source, light);
        // A whole image's width of border on the left: the image's own mean grey decides on contrast.
        using var padded = new Augmenter(Plain with { Border = new(9, 8, 7) }, Size(16, 8)).Apply(source, light with { Crop = new(-8, 0, 16, 8) });
        for (var i = 0; i < 64; i++)
        {
            Assert.AreEqual((9, 8, 7), padded.At(i % 8, i / 8));
            Assert.AreEqual(whole.At(i % 8, i / 8), padded.At(8 + i % 8, i / 8));
        }
    }

    [TestMethod]
    public void Apply_SameArguments_GiveTheSameBytes()
    {
        using var source = TestImages.Noise(30, 20);
        var augmenter = new Augmenter(new() { VerticalFlip = 0.5, Seed = 7 }, Size(16, 16));
        using var first = augmenter.Apply(source, 2, 11);
        foreach (var (other, same) in new[] { (augmenter.Apply(source, 2, 11), true), (augmenter.Apply(source, 3, 11), false), (augmenter.Apply(source, 2, 12), false) })
        {
            using (other) Assert.AreEqual(same, first.Pixels.SequenceEqual(other.Pixels));
        }
    }

    [TestMethod]
    public void Apply_EmptyCrop_SaysSo()
    {
        using var source = TestImages.Noise(4, 4);
        var augmenter = new Augmenter(Plain, Size(4, 4));
        foreach (var crop in new CropBox[] { new(0, 0, 0, 4), new(0, 0, 4, double.NaN), new(double.PositiveInfinity, 0, 4, 4) })
            Assert.ThrowsExactly<ArgumentException>(() => augmenter.Apply(source, new Augmentation { Crop = crop }));
    }

    private static ResizeOptions Size(int width, int height) => new() { Width = width, Height = height, Mode = ResizeMode.Stretch, Resampler = Resampler.Area };

    private static Augmentation Whole(RgbImage image) => new() { Crop = new(0, 0, image.Width, image.Height) };
}
