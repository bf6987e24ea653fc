using MlNetVision.Gradients.Losses;
using MlNetVision.Gradients.Optimizers;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Import.Darknet;
using MlNetVision.Training.Detection;

namespace MlNetVision.Training.Tests.Detection;

/// <summary>Whole training steps against the original Darknet's: forward, backward, and the update of all weights.</summary>
[TestClass]
public sealed class DarknetStepTests
{
    private const int Width = 160, Height = 128, Batch = 2, Classes = 3, MostObjects = 90;
    private const float Rate = 0.001f, Momentum = 0.9f, Decay = 0.05f;

    private const string Network = """
        [net]
        batch=2
        subdivisions=1
        width=160
        height=128
        channels=3
        learning_rate=0.001
        momentum=0.9
        decay=0.05
        policy=constant
        max_batches=100
        [convolutional]
        batch_normalize=1
        filters=8
        size=3
        stride=1
        pad=1
        activation=leaky
        [maxpool]
        size=2
        stride=2
        [convolutional]
        batch_normalize=1
        filters=12
        size=3
        stride=2
        pad=1
        activation=leaky
        [convolutional]
        filters=24
        size=1
        stride=1
        pad=1
        activation=linear
        [yolo]
        mask=0,1,2
        anchors=30,25, 45,70, 75,45
        classes=3
        num=3
        ignore_thresh=.4
        truth_thresh=1
        """;

    private static readonly YoloObject[][] Objects =
    [
        [new(0.31f, 0.52f, 0.2f, 0.3f, 0), new(0.77f, 0.21f, 0.5f, 0.3f, 1)],
        [new(0.97f, 0.96f, 0.1f, 0.05f, 2), new(0.5f, 0.45f, 0.9f, 0.8f, 1), new(0.1f, 0.9f, 0.25f, 0.5f, 2)],
    ];

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Steps_WeightsAndStatistics_AreDarknets(int steps)
    {
        using var folder = new TemporaryFolder();
        var network = DarknetTrainingNetwork.Parse(Network, "small yolo", new DarknetTrainingOptions { Seed = 4 });
        var before = folder.Path("before.weights");
        network.WriteWeights(network.Model, before, 0);
        var random = new Random(6);
        float[] pixels = [.. Enumerable.Range(0, Batch * 3 * Height * Width).Select(_ => random.NextSingle())];

        using var darknet = new DarknetOracle();
        var expected = darknet.Step(Network, before, pixels, Truth(), 20_000, steps);

        var after = folder.Path("after.weights");
        Train(network, pixels, steps, after);
        var (start, theirs, ours) = (Read(before), Read(expected.Weights), Read(after));

        foreach (var name in theirs.Keys)
        {
            // Darknet divides the variance of a batch by n − 1; on these sizes that is 1 part in 2,500 and more.
            var moved = theirs[name].Zip(start[name]).Max(p => Math.Abs(p.First - p.Second));
            Assert.IsTrue(moved > 1e-6, $"{name} was trained");
            for (var i = 0; i < ours[name].Length; i++) Assert.AreEqual(theirs[name][i], ours[name][i], 5e-3 * steps * moved, $"{name}[{i}] after {steps} steps");
            var scale = theirs[name].Max(Math.Abs);
            for (var i = 0; i < ours[name].Length; i++) Assert.AreEqual(theirs[name][i], ours[name][i], 1e-3 * scale, $"{name}[{i}] after {steps} steps");
        }

        Dictionary<string, float[]> Read(string weights) => DarknetTrainingNetwork.Parse(Network, "small yolo", new() { WeightsFile = weights })
            .Model.Graph.Initializer.Where(t => t.Name.StartsWith("layer_", StringComparison.Ordinal) && t.Name.Contains('/')
                && network.Layers.Any(l => l.Parameters.Contains(t.Name) || l.Statistics.Contains(t.Name)))
            .ToDictionary(t => t.Name, t => TensorData.Floats(t).ToArray());
    }

    private static void Train(DarknetTrainingNetwork network, float[] pixels, int steps, string after)
    {
        using var step = new DetectorStep(network, network.Parameters, new DetectorTrainingOptions());
        var optimizer = new GroupedOptimizer(
            new SgdOptimizer(new() { Momentum = Momentum, WeightDecay = Decay }), new SgdOptimizer(new() { Momentum = Momentum }));
        for (var i = 0; i < steps; i++)
        {
            step.Run(new DetectorBatch(pixels, Width, Height, Objects), prior: false, CancellationToken.None);
            optimizer.Step(step.Parameters, Rate);
        }
        network.WriteWeights(step.Export([.. step.Tensors.Select(t => t.Values)]), after, 0);
    }

    private static float[] Truth()
    {
        var truth = new float[Batch * MostObjects * 5];
        for (var n = 0; n < Batch; n++)
            for (var t = 0; t < Objects[n].Length; t++)
            {
                var item = Objects[n][t];
                float[] values = [item.X, item.Y, item.Width, item.Height, item.Class];
                values.CopyTo(truth, ((n * MostObjects) + t) * 5);
            }
        return truth;
    }
}
