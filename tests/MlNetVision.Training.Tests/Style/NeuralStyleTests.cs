using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Tests.Imaging;
using MlNetVision.Training.Style;

namespace MlNetVision.Training.Tests.Style;

[TestClass]
public sealed class NeuralStyleTests
{
    private static readonly NeuralStyleOptions Options = new()
    {
        ContentLayers = [new("second", 1)], StyleLayers = [new("first", 1)], Preprocess = "unit", Size = 48, Iterations = 15, StyleWeight = 100, LearningRate = 0.5f,
    };

    [TestMethod]
    [DataRow(StyleOptimizer.Lbfgs, StyleStart.Content, 1)]
    [DataRow(StyleOptimizer.Lbfgs, StyleStart.Noise, 2)]
    [DataRow(StyleOptimizer.Adam, StyleStart.Content, 1)]
    [DataRow(StyleOptimizer.Adam, StyleStart.Noise, 1)]
    public void Run_AnyOptimizerAndStart_LosesLossAndRepeats(StyleOptimizer optimizer, StyleStart start, int scales)
    {
        using var photo = TestImages.Gradient(60, 40);
        using var painting = TestImages.Noise(50, 70);
        var style = NeuralStyle.Load(TinyFeatures.Create(), Options with { Optimizer = optimizer, Start = start, Scales = scales });
        var losses = new Progress();

        using var first = style.Run(photo, painting, losses);
        using var second = style.Run(photo, painting);

        Assert.AreEqual((48, 32, false), (first.Image.Width, first.Image.Height, first.Interrupted));
        var last = losses.All.Where(p => p.Scale == scales - 1).Select(p => p.Losses.Total).ToList();
        Assert.IsLessThan(last[0], last[^1]);
        Assert.AreEqual(last[^1], first.Losses.Total);
        Assert.IsTrue(first.Image.Pixels.SequenceEqual(second.Image.Pixels), "the same seed gives the same image");
    }

    [TestMethod]
    [DataRow("path")]
    [DataRow("bytes")]
    [DataRow("stream")]
    [DataRow("pixels")]
    public void Run_AnySourceOfImages_GivesTheSame(string kind)
    {
        using var folder = new TemporaryFolder();
        using var photo = TestImages.Gradient(60, 40);
        using var painting = TestImages.Noise(50, 70);
        using var streams = new Streams();
        var style = NeuralStyle.Load(TinyFeatures.Create(), Options with { Iterations = 3 });
        ImageSource Source(RgbImage image, string name) => kind switch
        {
            "path" => folder.Write(name, image.Encode(ImageFormat.Png)),
            "bytes" => image.Encode(ImageFormat.Png),
            "stream" => streams.Of(image.Encode(ImageFormat.Png)),
            _ => ImageSource.FromPixels(image.Pixels.ToArray(), image.Width, image.Height, RawPixelFormat.Rgba32),
        };

        using var expected = style.Run(photo, painting);
        using var one = style.Run(Source(photo, "photo.png"), Source(painting, "painting.png"));
        using var list = style.Run(Source(photo, "photo.png"), [new StylePainting(Source(painting, "painting.png"), 2)]);

        Assert.IsTrue(expected.Image.Pixels.SequenceEqual(one.Image.Pixels));
        Assert.IsTrue(expected.Image.Pixels.SequenceEqual(list.Image.Pixels));
        _ = photo.Pixels.Length + painting.Pixels.Length; // the caller's images are not disposed
        StringAssert.Contains(Assert.ThrowsExactly<BadImageException>(() => style.Run(photo, folder.Path("absent.png"))).Message, "absent.png");
    }

    [TestMethod]
    public void Run_PaintingsOfWhichOneCounts_GivesTheImageOfThatOne()
    {
        using var photo = TestImages.Gradient(60, 40);
        using var painting = TestImages.Noise(50, 70);
        using var other = TestImages.Gradient(40, 40);
        var style = NeuralStyle.Load(TinyFeatures.Create(), Options);

        using var expected = style.Run(photo, painting);
        using var actual = style.Run(photo, [new StylePainting(other, 0), new StylePainting(painting, 7)]);
        using var mixed = style.Run(photo, [new StylePainting(other), new StylePainting(painting)]);

        Assert.IsTrue(expected.Image.Pixels.SequenceEqual(actual.Image.Pixels));
        Assert.IsFalse(expected.Image.Pixels.SequenceEqual(mixed.Image.Pixels));
    }

