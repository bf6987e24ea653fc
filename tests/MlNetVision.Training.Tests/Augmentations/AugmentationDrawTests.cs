using MlNetVision.Imaging;

namespace MlNetVision.Training.Tests.Augmentations;

[TestClass]
public sealed class AugmentationDrawTests
{
    private static readonly ResizeOptions Resize = new() { Width = 16, Height = 16 };

    [TestMethod]
    public void Draw_Many_StayInTheirRangesAndSpreadEvenly()
    {
        var options = new AugmentationOptions { VerticalFlip = 0.25, Rotation = 30, Hue = 20, Brightness = 0.4, Contrast = 0.3, Saturation = 0.1, CropArea = (0.2, 0.45) };
        var drawn = Enumerable.Range(0, 4000).Select(i => Augmentation.Draw(options, Resize, i / 400, i % 400, 300, 200)).ToList();
        Assert.AreEqual(0.5, drawn.Average(a => a.FlipHorizontally ? 1 : 0), 0.03);
        Assert.AreEqual(0.25, drawn.Average(a => a.FlipVertically ? 1 : 0), 0.03);
        Even(drawn.Select(a => a.Degrees), -30, 30);
        Even(drawn.Select(a => a.Hue), -20, 20);
        Even(drawn.Select(a => a.Brightness), 0.6, 1.4);
        Even(drawn.Select(a => a.Contrast), 0.7, 1.3);
        Even(drawn.Select(a => a.Saturation), 0.9, 1.1);
        Even(drawn.Select(a => a.Crop.Width * a.Crop.Height / (300 * 200)), 0.2, 0.45);
        Even(drawn.Select(a => Math.Log(a.Crop.Width / a.Crop.Height)), Math.Log(0.75), Math.Log(4.0 / 3));
        Even(drawn.Select(a => a.Crop.Left / (300 - a.Crop.Width)), 0, 1);
        Assert.IsTrue(drawn.All(a => a.Crop.Top >= 0 && a.Crop.Top + a.Crop.Height <= 200));
    }

    [TestMethod]
    [DataRow(1000, 10, 493.33, 0, 13.33, 10)]
    [DataRow(10, 1000, 0, 493.33, 10, 13.33)]
    public void Draw_NoCropFits_TakesTheLargestMiddle(int width, int height, double left, double top, double cropWidth, double cropHeight)
    {
        var crop = Augmentation.Draw(new() { CropArea = (0.9, 1) }, Resize, 0, 0, width, height).Crop;
        Assert.AreEqual(left, crop.Left, 0.01);
        Assert.AreEqual(top, crop.Top, 0.01);
        Assert.AreEqual(cropWidth, crop.Width, 0.01);
        Assert.AreEqual(cropHeight, crop.Height, 0.01);
    }

    [TestMethod]
    [DataRow(ResizeMode.Stretch, 0, 0, 30, 20)]
    [DataRow(ResizeMode.Crop, 5, 0, 20, 20)]
    [DataRow(ResizeMode.Letterbox, 0, -5, 30, 30)]
    public void Draw_NoRandomCrop_IsThePredictionsView(ResizeMode mode, double left, double top, double width, double height) => Assert.AreEqual(
        new CropBox(left, top, width, height), Augmentation.Draw(AugmentationOptions.None, Resize with { Mode = mode }, 0, 0, 30, 20).Crop);

    [TestMethod]
    public void Draw_SeedsEpochsAndImages_AreNotMixedUp() => Assert.HasCount(
        64, Enumerable.Range(0, 64).Select(i => Augmentation.Draw(new() { Seed = i / 16 }, Resize, i / 4 % 4, i % 4, 30, 20).Degrees).ToHashSet());

    [TestMethod]
    public void Validate_OutsideRange_NamesIt()
    {
        foreach (var (options, expected) in new (AugmentationOptions, string)[]
        {
            (new() { HorizontalFlip = 1.5 }, "horizontal flip's probability is 1.5: 0 to 1"), (new() { Rotation = -1 }, "rotation in degrees is -1: 0 to 180"),
            (new() { Contrast = double.NaN }, "change of contrast is NaN"), (new() { CropArea = (0, 1) }, "share of the area is 0 to 1"),
            (new() { CropArea = (0.5, 1.5) }, "area is 0.5 to 1.5"), (new() { CropRatio = (2, 1) }, "width / height is 2 to 1"), (new() { Hue = 200 }, "hue in degrees is 200"),
        })
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new Augmenter(options, Resize)).Message, expected);
    }

    /// <summary>Even spread over a range: all quarters hold about a quarter.</summary>
    private static void Even(IEnumerable<double> values, double least, double most)
    {
        var quarters = values.GroupBy(v => (int)Math.Floor((v - least) / (most - least) * 4)).ToDictionary(g => g.Key, g => g.Count() / 4000.0);
        CollectionAssert.AreEquivalent(new[] { 0, 1, 2, 3 }, quarters.Keys.ToArray());
        foreach (var share in quarters.Values) Assert.AreEqual(0.25, share, 0.03);
    }
}
