using MlNetVision.Imaging;
using MlNetVision.Onnx.Import.Darknet;
using MlNetVision.Training.Detection;

namespace MlNetVision.Training.Tests.Detection;

[TestClass]
public sealed class DetectionSamplerTests
{
    private const int Width = 120, Height = 90;

    /// <summary>Landmarks: each class has a colour of its own, and so has each pixel within a box; all else is grey.</summary>
    [TestMethod]
    [DataRow("none", ResizeMode.Stretch)]
    [DataRow("none", ResizeMode.Letterbox)]
    [DataRow("jitter", ResizeMode.Stretch)]
    [DataRow("jitter", ResizeMode.Letterbox)]
    [DataRow("flips", ResizeMode.Letterbox)]
    [DataRow("scale", ResizeMode.Stretch)]
    [DataRow("mosaic", ResizeMode.Stretch)]
    [DataRow("mosaic", ResizeMode.Letterbox)]
    [DataRow("all", ResizeMode.Letterbox)]
    public void At_BoxesLieOnTheirObjects(string kind, ResizeMode fit)
    {
        using var folder = new TemporaryFolder();
        var set = SquareDetector.Open(SquareDetector.Draw(folder.Path("images"), 6, 3, 150, 80));
        var none = DetectorAugmentation.None;
        var options = kind switch
        {
            "jitter" => none with { Jitter = 0.3 },
            "flips" => none with { HorizontalFlip = 1, VerticalFlip = 1 },
            "scale" => none with { Scale = 1.6 },
            "mosaic" => none with { Mosaic = 1, Jitter = 0.2 },
            "all" => none with { Mosaic = 0.5, Jitter = 0.2, Scale = 1.4, HorizontalFlip = 0.5, VerticalFlip = 0.5 },
            _ => none,
        };
        var sampler = new DetectionSampler(set.Images, SquareDetector.Classes, options, fit, RgbColor.DarknetGrey, seed: 4);
        var count = 0;
        for (var epoch = 0; epoch < 5; epoch++)
        {
            for (var row = 0; row < sampler.Count; row++)
            {
                using var sample = sampler.At(epoch, row, Width, Height, mosaic: true);
                Assert.AreEqual((Width, Height), (sample.Image.Width, sample.Image.Height));
                foreach (var item in sample.Objects)
                {
                    count++;
                    var color = SquareDetector.Color(item.Class);
                    int left = Pixel(item.X - (item.Width / 2), Width), right = Pixel(item.X + (item.Width / 2), Width);
                    int top = Pixel(item.Y - (item.Height / 2), Height), bottom = Pixel(item.Y + (item.Height / 2), Height);
                    Assert.IsTrue(left >= 0 && top >= 0 && right <= Width && bottom <= Height, $"{item}");
                    var share = Share(sample.Image, color, left, top, right, bottom);
                    Assert.IsTrue(share > 0.8, $"{item} of epoch {epoch}, row {row}: {share:0.00} of its box has its colour");
                    // Outside of the box the object ends; across the seam of a mosaic another may begin.
                    Assert.IsTrue(kind is "mosaic" or "all" || (Share(sample.Image, color, left, top - 4, right, top - 2) < 0.1 && Share(sample.Image, color, left, bottom + 2, right, bottom + 4) < 0.1
                        && Share(sample.Image, color, left - 4, top, left - 2, bottom) < 0.1 && Share(sample.Image, color, right + 2, top, right + 4, bottom) < 0.1), $"{item}");
                }
            }
        }
        Assert.IsTrue(count > 20);
    }

    [TestMethod]
    public void At_SameArguments_SamePixelsAndBoxes()
    {
        using var folder = new TemporaryFolder();
        var set = SquareDetector.Open(SquareDetector.Draw(folder.Path("images"), 4, 3));
        DetectionSampler Sampler(int seed) => new(set.Images, SquareDetector.Classes, new DetectorAugmentation { Mosaic = 0.5 }, ResizeMode.Stretch, RgbColor.DarknetGrey, seed);
        var (first, second, other) = (Sampler(1), Sampler(1), Sampler(2));
        var differs = 0;
        for (var row = 3; row >= 0; row--)
        {
            using var a = first.At(2, row, Width, Height, true);
            using var b = second.At(2, row, Width, Height, true);
            using var c = other.At(2, row, Width, Height, true);
            Assert.IsTrue(a.Image.Words.SequenceEqual(b.Image.Words));
            CollectionAssert.AreEqual(a.Objects.ToArray(), b.Objects.ToArray());
            if (!a.Image.Words.SequenceEqual(c.Image.Words)) differs++;
        }
        Assert.AreEqual(4, differs);
    }

    /// <summary>Darknet's <c>max</c>, the size of a buffer, takes no object away.</summary>
    [TestMethod]
    public void At_MoreObjectsThanTheHeadsMax_KeepsAll()
    {
        using var folder = new TemporaryFolder();
        var list = SquareDetector.Draw(folder.Path("images"), 1, 3);
        var lines = Enumerable.Range(0, 300).Select(i => FormattableString.Invariant($"{i % 2} {0.05 + (0.03 * (i % 30))} {0.05 + (0.09 * (i / 30))} 0.04 0.04"));
        File.WriteAllLines(folder.Path("images/00.txt"), lines);
        var set = SquareDetector.Open(list);
        var network = DarknetTrainingNetwork.Parse(SquareDetector.Region(64, 48, 2, "1,1,2,2") + "\nmax=5", "tiny", new DarknetTrainingOptions());
        var sampler = DetectionSampler.For(network, set.Images, SquareDetector.Classes, new DetectorTrainingOptions { Augmentation = DetectorAugmentation.None });

        using var sample = sampler.At(0, 0, 64, 48, mosaic: false);

        Assert.AreEqual(5, network.Heads[0].Number("max", 0));
        Assert.HasCount(300, sample.Objects);
    }

    private static int Pixel(float fraction, int side) => (int)Math.Round(fraction * side);

    private static double Share(RgbImage image, RgbColor color, int left, int top, int right, int bottom)
    {
        var (same, all) = (0, 0);
        for (var y = Math.Max(0, top); y < Math.Min(image.Height, bottom); y++)
            for (var x = Math.Max(0, left); x < Math.Min(image.Width, right); x++)
            {
                var pixel = image.Pixels.Slice(((y * image.Width) + x) * 4, 3);
                all++;
                if (Math.Abs(pixel[0] - color.Red) + Math.Abs(pixel[1] - color.Green) + Math.Abs(pixel[2] - color.Blue) < 120) same++;
            }
        return all == 0 ? 0 : (double)same / all;
    }
}
