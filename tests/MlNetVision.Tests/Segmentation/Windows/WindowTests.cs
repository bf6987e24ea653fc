using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Segmentation;

namespace MlNetVision.Tests.Segmentation;

[TestClass]
public sealed class WindowTests
{
    [TestMethod]
    [DataRow(100, 32, 4)]
    [DataRow(33, 32, 4)]
    [DataRow(32, 32, 4)]
    [DataRow(10, 32, 4)]
    [DataRow(57, 32, 0)]
    [DataRow(4000, 257, 32)]
    public void Axis_AnyLength_EveryPixelHasWeightsThatAddUpToOne(int length, int window, int fade)
    {
        var axis = new WindowAxis(length, window, fade);
        Assert.AreEqual(0, axis.Origin(0));
        Assert.AreEqual(Math.Max(0, length - window), axis.Origin(axis.Count - 1));
        for (var x = 0; x < length; x++)
        {
            var having = Enumerable.Range(0, axis.Count).Where(i => x >= axis.From(i) && x < axis.To(i)).ToList();
            Assert.IsTrue(having.Count is 1 or 2, $"pixel {x}");
            Assert.AreEqual(1, having.Sum(i => Weight(axis, i, x)), 1e-6, $"pixel {x}");
            foreach (var i in having) Assert.IsTrue(x >= axis.Origin(i) && x < axis.Origin(i) + window, $"pixel {x} of window {i}");
        }
    }

    [TestMethod]
    [DataRow(SegmentationForm.ScoresNchw)]
    [DataRow(SegmentationForm.ScoresNhwc)]
    public void Blend_RandomScores_IsTheWeightedMeanOfTheWindows(SegmentationForm form)
    {
        const int Classes = 3, Window = 16;
        var output = new SegmentationOutput("out", form, Classes, Window, Window, Probabilities: false);
        var (columns, rows) = (new WindowAxis(45, Window, 2), new WindowAxis(37, Window, 2));
        var random = new Random(3);
        var answers = Enumerable.Range(0, columns.Count * rows.Count).Select(_ => Enumerable.Range(0, output.Length).Select(_ => (float)random.NextDouble()).ToArray()).ToArray();
        var blend = new WindowBlend(output, columns, rows, withConfidence: true);
        for (var r = 0; r < rows.Count; r++)
        {
            for (var c = 0; c < columns.Count; c++) blend.Add(c, r, answers[r * columns.Count + c]);
        }
        for (var y = 0; y < rows.Length; y++)
        {
            for (var x = 0; x < columns.Length; x++)
            {
                var scores = new double[Classes];
                for (var r = 0; r < rows.Count; r++)
                    for (var c = 0; c < columns.Count; c++)
                        for (var k = 0; k < Classes && Has(rows, r, y) && Has(columns, c, x); k++)
                            scores[k] += Weight(rows, r, y) * Weight(columns, c, x) * answers[r * columns.Count + c][
                                k * output.ClassStride + ((y - rows.Origin(r)) * Window + x - columns.Origin(c)) * output.PixelStride];
                var found = blend.Classes[y * columns.Length + x];
                Assert.AreEqual(scores.Max(), scores[found], 1e-5, $"({x}, {y})");
                Assert.AreEqual(Math.Exp(scores[found]) / scores.Sum(Math.Exp), blend.Confidence![y * columns.Length + x], 1e-4);
            }
        }
    }

    // A network that looks at one pixel at a time does not care how an image is cut up.
    [TestMethod]
    [DataRow(37, 23)]
    [DataRow(9, 40)]
    [DataRow(5, 20)]
    public void Segment_PixelByPixelNetwork_AsWithoutWindows(int width, int height)
    {
        var builder = new GraphWriter("pixels");
        var input = builder.Input("image", TensorProto.Types.DataType.Float, 1, 3, 8, 8);
        var scores = builder.Node("Conv", "scores", [input, builder.Floats("colours", [1, 0, 0, 0, 1, 0, 0, 0, 1], 3, 3, 1, 1)]);
        builder.Output(scores, TensorProto.Types.DataType.Float, 1, 3, 8, 8);
        var model = builder.Build();
        model.SetNames(["red", "green", "blue"]);
        using var image = new RgbImage(width, height);
        new Random(1).NextBytes(image.Pixels);
        for (var i = 3; i < image.Pixels.Length; i += 4) image.Pixels[i] = 255;

        using var segmenter = Segmenter.Load(model, new SegmenterOptions { Windows = true, Preprocess = "unit" });
        var mask = segmenter.Segment(image).Mask;

        for (var i = 0; i < width * height; i++)
        {
            var pixel = image.Pixels.Slice(4 * i, 3).ToArray();
            Assert.AreEqual(pixel.Max(), pixel[mask.Classes[i]], $"pixel {i}");
        }
    }

    private static bool Has(WindowAxis axis, int i, int pixel) => pixel >= axis.From(i) && pixel < axis.To(i);

    private static double Weight(WindowAxis axis, int i, int pixel) =>
        i < axis.Count - 1 && pixel >= axis.FadeOut(i) ? 1 - axis.Weight(i + 1, pixel) : axis.Weight(i, pixel);
}
