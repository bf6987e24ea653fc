using MlNetVision.Classification;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Segmentation;
using MlNetVision.Style;
using MlNetVision.Tests.Style;

namespace MlNetVision.Tests.Inference;

/// <summary>The asynchronous methods of the plain API: what the synchronous ones give, their errors, and cancellation.</summary>
[TestClass]
public sealed class PlainAsyncTests
{
    private static readonly string Image = Path.Combine(Shared.Repository, "assets", "images", "rose.png");

    [TestMethod]
    public async Task DetectAsync_File_GivesWhatDetectGives()
    {
        using var detector = ObjectDetector.Load("blood-cells", new ObjectDetectorOptions { Threads = 1 });
        var smear = Path.Combine(Shared.Repository, "assets", "images", "blood-smear.png");
        CollectionAssert.AreEqual(detector.Detect(smear).Detections.ToArray(), (await detector.DetectAsync(smear)).Detections.ToArray());
        await AssertFails(detector.DetectAsync);
    }

    [TestMethod]
    public async Task SegmentAsync_File_GivesWhatSegmentGives()
    {
        using var segmenter = Segmenter.Load("streets", new SegmenterOptions { Threads = 1 });
        CollectionAssert.AreEqual(segmenter.Segment(Image).Mask.Shares().ToArray(), (await segmenter.SegmentAsync(Image)).Mask.Shares().ToArray());
        await AssertFails(segmenter.SegmentAsync);
    }

    [TestMethod]
    public async Task ClassifyAsync_File_GivesWhatClassifyGives()
    {
        using var classifier = ImageClassifier.Load("flowers", new ImageClassifierOptions { Threads = 1 });
        CollectionAssert.AreEqual(classifier.Classify(Image).Scores.ToArray(), (await classifier.ClassifyAsync(Image)).Scores.ToArray());
        await AssertFails(classifier.ClassifyAsync);
    }

    [TestMethod]
    public async Task ExtractAsync_File_GivesWhatExtractGivesOfFileAndImage()
    {
        using var featurizer = Featurizer.Load("flowers", new FeaturizerOptions { Threads = 1 });
        var features = await featurizer.ExtractAsync(Image);
        CollectionAssert.AreEqual(featurizer.Extract(Image), features);
        using var image = RgbImage.Load(Image);
        CollectionAssert.AreEqual(featurizer.Extract(image), features);
        Assert.IsTrue(Array.Exists(features, f => f != features[0]));
        await AssertFails(featurizer.ExtractAsync);
    }

    [TestMethod]
    public async Task StylizeAsync_File_GivesWhatStylizeGives()
    {
        using var stylizer = ImageStylizer.Load(TinyStyle.Johnson(), new ImageStylizerOptions { Threads = 1 });
        using var expected = stylizer.Stylize(Image);
        using var result = await stylizer.StylizeAsync(Image);
        Assert.AreEqual(Image, result.Image);
        Assert.IsTrue(expected.Stylized.Pixels.SequenceEqual(result.Stylized.Pixels));
        await AssertFails(stylizer.StylizeAsync);
    }

    private static async Task AssertFails<T>(Func<ImageSource, CancellationToken, Task<T>> run)
    {
        var error = await Assert.ThrowsExactlyAsync<BadImageException>(() => run("nowhere/rose.png", CancellationToken.None));
        StringAssert.Contains(error.Message, "nowhere/rose.png");
        await Assert.ThrowsAsync<OperationCanceledException>(() => run(Image, new CancellationToken(canceled: true)));
    }
}
