using MlNetVision.Imaging;
using MlNetVision.Segmentation;

namespace MlNetVision.Tests.Segmentation;

[TestClass]
public sealed class MaskParserTests
{
    [TestMethod]
    [DataRow(SegmentationForm.ScoresNchw, ResizeMode.Stretch, 9, 7, 37, 23)]
    [DataRow(SegmentationForm.ScoresNhwc, ResizeMode.Stretch, 9, 7, 37, 23)]
    [DataRow(SegmentationForm.ScoresNhwc, ResizeMode.Letterbox, 8, 8, 61, 17)]
    [DataRow(SegmentationForm.ScoresNchw, ResizeMode.Letterbox, 8, 8, 17, 61)]
    [DataRow(SegmentationForm.ScoresNchw, ResizeMode.Crop, 8, 8, 30, 40)]
    [DataRow(SegmentationForm.ScoresNchw, ResizeMode.Stretch, 16, 12, 5, 3)]
    [DataRow(SegmentationForm.ScoresNchw, ResizeMode.Stretch, 1, 1, 5, 3)]
    [DataRow(SegmentationForm.ScoresNchw, ResizeMode.Stretch, 9, 7, 36, 28)]
    public void Parse_RandomScores_AsInterpolatedOneByOne(SegmentationForm form, ResizeMode mode, int outputWidth, int outputHeight, int width, int height)
    {
        const int Classes = 4, Scale = 4;
        var geometry = ImageGeometry.For(mode, width, height, Scale * outputWidth, Scale * outputHeight, LetterboxRounding.Nearest);
        var output = new SegmentationOutput("out", form, Classes, outputHeight, outputWidth, Probabilities: false);
        var random = new Random(7);
        // Smooth enough that neighbours often agree, so that both ways through the code are taken.
        var scores = Enumerable.Range(0, output.Length).Select(_ => (float)random.NextDouble()).ToArray();
        for (var i = 0; i < outputWidth * outputHeight; i++)
            if (i % 3 != 0) scores[1 * output.ClassStride + i * output.PixelStride] += 2;

        var mask = new MaskParser(Settings(output, withConfidence: true)).Parse(scores, geometry);

        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var values = Enumerable.Range(0, Classes).Select(c => Naive(scores, output, geometry, c, x, y)).ToArray();
                Assert.IsGreaterThanOrEqualTo(values.Max() - 1e-5, values[mask[x, y]], $"({x}, {y})");
            }
        }
        Assert.IsTrue(mask.Confidence.ToArray().All(c => c is > 0 and <= 1.0001f));
    }

    [TestMethod]
    [DataRow(SegmentationForm.ScoresNchw, 5)]
    [DataRow(SegmentationForm.ScoresNhwc, 5)]
    [DataRow(SegmentationForm.ScoresNchw, 21)]
    [DataRow(SegmentationForm.ScoresNhwc, 21)]
    public void Parse_OutputOfTheImagesSize_TheLargestOfEachPixel(SegmentationForm form, int classes)
    {
        const int Width = 21, Height = 30;
        var output = new SegmentationOutput("out", form, classes, Height, Width, Probabilities: false);
        var random = new Random(2);
        // Few values, so that there are ties, of which the first counts; and some that exclude a class.
        var scores = Enumerable.Range(0, output.Length).Select(_ => random.Next(40) switch { 0 => float.PositiveInfinity, 1 => float.NegativeInfinity, 2 => -0f, _ => random.Next(4) - 3 }).ToArray();
        var found = new MaskParser(Settings(output)).Parse(scores, ImageGeometry.For(ResizeMode.Stretch, Width, Height, Width, Height));
        for (var i = 0; i < Width * Height; i++)
        {
            var best = 0;
            for (var c = 1; c < classes; c++)
                if (Score(c, i) > Score(best, i)) best = c;
            Assert.AreEqual(best, found.Classes[i], $"pixel {i}");
        }
        float Score(int c, int i) => scores[c * output.ClassStride + i * output.PixelStride];
    }

    [TestMethod]
    public void Parse_LetterboxedPadding_NeverShows()
    {
        // A wide image lies in rows 4 to 11 of 16; the padding is all of class 1 and sure of it.
        var geometry = ImageGeometry.For(ResizeMode.Letterbox, 32, 16, 16, 16);
        var output = new SegmentationOutput("out", SegmentationForm.ScoresNchw, 2, 16, 16, Probabilities: false);
        var scores = new float[output.Length];
        for (var i = 0; i < 256; i++) scores[i / 16 is >= 4 and < 12 ? i : 256 + i] = 100;
        var mask = new MaskParser(Settings(output)).Parse(scores, geometry);
        Assert.AreEqual((32, 16), (mask.Width, mask.Height));
        Assert.AreEqual(1, mask.Shares().Count);
        Assert.AreEqual(0, mask[0, 0]);
    }

    [TestMethod]
    public void Parse_ClassMapsOfAllTypes_AreTheSame()
    {
        var output = new SegmentationOutput("out", SegmentationForm.ClassMap, 3, 2, 2, Probabilities: false);
        var geometry = ImageGeometry.For(ResizeMode.Stretch, 4, 4, 2, 2);
        byte[] expected = [0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 0, 0, 2, 2, 0, 0];
        foreach (Array map in new Array[] { new byte[] { 0, 1, 2, 0 }, new[] { 0, 1, 2, 0 }, new[] { 0L, 1, 2, 0 }, new[] { 0f, 1, 2, 0 } })
            CollectionAssert.AreEqual(expected, new MaskParser(Settings(output)).Parse(map, geometry).Classes.ToArray());
    }

    [TestMethod]
    [DataRow(3f)]
    [DataRow(-1f)]
    [DataRow(0.5f)]
    [DataRow(float.NaN)]
    public void Parse_IndexBeyondTheClasses_Throws(float index)
    {
        var output = new SegmentationOutput("out", SegmentationForm.ClassMap, 3, 1, 2, Probabilities: false);
        Assert.ThrowsExactly<BadModelException>(() => new MaskParser(Settings(output)).Parse(new[] { 0f, index }, ImageGeometry.For(ResizeMode.Stretch, 2, 1, 2, 1)));
    }

    [TestMethod]
    public void Parse_Confidence_IsTheSoftmaxOfTheWinner()
    {
        var output = new SegmentationOutput("out", SegmentationForm.ScoresNhwc, 3, 1, 1, Probabilities: false);
        var mask = new MaskParser(Settings(output, withConfidence: true)).Parse(new[] { 1f, 3f, 2f }, ImageGeometry.For(ResizeMode.Stretch, 2, 2, 1, 1));
        Assert.AreEqual(1, mask[0, 0]);
        // e³ / (e + e² + e³)
        foreach (var c in mask.Confidence) Assert.AreEqual(0.66524, c, 1e-5);
    }

    private static SegmentationSettings Settings(SegmentationOutput output, bool withConfidence = false) => new()
    {
        Resize = new ResizeOptions { Width = 1, Height = 1 }, Preprocess = "unit", Labels = ["a", "b", "c"], Output = output, WithConfidence = withConfidence,
    };

    // The definition: centres aligned, clamped to the elements whose centres show the image.
    private static double Naive(float[] scores, SegmentationOutput output, ImageGeometry g, int c, int x, int y)
    {
        var (left, partX) = At(x, g.ScaleX, g.OffsetX, g.ImageWidth, g.NetworkWidth, output.Width);
        var (top, partY) = At(y, g.ScaleY, g.OffsetY, g.ImageHeight, g.NetworkHeight, output.Height);
        double Score(int column, int row) => scores[c * output.ClassStride + (row * output.Width + column) * output.PixelStride];
        var right = partX == 0 ? left : left + 1;
        var bottom = partY == 0 ? top : top + 1;
        return (1 - partY) * ((1 - partX) * Score(left, top) + partX * Score(right, top)) + partY * ((1 - partX) * Score(left, bottom) + partX * Score(right, bottom));
    }

    private static (int Low, double Part) At(int pixel, double scale, double offset, int length, int network, int output)
    {
        var ratio = (double)output / network;
        var centres = Enumerable.Range(0, output).Where(e => (e + 0.5) / ratio >= offset - 1e-4 && (e + 0.5) / ratio <= offset + length * scale + 1e-4).DefaultIfEmpty(0).ToList();
        var at = Math.Clamp(((pixel + 0.5) * scale + offset) * ratio - 0.5, centres[0], centres[^1]);
        return ((int)at, at - (int)at);
    }
}
