using MlNetVision.Imaging;
using MlNetVision.Onnx.Import.Darknet;
using MlNetVision.Training.Detection;

namespace MlNetVision.Training.Tests.Detection;

[TestClass]
public sealed class DetectorDataTests : IDisposable
{
    private readonly SquareFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Open_OwnParts_TakesThemUnlessToldOtherwise()
    {
        var own = DetectorData.Open(_folder.Path);
        Assert.AreEqual((16, 8), (own.Train.Images.Count, own.Validation.Images.Count));
        Assert.IsEmpty(own.Warnings);
        var split = DetectorData.Open(_folder.Path, new DetectorDataOptions { Split = 0.75, Seed = 3 });
        Assert.AreEqual(16, split.Train.Images.Count + split.Validation.Images.Count);
        Assert.IsTrue(split.Train.Images.Count is >= 11 and <= 13, split.Train.Images.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
        using var other = new SquareFolder(2, 5, seed: 9);
        Assert.HasCount(5, DetectorData.Open(_folder.Path, new DetectorDataOptions { Validation = other.Path }).Validation.Images);
        Assert.ThrowsExactly<ArgumentException>(() => DetectorData.Open(_folder.Path, new DetectorDataOptions { Validation = other.Path, Split = 0.5 }));
    }

    [TestMethod]
    public void Open_ValidationOfAnotherOrderAndUnknownClasses_GoesByNamesAndLeavesOut()
    {
        using var other = new SquareFolder(1, 6, seed: 9);
        File.WriteAllText(other["data.yaml"], "train: images/train\nval: images/val\nnames: [green, blue, red]\n");
        var labels = Directory.GetFiles(other["labels/val"]).Order(StringComparer.Ordinal).ToList();
        foreach (var file in labels) File.WriteAllText(file, "1 0.5 0.5 0.2 0.2\n2 0.2 0.2 0.2 0.2\n");
        File.AppendAllText(labels[0], "0 0.8 0.8 0.1 0.1\n");
        var options = new DetectorDataOptions { Validation = other.Path };
        var data = DetectorData.Open(_folder.Path, options);
        Assert.HasCount(5, data.Validation.Images);
        CollectionAssert.AreEqual(new[] { "red", "blue" }, data.Validation.ClassNames.ToArray());
        Assert.AreEqual("blue", data.Validation.Images[0].Boxes[0].Label);
        StringAssert.Contains(data.LeftOut.Single().Reason, "'green'");
        StringAssert.Contains(Assert.ThrowsExactly<BadDataSetException>(() => DetectorData.Open(_folder.Path, options with { Strict = true })).Message, "'green'");
    }

    [TestMethod]
    public void Open_BoxesWithoutArea_AreCountedOrRefused()
    {
        File.AppendAllText(_folder["labels/train/00.txt"], "0 0.5 0.5 0 0.1\n1 0.5 0.5 0.1 0\n");
        var data = DetectorData.Open(_folder.Path);
        StringAssert.Contains(data.Warnings[0], "2 boxes without area");
        Assert.AreEqual(2, data.Train.Split(0.5, 1).Train.SkippedBoxes);
        var error = Assert.ThrowsExactly<BadDataSetException>(() => DetectorData.Open(_folder.Path, new DetectorDataOptions { Strict = true }));
        StringAssert.Contains(error.Message, "00.txt");
    }

    /// <summary>A clipped box is corrected, not left out: strict takes it, too; up to one of 64 pixels it is rounding.</summary>
    [TestMethod]
    [DataRow("0 0.95 0.5 0.125 0.1", false)]
    [DataRow("0 0.95 0.5 0.25 0.1", true)]
    public void Open_BoxBeyondTheImage_IsClippedAlsoWhereStrict(string label, bool named)
    {
        File.AppendAllText(_folder["labels/train/00.txt"], label + "\n");
        foreach (var strict in new[] { false, true })
        {
            var data = DetectorData.Open(_folder.Path, new DetectorDataOptions { Strict = strict });
            Assert.AreEqual(named, data.Warnings.Any(w => w.Contains("00.txt", StringComparison.Ordinal)), string.Join('\n', data.Warnings));
            Assert.AreEqual(64, data.Train.Images[0].Boxes[^1].Box.Right);
            Assert.IsEmpty(data.LeftOut);
        }
    }

    [TestMethod]
    public void Open_LeakAndBrokenImage_AreNamedOrRefused()
    {
        var image = Directory.GetFiles(_folder["images/train"]).Order(StringComparer.Ordinal).First();
        File.Copy(image, _folder["images/val/99.png"]);
        StringAssert.Contains(DetectorData.Open(_folder.Path).Warnings.Single(w => w.Contains("both", StringComparison.Ordinal)), "99.png");
        var bytes = File.ReadAllBytes(image);
        File.WriteAllBytes(image, bytes[..(bytes.Length / 2)]);
        var error = Assert.ThrowsExactly<BadDataSetException>(() => DetectorData.Open(_folder.Path, new DetectorDataOptions { Strict = true }));
        StringAssert.Contains(error.Message, Path.GetFileName(image));
    }

    /// <summary>The boxes of a sheet without augmentation stand on the squares: their colour is inside, grey outside.</summary>
    [TestMethod]
    public void Preview_OfTheSampler_IsTheSameAgainAndDiffersByEpoch()
    {
        var train = DetectorData.Open(_folder.Path).Train;
        var network = DarknetTrainingNetwork.Load(_folder.Network);
        using var sheet = DetectorPreview.Draw(network, train, new DetectorTrainingOptions { Seed = 2 }, images: 2, variations: 3);
        using var again = DetectorPreview.Draw(network, train, new DetectorTrainingOptions { Seed = 2 }, images: 2, variations: 3);
        using var other = DetectorPreview.Draw(network, train, new DetectorTrainingOptions { Seed = 3 }, images: 2, variations: 3);
        CollectionAssert.AreEqual(sheet.Pixels.ToArray(), again.Pixels.ToArray());
        CollectionAssert.AreNotEqual(sheet.Pixels.ToArray(), other.Pixels.ToArray());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => DetectorPreview.Draw(network, train, images: 0));
    }

