using Microsoft.ML;
using MlNetVision.Classification;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.MlNet;
using MlNetVision.Segmentation;
using MlNetVision.Style;

namespace MlNetVision.Tests.Inference;

/// <summary>Options are checked where they are taken: before the model is opened, and long before the first image.</summary>
[TestClass]
public sealed class VisionOptionsTests
{
    private const string Detect = "detect", Segment = "segment", Classify = "classify", Featurize = "featurize", Stylize = "stylize";

    [TestMethod]
    [DataRow(Detect)]
    [DataRow(Segment)]
    [DataRow(Classify)]
    [DataRow(Featurize)]
    [DataRow(Stylize)]
    public void Load_ValueOfNoEnumeration_IsRefusedByBothApis(string task)
    {
        AssertRefused(task, "Resize mode 9 is unknown; there are Stretch, Letterbox, Crop.", resize: (ResizeMode)9);
        AssertRefused(task, "Resampler -1 is unknown; there are Bilinear, ", resampler: (Resampler)(-1));
        AssertRefused(task, "-1 threads were asked for", threads: -1);
    }

    [TestMethod]
    public void Load_ValueOfNoEnumerationOfItsTask_IsRefused()
    {
        foreach (var (options, expected) in new (VisionOptions, string)[]
        {
            (new SegmenterOptions { Form = (SegmentationForm)7 }, "Form of a segmentation output 7 is unknown; there are ScoresNchw, "),
            (new SegmenterOptions { Upsampling = (MaskUpsampling)7 }, "Mask upsampling 7 is unknown; there are Scores, Classes."),
            (new FeaturizerOptions { Pooling = (FeaturePooling)7 }, "Pooling 7 is unknown; there are GlobalAverage"),
            (new ImageClassifierOptions { Top = 0 }, "The best 0 classes were asked for"),
        }) AssertRefused(options, expected);
    }

    [TestMethod]
    public void Check_ResizeOptionsOfNoEnumeration_IsRefused()
    {
        var options = new ResizeOptions { Width = 1, Height = 1 };
        foreach (var (bad, expected) in new[]
        {
            (options with { Mode = (ResizeMode)9 }, "Resize mode 9"), (options with { Resampler = (Resampler)9 }, "Resampler 9"),
            (options with { Border = (BorderMode)9 }, "Border 9"), (options with { Rounding = (LetterboxRounding)9 }, "Letterbox rounding 9"),
        }) StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(bad.Check).Message, $"{expected} is unknown; there are ");
    }

    private static void AssertRefused(string task, string expected, ResizeMode? resize = null, Resampler? resampler = null, int threads = 0) => AssertRefused(
        task switch
        {
            Detect => new ObjectDetectorOptions { Resize = resize, Resampler = resampler, Threads = threads },
            Segment => new SegmenterOptions { Resize = resize, Resampler = resampler, Threads = threads },
            Classify => new ImageClassifierOptions { Resize = resize, Resampler = resampler, Threads = threads },
            Featurize => new FeaturizerOptions { Resize = resize, Resampler = resampler, Threads = threads },
            _ => (VisionOptions)new ImageStylizerOptions { Resize = resize, Resampler = resampler, Threads = threads },
        },
        expected);

    /// <summary>The model does not exist, so that it is the options that are refused.</summary>
    private static void AssertRefused(VisionOptions options, string expected)
    {
        const string Absent = "absent.onnx";
        var ml = new MLContext().Transforms;
        foreach (var load in options switch
        {
            ObjectDetectorOptions o => new Action[] { () => ObjectDetector.Load(Absent, o), () => ml.DetectObjects(Absent, options: o), () => ml.ParseYoloGrids(Absent, "a", "b", options: o) },
            SegmenterOptions o => [() => Segmenter.Load(Absent, o), () => ml.SegmentImages(Absent, options: o), () => ml.ParseMask(Absent, "a", "b", options: o)],
            ImageClassifierOptions o => [() => ImageClassifier.Load(Absent, o), () => ml.ClassifyImages(Absent, options: o)],
            FeaturizerOptions o => [() => Featurizer.Load(Absent, o), () => ml.FeaturizeImages(Absent, options: o)],
            ImageStylizerOptions o => [() => ImageStylizer.Load(Absent, o), () => ml.StylizeImages(Absent, options: o)],
            _ => [],
        }) StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(load).Message, expected);
    }
}
