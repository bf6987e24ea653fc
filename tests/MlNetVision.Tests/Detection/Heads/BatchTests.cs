using Microsoft.ML;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.MlNet;
using MlNetVision.Onnx;
using MlNetVision.Tests.Imaging;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Detection.Heads;

/// <summary>Batches of images in one run: each image has the answer that it has alone.</summary>
[TestClass]
public sealed class BatchTests
{
    private const int Side = 32, Boxes = 21;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(-1, 3)]
    [DataRow(-1, 7)]
    [DataRow(4, null)]
    [DataRow(4, 4)]
    public async Task RunMany_InBatches_AsEachAlone(int declared, int? asked)
    {
        using var alone = ObjectDetector.Load(Network(-1));
        using var batched = ObjectDetector.Load(Network(declared), new() { Batch = asked });
        RgbImage[] images = [.. Enumerable.Range(0, 7).Select(i => TestImages.Solid(20 + 7 * i, 40, new RgbColor((byte)(80 + 20 * i), 250, (byte)(30 * i))))];

        var outcomes = await batched.RunManyAsync(images.Select(i => (ImageSource)i), cancellationToken: TestContext.CancellationToken)
            .ToListAsync(TestContext.CancellationToken);

        Assert.HasCount(images.Length, outcomes);
        for (var i = 0; i < images.Length; i++)
        {
            var expected = alone.Detect(images[i]).Detections;
            Assert.IsNull(outcomes[i].Error, outcomes[i].Error?.ToString());
            Assert.IsNotEmpty(expected);
            CollectionAssert.AreEqual(expected.ToArray(), outcomes[i].Result!.Detections.ToArray(), $"image {i}");
        }
        // One image alone, padded to the batch.
        CollectionAssert.AreEqual(alone.Detect(images[3]).Detections.ToArray(), batched.Detect(images[3]).Detections.ToArray());
        foreach (var image in images) image.Dispose();
    }

    [TestMethod]
    public async Task RunMany_BrokenImageInABatch_IsItsOwnError()
    {
        using var folder = new TemporaryFolder();
        using var image = TestImages.Solid(40, 40, new RgbColor(200, 0, 0));
        string[] files = [.. Enumerable.Range(0, 5).Select(i => folder.Path($"{i}.png"))];
        foreach (var file in files) image.Save(file);
        await File.WriteAllTextAsync(files[1], "no image", TestContext.CancellationToken);
        using var detector = ObjectDetector.Load(Network(-1), new() { Batch = 3 });
        var drawn = new List<string>();

        var outcomes = await detector.RunManyAsync(files, (_, result) =>
        {
            lock (drawn) drawn.Add(Path.GetFileName(result.Image));
            if (result.Image.EndsWith("4.png", StringComparison.Ordinal)) throw new IOException("The disk is full.");
        }, TestContext.CancellationToken).ToListAsync(TestContext.CancellationToken);

        CollectionAssert.AreEqual(files, outcomes.Select(o => o.Image).ToArray());
        Assert.IsInstanceOfType<BadImageException>(outcomes[1].Error);
        Assert.IsInstanceOfType<IOException>(outcomes[4].Error);
        Assert.AreEqual(3, outcomes.Count(o => o.Result is { Detections.Count: > 0 }));
        CollectionAssert.AreEquivalent(new[] { "0.png", "2.png", "3.png", "4.png" }, drawn);
    }

    [TestMethod]
    public void DetectObjects_NetworkOfAFixedBatch_AsThePlainApi()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Path("image.png");
        using (var image = TestImages.Solid(50, 30, new RgbColor(220, 120, 10))) image.Save(file);
        using var detector = ObjectDetector.Load(Network(4));
        var context = new MLContext();
        var rows = context.Data.LoadFromEnumerable([new Row { ImagePath = file }]);

        var result = context.Transforms.DetectObjects(Network(4)).Fit(rows).Transform(rows);

        var found = context.Data.CreateEnumerable<Found>(result, reuseRowObject: false).Single().Detections!;
        CollectionAssert.AreEqual(detector.Detect(file).Detections.ToArray(), found.ToArray());
        Assert.IsNotEmpty(found.ToArray());
    }

    [TestMethod]
    [DataRow(1, 2, "takes 1 image in a run, not 2")]
    [DataRow(4, 3, "takes 4 images in a run, not 3")]
    [DataRow(-1, 0, "The batch size is 0")]
    public void Load_BatchThatTheNetworkDoesNotTake_IsRefused(int declared, int asked, string message)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => ObjectDetector.Load(Network(declared), new() { Batch = asked }).Dispose());
        Assert.Contains(message, error.Message);
    }

    /// <summary>A network of Ultralytics' form: in each cell one box, whose scores of three classes are the means of the colours.</summary>
    private static OnnxModel Network(int batch)
    {
        var graph = new GraphWriter("batch");
        var means = graph.Input("images", DataType.Float, batch, 3, Side, Side).Do("GlobalAveragePool").Reshape(-1, 3, 1);
        var scores = means * graph.Floats([.. Enumerable.Repeat(1f, Boxes)], 1, 1, Boxes);
        float[] boxes = [.. Enumerable.Range(0, 4 * Boxes).Select(i => i < 2 * Boxes ? 4f + i % Boxes : 6f)];
        var still = graph.Floats(boxes, 1, 4, Boxes) + (means.Slice(0, 1, axis: 1) * 0f);
        graph.Output("output0", graph.Concat([still, scores], axis: 1), DataType.Float, batch, 7, Boxes);
        return graph.Build("batch.onnx");
    }

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class Found
    {
        [DetectionListType]
        public DetectionList? Detections { get; set; }
    }
}