    [TestMethod]
    [DataRow]
    [DataRow(0f, 0f)]
    [DataRow(1f, -1f)]
    [DataRow(1f, float.NaN)]
    [DataRow(float.PositiveInfinity)]
    public void Run_WeightsOfPaintingsOutOfRange_SaysWhatWasExpected(params float[] weights)
    {
        using var photo = TestImages.Gradient(60, 40);

        var error = Assert.ThrowsExactly<ArgumentException>(() => NeuralStyle.Load(TinyFeatures.Create(), Options).Run(photo, [.. weights.Select(w => new StylePainting(photo, w))]));

        StringAssert.Contains(error.Message, "one painting or more");
    }

    [TestMethod]
    [DataRow(48, 36, 32, 43, 32)]
    [DataRow(160, 32, 64, 160, 32)]
    [DataRow(640, 32, 64, 256, 32, DisplayName = "four times as long at most")]
    [DataRow(64, 48, 96, 96, 72)]
    public void Run_ShorterSideBelowTheLeast_KeepsThePhotosShapeWhereItCan(int width, int height, int size, int expectedWidth, int expectedHeight)
    {
        using var photo = TestImages.Gradient(width, height);

        using var result = NeuralStyle.Load(TinyFeatures.Create(), Options with { Size = size, Iterations = 1 }).Run(photo, photo);

        Assert.AreEqual((expectedWidth, expectedHeight), (result.Image.Width, result.Image.Height));
    }

    [TestMethod]
    [DataRow(-30)]
    [DataRow(30)]
    public void Run_AllWeightsOfAnotherScale_GivesTheSameImage(int power)
    {
        using var photo = TestImages.Gradient(60, 40);
        using var painting = TestImages.Noise(50, 70);
        var scale = MathF.Pow(2, power); // A power of two changes no digit.
        var scaled = Options with { ContentWeight = scale * Options.ContentWeight, StyleWeight = scale * Options.StyleWeight, TotalVariationWeight = scale * Options.TotalVariationWeight };

        using var expected = NeuralStyle.Load(TinyFeatures.Create(), Options).Run(photo, painting);
        using var actual = NeuralStyle.Load(TinyFeatures.Create(), scaled).Run(photo, painting);

        Assert.IsTrue(expected.Image.Pixels.SequenceEqual(actual.Image.Pixels));
    }

