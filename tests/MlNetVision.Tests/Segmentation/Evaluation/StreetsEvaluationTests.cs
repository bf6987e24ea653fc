using MlNetVision.Data;
using MlNetVision.Segmentation;
using MlNetVision.Segmentation.Evaluation;

namespace MlNetVision.Tests.Segmentation.Evaluation;

/// <summary>The whole way, from folders to figures, against the figures that the model was published with.</summary>
[TestClass]
public sealed class StreetsEvaluationTests
{
    [TestMethod]
    public async Task Evaluate_StreetsOnCamVidTest_HasItsPublishedFigures()
    {
        var set = SegmentationDataSet.Open(Shared.Path("data", "camvid", "test"), Shared.Path("data", "camvid", "testannot"));
        using var segmenter = Segmenter.Load(Shared.Path("models", "ours", "streets.onnx"), new SegmenterOptions { Preprocess = "tf" });
        var evaluator = new SegmentationEvaluator(segmenter.Labels, ignore: 11);

        var next = 0;
        await foreach (var outcome in segmenter.SegmentManyAsync(set.Images.Select(p => p.Image)))
            evaluator.Add(set.Images[next++], outcome.Result!.Mask);
        var result = evaluator.Evaluate();

        // From the README of the shared models, which gives three digits.
        Assert.AreEqual(0.505, result.MeanIoU!.Value, 0.0015);
        Assert.AreEqual(0.836, result.PixelAccuracy!.Value, 0.0015);
        Assert.HasCount(11, result.PerClass);
        Assert.AreEqual(233, result.Images);
        Assert.AreEqual(233L * 480 * 360, result.Pixels + result.IgnoredPixels);
    }
}
