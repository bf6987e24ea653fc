using System.Text.Json.Nodes;
using MlNetVision.Classification;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Segmentation;
using MlNetVision.Style;

namespace MlNetVision.Tests.Models;

/// <summary>What a model's metadata says of its input is used, and what is impossible in it is refused.</summary>
[TestClass]
public sealed class StatedInputTests
{
    /// <summary>A classifier of Ultralytics, against bare ONNX Runtime with the pre-processing that its authors publish.</summary>
    [TestMethod]
    public void Classify_UltralyticsNetwork_AnswersAsItsAuthorsDo()
    {
        using var classifier = ImageClassifier.Load(Shared.Path("models", "wild", "custom-food-int8.onnx"));
        Assert.AreEqual(("unit", ResizeMode.Crop), (classifier.Preprocess, classifier.Resize.Mode));
        Assert.IsEmpty(classifier.Assumptions);
        var best = 0;
        var lines = File.ReadLines(Shared.Path("goldens", "wild", "custom-food-int8.ucls.jsonl")).Select(line => JsonNode.Parse(line)!).ToList();
        foreach (var line in lines)
        {
            var result = classifier.Classify(Shared.Path("data", "images", (string)line["image"]!));
            foreach (var expected in line["predictions"]!.AsArray())
                Assert.AreEqual((double)expected!["score"]!, result.Scores[(int)expected["classIndex"]!], 0.06, $"{line["image"]} {expected["label"]}");
            if (result.Predictions[0].Label == (string?)line["predictions"]![0]!["label"]) best++;
        }
        // The network is int8 and the resamplers differ: near ties may fall either way.
        Assert.IsGreaterThanOrEqualTo(lines.Count - 1, best);
    }

    [TestMethod]
    [DataRow("Rgb8", "NominalRange_0_255", "raw")]
    [DataRow("Bgr8", "NominalRange_0_255", "raw-bgr")]
    [DataRow("Rgb8", "Normalized_0_1", "unit")]
    [DataRow("Bgr8", "Normalized_0_1", "bgr:0,0,0:255,255,255")]
    [DataRow("Rgb8", "Normalized_1_1", "tf")]
    [DataRow("Bgr8", "Normalized_1_1", "bgr:127.5,127.5,127.5:127.5,127.5,127.5")]
    [DataRow(null, "Normalized_0_1", "unit")]
    public void Preprocess_OfWindowsMl_IsUsed(string? format, string range, string expected)
    {
        var model = Flowers();
        model.Metadata[VisionMetadata.PreprocessKey] = null;
        model.Metadata["Image.BitmapPixelFormat"] = format;
        model.Metadata["Image.NominalPixelRange"] = range;
        using var classifier = ImageClassifier.Load(model);
        Assert.AreEqual(expected, classifier.Preprocess);
        Assert.IsEmpty(classifier.Assumptions);
    }

    [TestMethod]
    [DataRow("mlnetvision.preprocess", "nonsense", "the metadata 'mlnetvision.preprocess' is 'nonsense'. There is no input normalisation 'nonsense'")]
    [DataRow("mlnetvision.preprocess", "rgb:1,2:3", "the metadata 'mlnetvision.preprocess' is 'rgb:1,2:3'")]
    [DataRow("mlnetvision.resize", "fold", "the metadata 'mlnetvision.resize' is 'fold'")]
    [DataRow("Image.NominalPixelRange", "NominalRange_16_235", "expected NominalRange_0_255, Normalized_0_1 or Normalized_1_1")]
    [DataRow("Image.BitmapPixelFormat", "Gray8", "expected Rgb8 or Bgr8")]
    [DataRow("task", "pose", "is a model of the task 'pose'")]
    [DataRow("task", "obb", "is a model of the task 'obb'")]
    [DataRow("names", "{0: 'a', 1: 'b'}", "has 3 classes, but 2 labels are given")]
    public void Load_ImpossibleMetadata_NamesKeyAndValue(string key, string value, string expected)
    {
        var model = Flowers();
        if (key.StartsWith("Image.", StringComparison.Ordinal))
        {
            model.Metadata[VisionMetadata.PreprocessKey] = null;
            model.Metadata["Image.NominalPixelRange"] = "Normalized_0_1";
        }
        model.Metadata[key] = value;
        Assert.Contains(expected, Assert.ThrowsExactly<BadModelException>(() => ImageClassifier.Load(model)).Message);
    }

