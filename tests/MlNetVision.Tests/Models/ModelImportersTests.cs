using MlNetVision.Classification;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx.Import;
using MlNetVision.Tests.Imaging;

namespace MlNetVision.Tests.Models;

/// <summary>An importer from outside the library. It is registered for the whole process, so these tests run alone.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ModelImportersTests : IDisposable
{
    private const string Colors = "red 9 -9 -9\ngreen -9 9 -9";

    private readonly TemporaryFolder _folder = new();
    private readonly ToyImporter _toy = new();

    public ModelImportersTests() => ModelImporters.Register(_toy);

    public void Dispose()
    {
        ModelImporters.Unregister(_toy);
        _folder.Dispose();
    }

    [TestMethod]
    public void Load_RegisteredEnding_Classifies()
    {
        using var classifier = ImageClassifier.Load(Write("colors.toy", $"classify\n{Colors}"));
        using var image = TestImages.Solid(20, 10, new RgbColor(0, 255, 0));

        var best = classifier.Classify(image).Predictions[0];

        Assert.AreEqual("green", best.Label);
        Assert.AreEqual(1, best.Score, 1e-6);
    }

    [TestMethod]
    public void Load_RegisteredEnding_DetectsByTheSectionItHandsOn()
    {
        using var detector = ObjectDetector.Load(Write("colors.TOY", $"detect\n{Colors}"));
        using var image = TestImages.Solid(32, 32, new RgbColor(255, 0, 0));
        for (var i = 0; i < image.Pixels.Length; i += 4)
            if (i / 4 % 32 >= 16) (image.Pixels[i], image.Pixels[i + 1]) = (0, 255);

        var found = detector.Detect(image).Detections.OrderBy(d => d.Box.Left).ThenBy(d => d.Box.Top).ToArray();

        CollectionAssert.AreEqual(new[] { "red", "red", "green", "green" }, found.Select(d => d.Label).ToArray());
        Assert.AreEqual(new BoundingBox(0, 0, 16, 16), found[0].Box);
        Assert.AreEqual(new BoundingBox(16, 16, 32, 32), found[3].Box);
    }

    [TestMethod]
    public void Open_Registered_DescribesItself()
    {
        var model = ModelLocator.Open(Write("colors.toy", $"detect\n{Colors}"));

        Assert.AreEqual(("[32, 32]", "unit", "stretch"), (model.Metadata[VisionMetadata.ImageSizeKey], model.Metadata[VisionMetadata.PreprocessKey], model.Metadata[VisionMetadata.ResizeKey]));
        Assert.AreEqual(("detect", "16"), (model.Metadata[VisionMetadata.TaskKey], model.Metadata[VisionMetadata.StrideKey]));
        CollectionAssert.AreEqual(new[] { "red", "green" }, model.GetNames());
        StringAssert.EndsWith(ModelLocator.Endings, ", .toy or .zip");
    }

    [TestMethod]
    public void Open_BadFile_AsTheImporterSays() => StringAssert.Contains(
        Assert.ThrowsExactly<BadModelException>(() => ModelLocator.Open(Write("bad.toy", "classify\nred 1"))).Message, "bad.toy: 'red 1' is no class");

    [TestMethod]
    public void Open_Unregistered_IsRefused()
    {
        var path = Write("colors.toy", $"classify\n{Colors}");
        Assert.IsTrue(ModelImporters.Unregister(_toy));
        Assert.IsFalse(ModelImporters.Unregister(_toy));
        StringAssert.EndsWith(
            Assert.ThrowsExactly<BadModelException>(() => ModelLocator.Open(path)).Message, "colors.toy: expected a model that ends in .onnx, .cfg, .weights, .t7 or .zip.");
    }

    private string Write(string name, string text) => _folder.Write(name, System.Text.Encoding.UTF8.GetBytes(text));
}
