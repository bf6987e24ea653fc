using System.Security.Cryptography;
using MlNetVision.Classification;
using MlNetVision.Models;
using MlNetVision.Onnx;

namespace MlNetVision.Tests.Models;

/// <summary>The bundled model, and its answers to the drawn flowers and to the images that its card tells of.</summary>
[TestClass]
public sealed class BundledFlowersTests
{
    private static readonly string ModelFile = Path.Combine(Shared.Repository, "assets", "models", "flowers.onnx");

    [TestMethod]
    public void Flowers_TheExport_IsTheBundledGraph() =>
        Assert.IsTrue(OnnxModel.Load(Shared.Path("models", "ours", "flowers.onnx")).Graph.Equals(OnnxModel.Load(ModelFile).Graph), "run: dotnet run assets/models/flowers.cs");

    [TestMethod]
    [DataRow(VisionMetadata.ResizeKey, "stretch")]
    [DataRow(VisionMetadata.PreprocessKey, "tf")]
    [DataRow(VisionMetadata.TaskKey, "classify")]
    [DataRow(VisionMetadata.ImageSizeKey, "[160, 160]")]
    [DataRow(VisionMetadata.LicenseKey, "MIT")]
    public void Flowers_Metadata_TellsHowItWasTrained(string key, string expected) =>
        Assert.AreEqual(expected, OnnxModel.Load(ModelFile).Metadata[key]);

    [TestMethod]
    public void Flowers_Names_AreTheCatalogues() =>
        CollectionAssert.AreEqual(ModelCatalogue.Default.Get("flowers").Labels.ToArray(), OnnxModel.Load(ModelFile).GetNames());

    [TestMethod]
    public void Flowers_Card_NamesTheHashOfTheFile() =>
        StringAssert.Contains(File.ReadAllText(Path.ChangeExtension(ModelFile, ".md")), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(ModelFile))));

    [TestMethod]
    [DataRow("rose", "roses")]
    [DataRow("sunflower", "sunflowers")]
    [DataRow("tulip", "tulips")]
    public void Classify_DrawnFlower_IsNamed(string image, string label)
    {
        using var classifier = ImageClassifier.Load("flowers");

        var best = classifier.Classify(Path.Combine(Shared.Repository, "assets", "images", $"{image}.png")).Predictions[0];

        // Measured: 0.985, 0.999, 0.990.
        Assert.AreEqual(label, best.Label);
        Assert.IsGreaterThan(0.97f, best.Score);
    }

    [TestMethod]
    public async Task Classify_ValidationImages_IsAsGoodAsTheCardSays()
    {
        using var classifier = ImageClassifier.Load("flowers");
        var truth = classifier.Labels.SelectMany((label, i) => Directory.GetFiles(Shared.Path("data", "flower_photos", "valid", label)).Select(path => (path, i))).ToArray();
        var cases = new List<ClassificationCase>();
        await foreach (var outcome in classifier.ClassifyManyAsync(truth.Select(t => t.path)))
            cases.Add(new ClassificationCase(outcome.Image, truth[cases.Count].i, [.. outcome.Result!.Scores]));

        var figures = ClassificationEvaluation.Of(classifier.Labels, cases);

        Assert.AreEqual(0.887, figures.Accuracy, 0.007, "one image of 150 may turn with another processor's rounding");
        Assert.AreEqual(0.276, figures.LogLoss, 0.005);
        var temperature = TemperatureScaling.Fit(cases);
        var calibrated = ClassificationEvaluation.Of(classifier.Labels, [.. cases.Select(c => c with { Scores = TemperatureScaling.Scale(c.Scores, temperature) })]);
        Assert.AreEqual(0.726, temperature, 0.02);
        Assert.IsLessThan(0.065, calibrated.ExpectedCalibrationError);
    }
}
