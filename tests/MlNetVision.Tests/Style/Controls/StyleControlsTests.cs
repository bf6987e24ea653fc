using MlNetVision.Imaging;
using MlNetVision.Segmentation;
using MlNetVision.Style;
using MlNetVision.Tests.Imaging;

namespace MlNetVision.Tests.Style;

[TestClass]
public sealed class StyleControlsTests
{
    [TestMethod]
    public void ApplyInPlace_Luminance_HasTheStylesYAndThePhotosChroma()
    {
        using var photo = TestImages.Noise(40, 30, seed: 1);
        using var styled = TestImages.Noise(40, 30, seed: 2);
        using var found = styled.Clone();

        ColorKeeper.ApplyInPlace(found, photo, ColorPreservation.Luminance);

        var whole = 0;
        for (var i = 0; i < 40 * 30; i++)
        {
            var (y, cb, cr) = YCbCr(found, i);
            var (_, photoCb, photoCr) = YCbCr(photo, i);
            Assert.AreEqual(YCbCr(styled, i).Y, y, 0.6, $"Y of pixel {i}");
            // Colours that do not exist fade: chroma keeps its direction and never grows.
            Assert.IsLessThanOrEqualTo(Math.Sqrt(photoCb * photoCb + photoCr * photoCr) + 1, Math.Sqrt(cb * cb + cr * cr));
            if (Math.Abs(cb - photoCb) < 1 && Math.Abs(cr - photoCr) < 1) whole++;
        }
        Assert.IsGreaterThan(200, whole);
    }

    // Each channel's values, sorted, are the photo's, up to those that many pixels share; and channels go together as they do in the photo.
    [TestMethod]
    public void ApplyInPlace_Histogram_HasThePhotosChannelsAndHowTheyGoTogether()
    {
        using var photo = Duotone(60, 50, (200, 120, 40), seed: 1);
        using var styled = Duotone(60, 50, (60, 90, 220), seed: 2);
        using var found = styled.Clone();

        ColorKeeper.ApplyInPlace(found, photo, ColorPreservation.Histogram);

        for (var c = 0; c < 3; c++)
        {
            var (expected, actual) = (Channel(photo, c).Order().ToArray(), Channel(found, c).Order().ToArray());
            for (var i = 0; i < expected.Length; i++) Assert.AreEqual(expected[i], actual[i], 3, $"channel {c}, place {i}");
        }
        foreach (var (a, b) in new[] { (0, 1), (0, 2), (1, 2) })
            Assert.AreEqual(Correlation(Channel(photo, a), Channel(photo, b)), Correlation(Channel(found, a), Channel(found, b)), 0.02, $"channels {a} and {b}");
        // Which pixels are light stays the style's.
        Assert.IsGreaterThan(0.9, Math.Abs(Correlation(Channel(styled, 2), Channel(found, 0))));
    }

    [TestMethod]
    public void ApplyInPlace_HistogramOfGreyOrOneColour_GivesNoOtherColours()
    {
        using var photo = Duotone(20, 20, (200, 120, 40), seed: 1);
        using var flat = new RgbImage(20, 20);
        using var found = flat.Clone();

        ColorKeeper.ApplyInPlace(found, photo, ColorPreservation.Histogram);

        Assert.AreEqual(1, Enumerable.Range(0, 400).Select(i => (found.Pixels[4 * i], found.Pixels[4 * i + 1], found.Pixels[4 * i + 2])).Distinct().Count());
    }

    [TestMethod]
    public void Mix_ThreeImages_IsTheWeightedMean()
    {
        using var a = TestImages.Noise(9, 7, seed: 1);
        using var b = TestImages.Noise(9, 7, seed: 2);
        using var c = TestImages.Noise(9, 7, seed: 3);

        using var found = StyleBlend.Mix([a, b, c], [2, 1, 5]);

        for (var i = 0; i < found.Pixels.Length; i++)
        {
            var expected = i % 4 == 3 ? 255 : (2 * a.Pixels[i] + b.Pixels[i] + 5 * c.Pixels[i]) / 8.0;
            Assert.AreEqual(expected, found.Pixels[i], 0.51);
        }
    }

    [TestMethod]
    [DataRow(0f)]
    [DataRow(0.3f)]
    [DataRow(1f)]
    public void FadeInPlace_Strength_IsTheShareOfTheStyle(float strength)
    {
        using var photo = TestImages.Noise(9, 7, seed: 1);
        using var styled = TestImages.Noise(9, 7, seed: 2);
        using var found = styled.Clone();

        StyleBlend.FadeInPlace(found, photo, strength);

        for (var i = 0; i < found.Pixels.Length; i++)
            Assert.AreEqual(styled.Pixels[i] * strength + photo.Pixels[i] * (1.0 - strength), found.Pixels[i], 0.51);
    }

