using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.MlNet;

namespace MlNetVision.Tests.Classification;

[TestClass]
public sealed class ClassificationPipelineTests
{
    private static readonly string[] Paths = [.. new[] { "rose.png", "street.png" }.Select(p => Path.Combine(Shared.Repository, "assets", "images", p))];

    [TestMethod]
    [DataRow("flowers", ResizeMode.Letterbox)]
    [DataRow("squeezenet-fp16", ResizeMode.Crop)]
    public void Transform_SavedAndLoaded_AnswersAsThePlainClassifier(string name, ResizeMode resize)
    {
        var (model, labels) = name == "flowers" ? (name, null) : (Shared.Path("models", "onnx", $"{name}.onnx"), Shared.Path("models", "onnx", "imagenet.names"));
        var options = new ImageClassifierOptions { Resize = resize, LabelsFile = labels, Top = 2, Preprocess = name == "squeezenet-fp16" ? "caffe" : null };
        using var classifier = ImageClassifier.Load(model, options);
        var expected = Paths.Select(p => classifier.Classify(p)).ToList();

        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable(Paths.Select(p => new ImageRow { ImagePath = p }));
        var chain = ml.Transforms.ClassifyImages(model, options: options).Fit(data);
        var images = ml.Transforms.LoadUprightImages("Image", "ImagePath").Append(ml.Transforms.ClassifyImages(model, inputColumnName: "Image", options: options)).Fit(data);
        using var zip = new TemporaryFile(".zip");
        using var plain = new TemporaryFile(".zip");
        ml.Model.Save(chain, data.Schema, zip.Path);
        classifier.SaveZip(plain.Path);
        CollectionAssert.AreEquivalent(new[] { "ImagePath", "PredictedLabel", "Score", "TopLabels", "TopScores", "Error" }, chain.GetOutputSchema(data.Schema).Select(c => c.Name).ToArray());

        foreach (var fitted in new[] { chain, images, new MLContext().Model.Load(zip.Path, out _), new MLContext().Model.Load(plain.Path, out _) })
        {
            var rows = ml.Data.CreateEnumerable<ClassRow>(fitted.Transform(data), reuseRowObject: false).ToList();
            for (var i = 0; i < Paths.Length; i++) AssertSame(expected[i], rows[i]);
        }
        foreach (var file in new[] { zip, plain })
        {
            using var reopened = ImageClassifier.Load(file.Path);
            Assert.AreEqual((resize, classifier.Preprocess, classifier.AddsSoftmax), (reopened.Resize.Mode, reopened.Preprocess, reopened.AddsSoftmax));
            var found = reopened.Classify(Paths[0]);
            Assert.HasCount(2, found.Predictions);
            AssertClose(expected[0].Scores, found.Scores);
        }
    }

    [TestMethod]
    public void SaveZip_FreshProcess_GivesTheSameAnswers()
    {
        using var zip = new TemporaryFile(".zip");
        using var classifier = ImageClassifier.Load("flowers", new() { Top = 2 });
        classifier.SaveZip(zip.Path);
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var sample = Path.Combine(Shared.Repository, "src", "Samples", "FlowerMarket", "bin", configuration, "net10.0", "FlowerMarket.dll");

        using var process = Process.Start(new ProcessStartInfo("dotnet", [sample, zip.Path, .. Paths]) { RedirectStandardOutput = true })!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        process.WaitForExit();

        Assert.AreEqual(0, process.ExitCode);
        var expected = Paths.Select(p => $"{Path.GetFileName(p)}: {string.Join(", ", classifier.Classify(p).Predictions.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Label} {c.Score:F4}")))}");
        CollectionAssert.AreEqual(expected.ToArray(), lines);
    }

    [TestMethod]
    public void Load_SavedChain_RefusesWhatItsGraphHolds()
    {
        using var zip = new TemporaryFile(".zip");
        using (var classifier = ImageClassifier.Load("flowers")) classifier.SaveZip(zip.Path);
        Assert.Contains("'tf'", Assert.ThrowsExactly<ArgumentException>(() => ImageClassifier.Load(zip.Path, new() { Preprocess = "unit" })).Message);
        Assert.Contains("softmax", Assert.ThrowsExactly<ArgumentException>(() => ImageClassifier.Load(zip.Path, new() { Softmax = true })).Message);
    }

    private static void AssertSame(ClassificationResult expected, ClassRow found)
    {
        Assert.AreEqual(expected.Predictions[0].Label, found.PredictedLabel);
        CollectionAssert.AreEqual(expected.Predictions.Select(p => p.Label).ToArray(), found.TopLabels);
        AssertClose(expected.Predictions.Select(p => p.Score), found.TopScores);
        AssertClose(expected.Scores, found.Score);
    }

    // Normalised by C# and by the graph, floats differ in the last digit; half-precision and 8-bit networks may then round to a neighbour.
    private static void AssertClose(IEnumerable<float> expected, IEnumerable<float> found) =>
        Assert.IsLessThan(0.005f, expected.Zip(found).Max(p => Math.Abs(p.First - p.Second)));

    private sealed class ImageRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class ClassRow
    {
        public string PredictedLabel { get; set; } = "";

        public float[] Score { get; set; } = [];

        public string[] TopLabels { get; set; } = [];

        public float[] TopScores { get; set; } = [];
    }
}
