using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Onnx.Tests.Import.Darknet;
using MlNetVision.Training.Detection;

namespace MlNetVision.Training.Tests.Detection;

/// <summary>The original Darknet runs what was trained here.</summary>
[TestClass]
public sealed class DarknetRunsTrainedTests
{
    private const int Width = 64, Height = 48;
    private const float Threshold = 0.05f;

    [TestMethod]
    public void SaveDarknet_OriginalDarknet_FindsTheSameBoxes()
    {
        using var folder = new TemporaryFolder();
        // Of the network's size, so that nothing is resized.
        var train = SquareDetector.Open(SquareDetector.Draw(folder.Path("train"), 16, 1, Width, Height));
        var trained = DetectorTrainer.Train(SquareDetector.Network(), train, null, new DetectorTrainingOptions
        {
            Epochs = 20, BatchSize = 4, LearningRate = 0.01f, WarmUpSteps = 5, AverageDecay = 0.8f, Augmentation = DetectorAugmentation.None,
        });
        trained.SaveDarknet(folder.Path("trained.weights"));
        CollectionAssert.AreEqual(SquareDetector.Classes, File.ReadAllLines(folder.Path("trained.names")));

        using var detector = ObjectDetector.Load(trained.Model, new ObjectDetectorOptions { Adjust = o => o with { Confidence = Threshold, Suppression = new NonMaxSuppressionOptions { IoU = 1 } } });
        var count = 0;
        foreach (var annotated in train.Images)
        {
            using var image = RgbImage.Load(annotated.Path);
            var pixels = new float[3 * Width * Height];
            TensorPacker.Pack(image, pixels, PixelLayout.Nchw, PixelNormalization.Unit);
            var theirs = OriginalDarknet.Detect(folder.Path("trained.cfg"), folder.Path("trained.weights"), pixels, SquareDetector.Classes.Length, Threshold)
                .SelectMany(b => b.Scores.Select((score, c) => (Box: b, Class: c, Score: score))).Where(b => b.Score > Threshold).OrderByDescending(b => b.Score).ToList();
            var ours = detector.Detect(annotated.Path).Detections.OrderByDescending(d => d.Score).ToList();
            Assert.HasCount(theirs.Count, ours, annotated.Path);
            foreach (var (expected, found) in theirs.Zip(ours))
            {
                count++;
                Assert.AreEqual(expected.Class, found.ClassIndex);
                Assert.AreEqual(expected.Score, found.Score, 1e-4);
                Assert.AreEqual(Math.Clamp((expected.Box.X - (expected.Box.Width / 2)) * Width, 0, Width), found.Box.Left, 0.02);
                Assert.AreEqual(Math.Clamp((expected.Box.Y - (expected.Box.Height / 2)) * Height, 0, Height), found.Box.Top, 0.02);
                Assert.AreEqual(Math.Clamp((expected.Box.X + (expected.Box.Width / 2)) * Width, 0, Width), found.Box.Right, 0.02);
                Assert.AreEqual(Math.Clamp((expected.Box.Y + (expected.Box.Height / 2)) * Height, 0, Height), found.Box.Bottom, 0.02);
            }
        }
        Assert.IsTrue(count > 20, $"{count} boxes");
    }
}
