using Microsoft.ML;
using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.MlNet;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Tests.Imaging;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Classification;

/// <summary>Networks that take one channel.</summary>
[TestClass]
public sealed class GreyClassifierTests
{
    [TestMethod]
    [DataRow(PixelLayout.Nchw, DataType.Float, "raw")]
    [DataRow(PixelLayout.Nhwc, DataType.Float, "grey:33.3:78.6")]
    [DataRow(PixelLayout.Nchw, DataType.Uint8, "raw")]
    [DataRow(PixelLayout.Nhwc, DataType.Uint8, "raw")]
    [DataRow(PixelLayout.Nchw, DataType.Float16, "unit")]
    public void Classify_PlainChainAndZip_GiveTheGreyOfTheImage(PixelLayout layout, DataType type, string preprocess)
    {
        using var file = new TemporaryFile(".png");
        using (var noise = TestImages.Noise(2, 2, seed: 8)) noise.Save(file.Path);
        using var image = RgbImage.Load(file.Path);
        var grey = new float[4];
        TensorPacker.PackGrey(image, grey, PixelNormalization.Parse(preprocess));
        var options = new ImageClassifierOptions { Preprocess = preprocess, Softmax = false };
        var model = Pixels(layout, type);
        using var classifier = ImageClassifier.Load(model, options);

        AssertClose(grey, classifier.Classify(file.Path).Scores, type);

        using var zip = new TemporaryFile(".zip");
        classifier.SaveZip(zip.Path);
        using var reopened = ImageClassifier.Load(zip.Path);
        AssertClose(grey, reopened.Classify(file.Path).Scores, type);
        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable([new ImageRow { ImagePath = file.Path }]);
        foreach (var chain in new[] { ml.Transforms.ClassifyImages(model, options: options).Fit(data), new MLContext().Model.Load(zip.Path, out _) })
            AssertClose(grey, ml.Data.CreateEnumerable<ScoreRow>(chain.Transform(data), reuseRowObject: false).Single().Score, type);
    }

    [TestMethod]
    public void Load_NothingStated_TakesRawGreyAndSaysSo()
    {
        using var classifier = ImageClassifier.Load(Pixels(PixelLayout.Nchw, DataType.Float));
        Assert.AreEqual("raw", classifier.Preprocess);
        Assert.IsTrue(classifier.Assumptions.Any(a => a.Contains("grey of 0 to 255", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Load_NormalisationOfThreeChannels_IsRefused() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() => ImageClassifier.Load(Pixels(PixelLayout.Nchw, DataType.Float), new() { Preprocess = "imagenet" })).Message,
        "takes one channel of grey, but the input normalisation 'imagenet' differs between channels");

    /// <summary>White digits on black, as MNIST's are.</summary>
    [TestMethod]
    [DataRow(1, "13,4 13,23")]
    [DataRow(7, "7,6 20,6 13,23")]
    [DataRow(4, "9,5 8,14 19,14 19,5 19,24")]
    public void Classify_DrawnDigit_IsReadByThePublishedNetwork(int digit, string strokes)
    {
        using var classifier = ImageClassifier.Load(Shared.Path("models", "wild", "mnist-cntk.onnx"));
        using var image = Digit(strokes);
        Assert.AreEqual(digit, classifier.Classify(image).Predictions[0].Index);
    }

    [TestMethod]
    public void Classify_NetworkWithItsValuesInAnotherFile_Answers()
    {
        var path = Shared.Path("models", "wild", "external", "model.onnx");
        using var classifier = ImageClassifier.Load(path, new() { Preprocess = "unit" });
        using var image = Digit("13,4 13,23");
        var expected = classifier.Classify(image).Scores;
        using var zip = new TemporaryFile(".zip");
        classifier.SaveZip(zip.Path);
        using var reopened = ImageClassifier.Load(zip.Path);
        AssertClose(expected, reopened.Classify(image).Scores, DataType.Float);
        using var stream = File.OpenRead(path);
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => ImageClassifier.Load(stream)).Message, "opened by its path");
    }

    /// <summary>A network of 2 × 2 pixels whose scores are the pixels.</summary>
    private static OnnxModel Pixels(PixelLayout layout, DataType type)
    {
        var graph = new GraphWriter("pixels");
        var input = graph.Input("image", type, layout == PixelLayout.Nchw ? [1, 1, 2, 2] : [1, 2, 2, 1]);
        graph.Output("scores", graph.Node("Flatten", [type == DataType.Uint8 ? input.Cast(DataType.Float) : input]), type == DataType.Float16 ? type : DataType.Float, 1, 4);
        var model = graph.Build("pixels.onnx");
        model.SetNames(["a", "b", "c", "d"]);
        return model;
    }

    private static RgbImage Digit(string strokes)
    {
        const int Side = 28;
        var image = TestImages.Solid(Side, Side, new RgbColor(0, 0, 0));
        var points = strokes.Split(' ').Select(p => p.Split(',').Select(double.Parse).ToArray()).ToArray();
        for (var i = 0; i < Side * Side; i++)
        {
            var distance = points.Zip(points.Skip(1)).Min(s => Distance(i % Side, i / Side, s.First, s.Second));
            var value = (byte)Math.Clamp(255 * (2.2 - distance), 0, 255);
            image.Words[i] = new RgbColor(value, value, value).ToPixel();
        }
        return image;
    }

    private static double Distance(double x, double y, double[] from, double[] to)
    {
        var (dx, dy) = (to[0] - from[0], to[1] - from[1]);
        var t = Math.Clamp(((x - from[0]) * dx + (y - from[1]) * dy) / (dx * dx + dy * dy), 0, 1);
        return Math.Sqrt(Math.Pow(x - from[0] - t * dx, 2) + Math.Pow(y - from[1] - t * dy, 2));
    }

    private static void AssertClose(IEnumerable<float> expected, IEnumerable<float> found, DataType type) =>
        Assert.IsLessThanOrEqualTo(type == DataType.Float16 ? 0.001f : 1e-6f, expected.Zip(found).Max(p => Math.Abs(p.First - p.Second)));

    private sealed class ImageRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class ScoreRow
    {
        public float[] Score { get; set; } = [];
    }
}