    [TestMethod]
    public void Load_NothingStated_SaysWhatIsUsedAndHowToStateAnother()
    {
        var model = Flowers();
        model.Metadata[VisionMetadata.PreprocessKey] = null;
        using var classifier = ImageClassifier.Load(model);
        Assert.Contains("'imagenet' is used, as is usual for mobilenetv2-7 to -12 of the ONNX model zoo, and torchvision's. --preprocess (Preprocess) states another.", classifier.Assumptions.Single());
    }

    [TestMethod]
    [DataRow("detect", "\"preprocess\":\"unit\"", "\"preprocess\":\"x\"", "There is no input normalisation 'x'")]
    [DataRow("detect", "\"mode\":\"letterbox\"", "\"mode\":7", "cannot be read")]
    [DataRow("detect", "\"mode\":\"letterbox\"", "\"mode\":\"fold\"", "cannot be read")]
    [DataRow("detect", "\"width\":416", "\"width\":0", "images are resized to 0×320")]
    [DataRow("detect", "\"shape\":[1,40,", "\"shape\":[1,41,", "")]
    [DataRow("segment", "\"form\":\"scoresNchw\"", "\"form\":1", "cannot be read")]
    [DataRow("segment", "\"classes\":11", "\"classes\":12", "")]
    [DataRow("segment", "\"classes\":11", "\"classes\":-1", "state -1 classes")]
    [DataRow("segment", "\"height\":360,\"width\":480,\"prob", "\"height\":2147483647,\"width\":2147483647,\"prob", "which cannot be")]
    [DataRow("segment", "\"name\":\"", "\"name\":\"x", "which the network does not have")]
    [DataRow("classify", "\"roses\",", "", "its saved settings state 2 output numbers, but the network gives 3")]
    [DataRow("stylize", "\"layout\":\"nchw\"", "\"layout\":0", "cannot be read")]
    [DataRow("stylize", "\"output\":\"", "\"output\":\"x", "which the network does not have")]
    [DataRow("stylize", "\"outputWidth\":", "\"outputWidth\":1", "")]
    public void Load_SavedSettingsThatCannotBe_IsABadModel(string task, string part, string changed, string expected)
    {
        var saved = Saved(task);
        Load(task, saved);
        var settings = saved.Metadata[SavedNetwork.SettingsKey]!;
        Assert.Contains(part, settings);

        saved.Metadata[SavedNetwork.SettingsKey] = settings.Replace(part, changed, StringComparison.Ordinal);

        Assert.Contains(expected, Assert.ThrowsExactly<BadModelException>(() => Load(task, saved)).Message);
    }

    private static OnnxModel Saved(string task)
    {
        switch (task)
        {
            case "detect":
                using (var model = ObjectDetector.Load("blood-cells")) return DetectionNetwork.Of(model.Model, new()).Prepare();
            case "segment":
                using (var model = Segmenter.Load("streets")) return SegmentationNetwork.Of(model.Model, new()).Prepare();
            case "classify":
                return ClassificationNetwork.Of(Flowers(), new()).Prepare();
            default:
                using (var model = ImageStylizer.Load("starry-night")) return StyleNetwork.Of(model.Model, new()).Prepare();
        }
    }

    private static void Load(string task, OnnxModel model)
    {
        using IDisposable loaded = task switch
        {
            "detect" => ObjectDetector.Load(model),
            "segment" => Segmenter.Load(model),
            "classify" => ImageClassifier.Load(model),
            _ => ImageStylizer.Load(model),
        };
    }

    private static OnnxModel Flowers()
    {
        using var classifier = ImageClassifier.Load("flowers");
        return classifier.Model.Clone();
    }
}