    [TestMethod]
    public void MaskInPlace_WhiteBlackGrey_IsStylePhotoAndBoth()
    {
        using var photo = TestImages.Noise(3, 1, seed: 1);
        using var styled = TestImages.Noise(3, 1, seed: 2);
        using var found = styled.Clone();

        StyleBlend.MaskInPlace(found, photo, [255, 0, 51]);

        for (var c = 0; c < 3; c++)
        {
            Assert.AreEqual(styled.Pixels[c], found.Pixels[c]);
            Assert.AreEqual(photo.Pixels[4 + c], found.Pixels[4 + c]);
            Assert.AreEqual(0.2 * styled.Pixels[8 + c] + 0.8 * photo.Pixels[8 + c], found.Pixels[8 + c], 0.51);
        }
    }

    [TestMethod]
    public void Of_Segmentation_IsWhiteWhereTheClassIs()
    {
        var mask = new SegmentationMask(4, 2, [0, 1, 2, 1, 0, 0, 1, 1], ["background", "dog", "cat"]);

        CollectionAssert.AreEqual(new byte[] { 0, 255, 0, 255, 0, 0, 255, 255 }, Matte.Of(mask, new CompositeOptions { Keep = ["dog"], Feather = 0 }));
    }

    [TestMethod]
    public void Load_MaskOfSegment_IsWhiteWhereTheClassIs()
    {
        using var file = new TemporaryFile(".png");
        var classes = new byte[40 * 20];
        for (var i = 0; i < classes.Length; i++) classes[i] = (byte)(i % 40 < 10 ? 0 : i % 40 < 25 ? 1 : 2);
        MaskPng.Save(new SegmentationMask(40, 20, classes, ["background", "dog", "cat"]), file.Path);

        var subject = Matte.Load(file.Path, 40, 20);
        var cat = Matte.Load(file.Path, 80, 40, [2]);

        CollectionAssert.AreEqual(new byte[] { 0, 255, 255 }, new[] { subject[5], subject[15], subject[35] });
        CollectionAssert.AreEqual(new byte[] { 0, 0, 255 }, new[] { cat[10], cat[30], cat[70] });
    }

    // A palette of greys means brightness, in whatever order it has them.
    [TestMethod]
    public void Load_IndexedImageOfGreys_IsItsBrightness()
    {
        using var file = new TemporaryFile(".png");
        MaskPng.Save(new SegmentationMask(4, 1, [0, 1, 2, 1], []), file.Path, new ColorPalette("greys", [new(255, 255, 255), new(0, 0, 0), new(128, 128, 128)]));

        CollectionAssert.AreEqual(new byte[] { 255, 0, 128, 0 }, Matte.Load(file.Path, 4, 1));
        CollectionAssert.AreEqual(new byte[] { 255, 0, 0, 0 }, Matte.Load(file.Path, 4, 1, [0]).Select(m => m > 127 ? (byte)255 : (byte)0).ToArray());
    }

    [TestMethod]
    public void Mix_SizesOrWeightsThatDisagree_AreRefused()
    {
        using var a = TestImages.Noise(9, 7);
        using var b = TestImages.Noise(7, 9);

        Assert.ThrowsExactly<ArgumentException>(() => StyleBlend.Mix([a, b], [1, 1]));
        Assert.ThrowsExactly<ArgumentException>(() => StyleBlend.Mix([a], [1, 1]));
        Assert.ThrowsExactly<ArgumentException>(() => StyleBlend.Mix([a, a], [1, -1]));
        Assert.ThrowsExactly<ArgumentException>(() => StyleBlend.FadeInPlace(a, a.Clone(), 1.5f));
    }

    // From black to one colour, with a little noise: channels that go together.
    private static RgbImage Duotone(int width, int height, (int Red, int Green, int Blue) color, int seed)
    {
        var image = new RgbImage(width, height);
        var random = new Random(seed);
        for (var i = 0; i < image.Pixels.Length; i += 4)
        {
            var light = random.NextDouble();
            (image.Pixels[i], image.Pixels[i + 1], image.Pixels[i + 2], image.Pixels[i + 3]) =
                ((byte)(light * color.Red + random.Next(15)), (byte)(light * color.Green + random.Next(15)), (byte)(light * color.Blue + random.Next(15)), 255);
        }
        return image;
    }

    private static double Correlation(int[] a, int[] b)
    {
        var (meanA, meanB) = (a.Average(), b.Average());
        return a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum() / Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
    }

    private static (double Y, double Cb, double Cr) YCbCr(RgbImage image, int i)
    {
        double r = image.Pixels[4 * i], g = image.Pixels[4 * i + 1], b = image.Pixels[4 * i + 2];
        var y = 0.299 * r + 0.587 * g + 0.114 * b;
        return (y, (b - y) / 1.772, (r - y) / 1.402);
    }

    private static int[] Channel(RgbImage image, int c) => [.. Enumerable.Range(0, image.Width * image.Height).Select(i => (int)image.Pixels[4 * i + c])];
}