    [TestMethod]
    public void Run_Cancelled_KeepsTheBestSoFar()
    {
        using var photo = TestImages.Gradient(60, 40);
        using var painting = TestImages.Noise(50, 70);
        using var stop = new CancellationTokenSource();
        var progress = new Progress { Then = p => { if (p.Iteration == 3) stop.Cancel(); } };

        using var result = NeuralStyle.Load(TinyFeatures.Create(), Options).Run(photo, painting, progress, cancellationToken: stop.Token);

        Assert.IsTrue(result.Interrupted);
        Assert.AreEqual(3, progress.All.Count);
        Assert.AreEqual(progress.All.Min(p => p.Losses.Total), result.Losses.Total);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void Run_CancelledWhileTheNetworkRuns_StopsIt()
    {
        using var photo = TestImages.Gradient(40, 32);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        var endless = SlowNetwork.Of(TinyFeatures.Create(), SlowNetwork.Endless);
        Assert.Throws<OperationCanceledException>(() => NeuralStyle.Load(endless, Options).Run(photo, photo, cancellationToken: stop.Token));
    }

    [TestMethod]
    public void Run_CancelledBeforeTheFirstIteration_Ends()
    {
        using var photo = TestImages.Gradient(60, 40);

        Assert.ThrowsExactly<OperationCanceledException>(() => NeuralStyle.Load(TinyFeatures.Create(), Options).Run(photo, photo, cancellationToken: new CancellationToken(canceled: true)));
    }

    [TestMethod]
    public void Run_CancelledAtTheEndOfAScale_KeepsWhatThatCameTo()
    {
        using var photo = TestImages.Gradient(60, 40);
        using var painting = TestImages.Noise(50, 70);
        using var stop = new CancellationTokenSource();
        var progress = new Progress { Then = p => { if (p.Iteration == Options.Iterations) stop.Cancel(); } };

        using var result = NeuralStyle.Load(TinyFeatures.Create(), Options with { Size = 96, Scales = 2 }).Run(photo, painting, progress, cancellationToken: stop.Token);

        Assert.AreEqual((48, 32, true), (result.Image.Width, result.Image.Height, result.Interrupted));
        Assert.AreEqual(progress.All[^1].Losses, result.Losses);
    }

    [TestMethod]
    public void Run_NothingToImprove_GivesTheLossesOfTheStart()
    {
        using var photo = TestImages.Gradient(48, 48);

        using var result = NeuralStyle.Load(TinyFeatures.Create(), Options with { TotalVariationWeight = 0 }).Run(photo, photo);

        Assert.AreEqual((0, 0, false), (result.Losses.Total, result.Losses.Styles.Single(), result.Interrupted));
    }

    [TestMethod]
    public void Run_WeightsBeyondFloats_SaysSo()
    {
        using var photo = TestImages.Gradient(60, 40);
        using var painting = TestImages.Noise(50, 70);

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => NeuralStyle.Load(TinyFeatures.Create(), Options with { StyleWeight = 1e38f }).Run(photo, painting)).Message, "weights");
    }

    [TestMethod]
    public void Run_Progress_TellsWeightedTermsThatAddUpAndTheTimeLeft()
    {
        using var photo = TestImages.Gradient(60, 40);
        using var painting = TestImages.Noise(50, 70);
        var progress = new Progress();

        using var result = NeuralStyle.Load(TinyFeatures.Create(), Options with { Scales = 2 }).Run(photo, painting, progress);

        var (losses, weighted) = (result.Losses, result.Losses.Weighted!);
        Assert.AreEqual(losses.Total, weighted.Content + weighted.Styles.Sum() + weighted.TotalVariation, 1e-5 * losses.Total);
        Assert.AreEqual(100 * losses.Styles[0], weighted.Styles[0], 1e-5 * weighted.Styles[0]);
        Assert.IsTrue(progress.All[0].Remaining > progress.All[^2].Remaining);
        Assert.AreEqual(TimeSpan.Zero, progress.All[^1].Remaining);
    }

    [TestMethod]
    public void Run_Preview_ShowsTheImageEveryFewIterations()
    {
        using var photo = TestImages.Gradient(60, 40);
        using var painting = TestImages.Noise(50, 70);
        var shown = 0;

        using var result = NeuralStyle.Load(TinyFeatures.Create(), Options).Run(photo, painting, preview: p => shown += p.Width == 48 ? 1 : 0, previewEvery: 5);

        Assert.AreEqual(3, shown);
    }

    [TestMethod]
    public void Run_LayerThatIsNotThere_NamesNearOnes()
    {
        using var photo = TestImages.Gradient(60, 40);

        var error = Assert.ThrowsExactly<BadModelException>(() => NeuralStyle.Load(TinyFeatures.Create(), Options with { ContentLayers = [new("secund", 1)] }).Run(photo, photo));

        StringAssert.Contains(error.Message, "second");
    }

    private sealed class Progress : IProgress<StyleProgress>
    {
        public List<StyleProgress> All { get; } = [];

        public Action<StyleProgress>? Then { get; init; }

        public void Report(StyleProgress value)
        {
            All.Add(value);
            Then?.Invoke(value);
        }
    }

    private sealed class Streams : List<MemoryStream>, IDisposable
    {
        public ImageSource Of(byte[] bytes)
        {
            Add(new MemoryStream(bytes));
            return this[^1];
        }

        public void Dispose() => ForEach(stream => stream.Dispose());
    }
}
