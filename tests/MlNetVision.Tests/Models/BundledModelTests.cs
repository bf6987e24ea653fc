using System.Security.Cryptography;
using MlNetVision.Models;
using MlNetVision.Onnx;

namespace MlNetVision.Tests.Models;

[TestClass]
public sealed class BundledModelTests
{
    private static readonly string ModelFile = Path.Combine(Shared.Repository, "assets", "models", "blood-cells.onnx");

    [TestMethod]
    public void BloodCells_ImportedAgain_IsTheBundledGraph()
    {
        var cfg = Shared.Path("models", "darknet", "blood-cells.cfg");
        var again = ModelLocator.Open(cfg);

        var bundled = OnnxModel.Load(ModelFile);

        Assert.IsTrue(again.Graph.Equals(bundled.Graph), "run: dotnet run assets/models/blood-cells.cs");
        CollectionAssert.AreEqual(File.ReadAllLines(Path.ChangeExtension(cfg, ".names")), bundled.GetNames());
    }

    [TestMethod]
    [DataRow(VisionMetadata.ResizeKey, "stretch")]
    [DataRow(VisionMetadata.PreprocessKey, "unit")]
    [DataRow(VisionMetadata.TaskKey, "detect")]
    [DataRow(VisionMetadata.ImageSizeKey, "[320, 320]")]
    [DataRow(VisionMetadata.LicenseKey, "MIT")]
    public void BloodCells_Metadata_TellsHowItWasTrained(string key, string expected) =>
        Assert.AreEqual(expected, OnnxModel.Load(ModelFile).Metadata[key]);

    [TestMethod]
    public void BloodCells_Card_NamesTheHashOfTheFile()
    {
        var card = File.ReadAllText(Path.ChangeExtension(ModelFile, ".md"));

        StringAssert.Contains(card, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(ModelFile))));
    }
}
