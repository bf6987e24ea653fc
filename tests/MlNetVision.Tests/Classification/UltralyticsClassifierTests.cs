using System.Text.Json;
using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.Models;

namespace MlNetVision.Tests.Classification;

[TestClass]
public sealed class UltralyticsClassifierTests
{
    /// <summary>Pillow, NumPy and ONNX Runtime alone on seven images, none of them of food, so that scores are low and near each other.</summary>
    [TestMethod]
    public void Classify_PublishedInt8Classifier_AgreesWithGolden()
    {
        using var classifier = ImageClassifier.Load(Shared.Path("models", "wild", "custom-food-int8.onnx"));
        Assert.AreEqual(("unit", ResizeMode.Crop, Resampler.Area, false), (classifier.Preprocess, classifier.Resize.Mode, classifier.Resize.Resampler, classifier.AddsSoftmax));
        Assert.IsEmpty(classifier.Assumptions);
        foreach (var line in File.ReadLines(Shared.Path("goldens", "wild", "custom-food-int8.ucls.jsonl")))
        {
            var golden = JsonDocument.Parse(line).RootElement;
            var image = golden.GetProperty("image").GetString()!;
            var found = classifier.Classify(Shared.Path("data", "images", image));
            var expected = golden.GetProperty("predictions").EnumerateArray().ToArray();
            Assert.AreEqual(expected[0].GetProperty("label").GetString(), found.Predictions[0].Label, image);
            foreach (var class_ in expected)
                Assert.AreEqual(class_.GetProperty("score").GetSingle(), found.Scores[class_.GetProperty("classIndex").GetInt32()], Tolerance, $"{image}: {class_}");
        }
    }

    // Measured: 0.012. One more column of the resized image is 0.054.
    private const float Tolerance = 0.02f;

    /// <summary>As Python prints them.</summary>
    [TestMethod]
    public void Load_MetadataOfUltralytics_DecidesAllOfTheInput()
    {
        var model = TinyClassifier.Create((b, scores) => b.Node("Softmax", "out", [scores], ("axis", 1L)));
        model.Metadata[VisionMetadata.PreprocessKey] = null;
        model.Metadata["author"] = "Ultralytics";
        model.Metadata["task"] = "classify";
        model.Metadata["imgsz"] = "[8, 8]";
        model.Metadata["names"] = "{0: 'red', 1: \"baker's green\", 2: 'blue'}";
        using var classifier = ImageClassifier.Load(model);
        Assert.AreEqual(("unit", ResizeMode.Crop, Resampler.Area, false), (classifier.Preprocess, classifier.Resize.Mode, classifier.Resize.Resampler, classifier.AddsSoftmax));
        CollectionAssert.AreEqual(new[] { "red", "baker's green", "blue" }, classifier.Labels.ToArray());
    }
}