    /// <summary>Of samples that are moved, cut, scaled, flipped and put together, each box holds its square: nothing but its colour, up to the blurred edge.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void Sampler_Boxes_StandOnTheirSquares(int mosaic)
    {
        var train = DetectorData.Open(_folder.Path).Train;
        var options = new DetectorAugmentation { Mosaic = mosaic, VerticalFlip = 0.5, Brightness = 0, Contrast = 0, Saturation = 0, Hue = 0 };
        var sampler = new DetectionSampler(train.Images, train.ClassNames, options, ResizeMode.Letterbox, RgbColor.DarknetGrey, 7);
        var seen = 0;
        for (var epoch = 0; epoch < 6; epoch++)
        for (var row = 0; row < train.Images.Count; row++)
        {
            using var sample = sampler.At(epoch, row, 96, 64, mosaic == 1);
            foreach (var o in sample.Objects)
            {
                var (left, right) = ((o.X - (o.Width / 2)) * 96, (o.X + (o.Width / 2)) * 96);
                var (top, bottom) = ((o.Y - (o.Height / 2)) * 64, (o.Y + (o.Height / 2)) * 64);
                for (var y = (int)Math.Ceiling(top) + 1; y < (int)bottom - 1; y++)
                for (var x = (int)Math.Ceiling(left) + 1; x < (int)right - 1; x++)
                {
                    var pixel = sample.Image.Pixels.Slice(((y * 96) + x) * 4, 3);
                    Assert.IsGreaterThan(pixel[o.Class == 0 ? 2 : 0] + 60, (int)pixel[o.Class == 0 ? 0 : 2], $"epoch {epoch}, row {row}, {o}, pixel {x}, {y}");
                    seen++;
                }
            }
        }
        Assert.IsGreaterThan(1000, seen);
    }
}
