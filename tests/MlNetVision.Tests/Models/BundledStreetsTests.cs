using System.Security.Cryptography;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Segmentation;
using MlNetVision.Segmentation.Evaluation;

namespace MlNetVision.Tests.Models;

/// <summary>The bundled model, and its answer to the bundled image against the classes that the drawing program noted.</summary>
[TestClass]
public sealed class BundledStreetsTests
{
    private static readonly string ModelFile = Path.Combine(Shared.Repository, "assets", "models", "streets.onnx");
    private static readonly string Images = Path.Combine(Shared.Repository, "assets", "images");

    [TestMethod]
    public void Streets_TheExport_IsTheBundledGraph()
    {
        var export = OnnxModel.Load(Shared.Path("models", "ours", "streets.onnx"));

        Assert.IsTrue(export.Graph.Equals(OnnxModel.Load(ModelFile).Graph), "run: dotnet run assets/models/streets.cs");
    }

    [TestMethod]
    [DataRow(VisionMetadata.ResizeKey, "stretch")]
    [DataRow(VisionMetadata.PreprocessKey, "tf")]
    [DataRow(VisionMetadata.TaskKey, "segment")]
    [DataRow(VisionMetadata.ImageSizeKey, "[360, 480]")]
    [DataRow(VisionMetadata.LicenseKey, "MIT")]
    public void Streets_Metadata_TellsHowItWasTrained(string key, string expected) =>
        Assert.AreEqual(expected, OnnxModel.Load(ModelFile).Metadata[key]);

    [TestMethod]
    public void Streets_Names_AreTheCatalogues() =>
        CollectionAssert.AreEqual(ModelCatalogue.Default.Get("streets").Labels.ToArray(), OnnxModel.Load(ModelFile).GetNames());

    [TestMethod]
    public void Streets_Card_NamesTheHashOfTheFile()
    {
        var card = File.ReadAllText(Path.ChangeExtension(ModelFile, ".md"));

        StringAssert.Contains(card, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(ModelFile))));
    }

    [TestMethod]
    public void Segment_DrawnStreet_AgreesWithWhatWasDrawn()
    {
        using var segmenter = Segmenter.Load("streets");
        var truth = MaskPng.Load(Path.Combine(Images, "street.mask.png"), segmenter.Labels);
        var evaluator = new SegmentationEvaluator(segmenter.Labels);

        evaluator.Add(truth, segmenter.Segment(Path.Combine(Images, "street.png")).Mask, "street.png");

        // Measured: 0.908; sky 0.96, building 0.86, road 0.97, pavement 0.98, tree 0.69, car 0.96, pedestrian 0.77.
        var found = evaluator.Evaluate();
        Assert.IsGreaterThan(0.9, found.PixelAccuracy!.Value);
        foreach (var (label, floor) in new[] { ("sky", .94), ("building", .83), ("road", .95), ("pavement", .95), ("tree", .65), ("car", .93), ("pedestrian", .7) })
            Assert.IsGreaterThan(floor, found.PerClass.Single(c => c.Label == label).Accuracy!.Value, label);
    }
}
