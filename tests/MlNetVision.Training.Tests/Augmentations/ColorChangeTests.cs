using MlNetVision.Imaging;
using MlNetVision.Tests.Imaging;

namespace MlNetVision.Training.Tests.Augmentations;

[TestClass]
public sealed class ColorChangeTests
{
    private static readonly Augmentation None = new() { Crop = new(0, 0, 1, 1) };

    [TestMethod]
    public void Apply_Any_EqualsTheStepsOneByOne()
    {
        var chance = new Random(2);
        for (var round = 0; round < 50; round++)
        {
            using var source = TestImages.Noise(8, 8, seed: round);
            var change = None with { Brightness = 0.4 + chance.NextDouble(), Contrast = 2 * chance.NextDouble(), Saturation = 2 * chance.NextDouble(), Hue = 720 * chance.NextDouble() - 360 };
            using var changed = Change(source, change);
            var mean = Enumerable.Range(0, 64).Select(i => source.At(i % 8, i / 8)).Average(p => 0.299 * p.R + 0.587 * p.G + 0.114 * p.B);
            for (var i = 0; i < 64; i++)
            {
                var (from, to) = (source.At(i % 8, i / 8), changed.At(i % 8, i / 8));
                var expected = NaiveAugmentation.Color(from.R, from.G, from.B, mean, change);
                Assert.AreEqual(expected[0], to.R, 0.51);
                Assert.AreEqual(expected[1], to.G, 0.51);
                Assert.AreEqual(expected[2], to.B, 0.51);
            }
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(360)]
    [DataRow(-360)]
    public void Apply_WholeTurnOfHue_ChangesNothing(int degrees)
    {
        using var source = TestImages.Noise(32, 32);
        using var turned = Change(source, None with { Hue = degrees });
        Assert.IsTrue(source.Pixels.SequenceEqual(turned.Pixels));
    }

    [TestMethod]
    public void Apply_ThirdOfATurn_MovesChannels()
    {
        using var source = TestImages.Noise(16, 16);
        using var turned = Change(source, None with { Hue = 120 });
        for (var i = 0; i < 256; i++)
        {
            var (from, to) = (source.At(i % 16, i / 16), turned.At(i % 16, i / 16));
            Assert.AreEqual((from.B, from.R, from.G), to);
        }
    }

    [TestMethod]
    public void Apply_Extremes_AreHandWorked()
    {
        // Greys: 0.299 · 100 + 0.587 · 50 + 0.114 · 200 = 82.05, and 255; their mean is 168.525.
        using var source = new RgbImage(2, 1);
        byte[] pixels = [100, 50, 200, 255, 255, 255, 255, 255];
        pixels.CopyTo(source.Pixels);
        Expect(None with { Brightness = 2 }, (200, 100, 255), (255, 255, 255));
        Expect(None with { Brightness = 0 }, (0, 0, 0), (0, 0, 0));
        Expect(None with { Contrast = 0 }, (169, 169, 169), (169, 169, 169));
        Expect(None with { Saturation = 0 }, (82, 82, 82), (255, 255, 255));
        Expect(None with { Contrast = 0.5 }, (134, 109, 184), (212, 212, 212));

        void Expect(Augmentation change, (int, int, int) first, (int, int, int) second)
        {
            using var changed = Change(source, change);
            Assert.AreEqual(first, changed.At(0, 0));
            Assert.AreEqual(second, changed.At(1, 0));
        }
    }

    private static RgbImage Change(RgbImage source, Augmentation change)
    {
        var copy = source.Clone();
        ColorChange.Apply(copy, change);
        return copy;
    }
}
