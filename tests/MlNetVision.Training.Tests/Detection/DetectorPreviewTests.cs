using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Tests.Imaging;
using MlNetVision.Training.Detection;

namespace MlNetVision.Training.Tests.Detection;

[TestClass]
public sealed class DetectorPreviewTests
{
    private static readonly DetectorTrainingOptions Plain = new() { Augmentation = DetectorAugmentation.None };

    /// <summary>The cells of the sheet are those that the sampler of a training gives, painted.</summary>
    [TestMethod]
    public void Draw_Images_AreThoseOfTheFirstEpochs()
    {
        using var folder = new TemporaryFolder();
        var set = SquareDetector.Open(SquareDetector.Draw(folder.Path("images"), 9, 3));
        var network = SquareDetector.Network();
        var options = new DetectorTrainingOptions { Epochs = 12, Augmentation = new() { Mosaic = 0.5, VerticalFlip = 0.5 }, Seed = 5 };
        using var sheet = DetectorPreview.Draw(network, set, options, images: 3, variations: 4);
        var (width, height) = (64, 48);
        var (plain, augmented) = (DetectionSampler.For(network, set.Images, set.ClassNames, Plain), DetectionSampler.For(network, set.Images, set.ClassNames, options));
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 5; column++)
            {
                // Only the first two of twelve epochs have mosaics.
                using var sample = column == 0 ? plain.At(0, 3 * row, width, height, mosaic: false) : augmented.At(column - 1, 3 * row, width, height, mosaic: column <= 2);
                using var expected = DetectionPainter.Draw(sample.Image, [.. sample.Objects.Select(o => new MlNetVision.Detection.Detection(SquareDetector.Classes[o.Class], o.Class, 1,
                    BoundingBox.FromCenter(o.X * width, o.Y * height, o.Width * width, o.Height * height)))], new() { ClassCount = 2, ShowScores = false, ShowLabels = column == 0 });
                var (left, top) = Centre(sheet, row, column, rows: 3, columns: 5);
                for (var y = 0; y < height; y++)
                {
                    for (var x = 0; x < width; x++)
                        Assert.AreEqual(expected.At(x, y), sheet.At(left - (width / 2) + x, top - (height / 2) + y), $"row {row}, column {column}, pixel {x}, {y}");
                }
            }
        }
    }

    [TestMethod]
    public void Draw_UnreadableImage_LeavesACrossedRow()
    {
        using var folder = new TemporaryFolder();
        var set = SquareDetector.Open(SquareDetector.Draw(folder.Path("images"), 2, 3));
        File.WriteAllBytes(set.Images[1].Path, File.ReadAllBytes(set.Images[1].Path)[..200]);
        using var sheet = DetectorPreview.Draw(SquareDetector.Network(), set, Plain, variations: 2);
        for (var column = 0; column < 3; column++)
        {
            var (x, y) = Centre(sheet, 1, column, rows: 2, columns: 3);
            Assert.AreEqual((190, 190, 190), sheet.At(x, y), $"the cross of column {column}");
            (x, y) = Centre(sheet, 0, column, rows: 2, columns: 3);
            Assert.AreNotEqual((190, 190, 190), sheet.At(x, y));
        }
    }

    [TestMethod]
    public void Draw_OutOfRange_IsRefused()
    {
        using var folder = new TemporaryFolder();
        var set = SquareDetector.Open(SquareDetector.Draw(folder.Path("images"), 1, 3));
        var network = SquareDetector.Network();
        foreach (var draw in new Action[]
        {
            () => DetectorPreview.Draw(network, set, Plain, images: 0),
            () => DetectorPreview.Draw(network, set, Plain, images: 101),
            () => DetectorPreview.Draw(network, set, Plain, variations: 0),
            () => DetectorPreview.Draw(network, set, Plain, variations: 21),
        }) Assert.ThrowsExactly<ArgumentOutOfRangeException>(draw);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => DetectorPreview.Draw(network, set, Plain with { Augmentation = new() { Jitter = 2 } })).Message, "Jitter");
    }

    /// <summary>The middle of a cell's image: cells of 320×240 with a gap of 10 around, and a name of 30 below.</summary>
    private static (int X, int Y) Centre(RgbImage sheet, int row, int column, int rows, int columns)
    {
        const int Gap = 10, Name = 30;
        Assert.AreEqual(((columns * (320 + Gap)) + Gap, (rows * (240 + Name + Gap)) + Gap), (sheet.Width, sheet.Height));
        return (Gap + (column * (320 + Gap)) + 160, Gap + (row * (240 + Name + Gap)) + 120);
    }
}
