using System.Globalization;
using System.Security.Cryptography;
using MlNetVision.Data;
using MlNetVision.Detection;
using MlNetVision.Detection.Evaluation;
using MlNetVision.Models;
using MlNetVision.Onnx;

namespace MlNetVision.Tests.Models;

[TestClass]
public sealed class BundledModelTests
{
    private static readonly string ModelFile = Path.Combine(Shared.Repository, "assets", "models", "blood-cells.onnx");

    private static string Card => File.ReadAllText(Path.ChangeExtension(ModelFile, ".md"));

    [TestMethod]
    public void BloodCells_OnTheTestImagesOfBccd_HasTheAveragePrecisionOfItsCard()
    {
        var bccd = DetectionDataSet.Open(Shared.Path("data", "bccd"), new DetectionDataSetOptions { Split = "test" });
        using var detector = ObjectDetector.Load(ModelFile, new() { Adjust = o => o with { Confidence = DetectionEvaluator.LowestScore } });
        var evaluator = new DetectionEvaluator(bccd.ClassNames, detector.Labels);
        foreach (var image in bccd.Images) evaluator.Add(image.Id, detector.Detect(image.Path).Detections, image.Boxes);
        var map = evaluator.Evaluate().Map50!.Value;

        StringAssert.Contains(Card, string.Create(CultureInfo.InvariantCulture, $"| {map:0.000} |"), $"mAP@.5 {map}");
    }

    [TestMethod]
    public void BloodCells_Size_IsBelowAMillionParametersAndFourMegabytes()
    {
        Assert.IsLessThan(1_000_000L, OnnxModel.Load(ModelFile).Graph.Initializer.Sum(t => t.Dims.Aggregate(1L, (product, d) => product * d)));
        Assert.IsLessThan(4_000_000L, new FileInfo(ModelFile).Length);
    }

    [TestMethod]
    public void BloodCells_Classes_StandInTheOrderThatAppsKnow() =>
        CollectionAssert.AreEqual(new[] { "RBC", "WBC", "Platelets" }, OnnxModel.Load(ModelFile).GetNames());

    [TestMethod]
    [DataRow(VisionMetadata.ResizeKey, "letterbox")]
    [DataRow(VisionMetadata.PreprocessKey, "unit")]
    [DataRow(VisionMetadata.TaskKey, "detect")]
    [DataRow(VisionMetadata.ImageSizeKey, "[320, 416]")]
    [DataRow(VisionMetadata.LicenseKey, "MIT")]
    public void BloodCells_Metadata_TellsHowItWasTrained(string key, string expected) =>
        Assert.AreEqual(expected, OnnxModel.Load(ModelFile).Metadata[key]);

    [TestMethod]
    public void BloodCells_Card_NamesTheHashOfTheFile()
    {
        StringAssert.Contains(Card, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(ModelFile))));
    }
}
