using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx.Import;
using MlNetVision.Tests.Classification;

namespace MlNetVision.Tests.Models;

[TestClass]
public sealed class ImportedMetadataTests
{
    [TestMethod]
    public void Describe_PixelsOfAPreset_TakesItsName()
    {
        foreach (var preset in PixelNormalization.Presets)
        {
            var pixels = new ImportedPixels(preset.Bgr, preset.Mean, [.. preset.Scale.Select(s => 1 / s)]);
            var said = PixelNormalization.Parse(Describe(new ImportedModel(TinyClassifier.Create()) { Pixels = pixels }, VisionMetadata.PreprocessKey)!);
            for (var c = 0; c < 3; c++) Assert.AreEqual(preset.Scale[c], said.Scale[c], preset.Scale[c] * 1e-6, preset.Name);
            Assert.AreEqual((preset.Bgr, preset.Mean[0]), (said.Bgr, said.Mean[0]));
        }
        Assert.AreEqual("tf", Describe(new ImportedModel(TinyClassifier.Create()) { Pixels = new(false, [127.5f], [127.5f]) }, VisionMetadata.PreprocessKey));
    }

    [TestMethod]
    public void Describe_OtherPixels_WritesNumbersThatAreReadAgain()
    {
        var text = Describe(new ImportedModel(TinyClassifier.Create()) { Pixels = new(true, [1, 2, 3.5f], [4]) }, VisionMetadata.PreprocessKey)!;
        Assert.AreEqual("bgr:1,2,3.5:4,4,4", text);
        Assert.IsTrue(PixelNormalization.Parse(text).Bgr);
    }

    [TestMethod]
    public void Describe_Facts_InTheirWords()
    {
        foreach (var (purpose, word) in new[] { (ImportedPurpose.Classify, "classify"), (ImportedPurpose.Detect, "detect"), (ImportedPurpose.Segment, "segment"), (ImportedPurpose.Stylize, "stylize") })
            Assert.AreEqual(word, Describe(new ImportedModel(TinyClassifier.Create()) { Purpose = purpose }, VisionMetadata.TaskKey));
        foreach (var (fit, word) in new[] { (ImportedFit.Stretch, "stretch"), (ImportedFit.Letterbox, "letterbox"), (ImportedFit.CenterCrop, "crop") })
            Assert.AreEqual(word, Describe(new ImportedModel(TinyClassifier.Create()) { Fit = fit }, VisionMetadata.ResizeKey));
    }

    [TestMethod]
    public void Describe_NoFacts_LeavesTheNetworkAsItIs()
    {
        var model = TinyClassifier.Create();
        var before = model.ToBytes();
        CollectionAssert.AreEqual(before, ImportedMetadata.Describe(new ImportedModel(model)).ToBytes());
    }

    [TestMethod]
    public void Describe_FactsThatMakeNoSense_AreNamed()
    {
        StringAssert.Contains(Bad(new ImportedOutput("grid", "ssd", [])), "describes the output 'grid' as 'ssd', which no known format of detection heads reads");
        StringAssert.Contains(Bad(new ImportedOutput("grid", "yolo", [new("classes", [2]), new("anchors", [1, 2, 3])])), "3 numbers as the anchors of the output 'grid'");
        StringAssert.Contains(Bad(new ImportedOutput("grid", "yolo", [new("classes", [2]), new("anchors", [1, 2]), new("mask", [1])])), "the mask 1 for the output 'grid'");
        StringAssert.Contains(Bad(new ImportedOutput("grid", "region", [new("anchors", [1, 2])])), "0 classes of the output 'grid'");
        var pixels = new ImportedModel(TinyClassifier.Create()) { Pixels = new(false, [1, 2], [0]) };
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => ImportedMetadata.Describe(pixels)).Message, "the input normalisation rgb:1,2:0,0,0");
    }

    private static string? Describe(ImportedModel imported, string key) => ImportedMetadata.Describe(imported).Metadata[key];

    private static string Bad(ImportedOutput output) => Assert.ThrowsExactly<BadModelException>(
        () => ImportedMetadata.Describe(new ImportedModel(TinyClassifier.Create()) { Outputs = [output] })).Message;
}
