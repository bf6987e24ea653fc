using MlNetVision.Gradients.Losses;
using MlNetVision.Gradients.Optimizers;
using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Tests;

[TestClass]
public sealed class GradientSessionTests
{
    private static readonly string[] Parameters = ["w1", "s1", "b1", "w2", "b2", "w3", "b3"];

    /// <summary>Convolution, batch normalisation, ReLU, pooling, convolution, dropout, Gemm; free batch size.</summary>
    private static OnnxModel Network(float dropout = 0)
    {
        var g = new GraphWriter("net");
        var random = new Random(7);
        string Weights(string name, float scale, params long[] shape) =>
            g.Floats(name, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (float)((random.NextDouble() * 2) - 1) * scale)], shape);
        g.Input("x", DataType.Float, -1, 1, 8, 8);
        g.Node("Conv", "c1", ["x", Weights("w1", 0.5f, 4, 1, 3, 3)], ("pads", (long[])[1, 1, 1, 1]));
        g.Node("BatchNormalization", "n1", ["c1", g.Floats("s1", [1, 1, 1, 1], 4), g.Floats("b1", new float[4], 4), g.Floats("m1", new float[4], 4), g.Floats("v1", [1, 1, 1, 1], 4)], ("momentum", 0.8f));
        g.Node("Relu", "r1", ["n1"]);
        g.Node("MaxPool", "p1", ["r1"], ("kernel_shape", (long[])[2, 2]), ("strides", (long[])[2, 2]));
        g.Node("Conv", "c2", ["p1", Weights("w2", 0.3f, 6, 4, 3, 3), Weights("b2", 0.1f, 6)], ("pads", (long[])[1, 1, 1, 1]), ("strides", (long[])[2, 2]));
        g.Node("Relu", "r2", ["c2"]);
        g.Node("Flatten", "f", ["r2"]);
        g.Node("Dropout", "d", ["f", g.Floats("ratio", [dropout])]);
        g.Node("Gemm", "logits", ["d", Weights("w3", 0.3f, 2, 24), Weights("b3", 0.1f, 2)], ("transB", 1));
        g.Node("Softmax", "probabilities", ["logits"], ("axis", 1));
        g.Output("probabilities", DataType.Float, -1, 2);
        return LossGraph.AddCrossEntropy(g.Build("net"), "logits");
    }

    /// <summary>Images with a bar that lies (0) or stands (1).</summary>
    private static Dictionary<string, TrainingFeed> Bars(int count, int seed)
    {
        var random = new Random(seed);
        var (images, labels) = (new float[count * 64], new long[count]);
        for (var n = 0; n < count; n++)
        {
            labels[n] = random.Next(2);
            var at = random.Next(8);
            for (var i = 0; i < 64; i++) images[(n * 64) + i] = ((labels[n] == 0 ? i / 8 : i % 8) == at ? 1 : 0) + (float)(random.NextDouble() * 0.2);
        }
        return new() { ["x"] = TrainingFeed.Of<float>(images, count, 1, 8, 8), ["labels"] = TrainingFeed.Of<long>(labels, count) };
    }

    [TestMethod]
    public void Step_DeviceThatIsNotHere_IsAClearErrorOrTheProcessorBitForBit()
    {
        var graph = TrainingGraph.Differentiate(Network(), "loss", Parameters);
        var error = Assert.ThrowsExactly<BadDeviceException>(() => new GradientSession(graph, new() { Device = "cuda:1" }));
        StringAssert.Contains(error.Message, "cuda:1: this ONNX Runtime has no CUDAExecutionProvider, only CPUExecutionProvider; ");
        using var plain = new GradientSession(graph);
        using var listed = new GradientSession(graph, new() { Device = "cuda:1,cpu" });
        Assert.IsNull(plain.DeviceNote);
        StringAssert.EndsWith(listed.DeviceNote, "; cpu runs it.");
        Assert.AreEqual(plain.Device, listed.Device);
        Assert.AreEqual(plain.Step(Bars(4, 1)), listed.Step(Bars(4, 1)));
        foreach (var (expected, found) in plain.Parameters.Zip(listed.Parameters)) CollectionAssert.AreEqual(expected.Gradient, found.Gradient);
    }

    private static float[] Values(Dictionary<string, TrainingFeed> feeds)
    {
        using var value = feeds["x"].ToOrtValue();
        return value.GetTensorDataAsSpan<float>().ToArray();
    }

    private static float Train(GradientSession session, int steps)
    {
        var optimizer = new AdamOptimizer();
        var loss = 0f;
        for (var i = 0; i < steps; i++)
        {
            loss = session.Step(Bars(16, i));
            optimizer.Step(session.Parameters, 0.01f);
        }
        return loss;
    }

    [TestMethod]
    public void Step_SmallNetworkOnBars_LearnsThem()
    {
        using var session = new GradientSession(TrainingGraph.Differentiate(Network(), "loss", Parameters), new() { Threads = 1 });
        var first = session.Step(Bars(16, 1000));
        var last = Train(session, 120);
        Assert.IsGreaterThan(0.4f, first);
        Assert.IsLessThan(0.05f, last);
        Assert.AreEqual(121, session.NextStep);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Export_AfterTraining_AnswersAsTheTrainingGraphWithRunningStatistics(bool fold)
    {
        using var session = new GradientSession(TrainingGraph.Differentiate(Network(0.3f), "loss", Parameters), new() { Threads = 1 });
        Train(session, 20);
        var exported = session.Export(fold);
        exported.Check();
        Assert.AreEqual("x", exported.Inputs.Single().Name);
        Assert.AreEqual("probabilities", exported.Outputs.Single().Name);
        Assert.AreEqual(!fold, exported.Graph.Node.Any(n => n.OpType == "BatchNormalization"));

        var frozen = Network(0.3f);
        Store(frozen, session);
        var options = new TrainingGraphOptions { BatchStatistics = false, Dropout = false };
        using var inference = new GradientSession(TrainingGraph.Differentiate(frozen, "loss", ["w3"], options), new() { Threads = 1, Outputs = ["probabilities"] });
        var feeds = Bars(5, 77);
        inference.Step(feeds);
        var expected = inference.Outputs["probabilities"];
        CollectionAssert.AreEqual((long[])[5, 2], expected.Shape.ToArray());
        var found = GraphRunner.Run(exported, new Dictionary<string, Feed> { ["x"] = new([5, 1, 8, 8], Values(feeds)) })["probabilities"];
        for (var i = 0; i < found.Length; i++) Assert.AreEqual(expected.Values[i], found[i], 1e-5f);
    }

    private static void Store(OnnxModel model, GradientSession session)
    {
        foreach (var t in session.Parameters.Concat(session.State))
            model.Graph.Initializer.Single(i => i.Name == t.Name).RawData = Google.Protobuf.ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(t.Values));
    }

    [TestMethod]
    public void Step_BatchNormalization_MovesRunningStatisticsByItsMomentum()
    {
        using var session = new GradientSession(TrainingGraph.Differentiate(Network(), "loss", ["s1"]), new() { Threads = 1 });
        var feeds = Bars(4, 5);
        session.Step(feeds);
        var weights = session.Export(false).Graph.Initializer.Single(t => t.Name == "w1");
        var w = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(weights.RawData.Span).ToArray();
        var values = Convolve(Values(feeds), w, 4).ToArray();
        var mean = values.Average();
        var variance = values.Average(v => (v - mean) * (v - mean));
        Assert.AreEqual(0.2 * mean, session.State.Single(t => t.Name == "m1").Values[0], 1e-5);
        Assert.AreEqual(0.8 + (0.2 * variance), session.State.Single(t => t.Name == "v1").Values[0], 1e-5);
        Assert.IsEmpty(session.State[0].Gradient);
    }

    /// <summary>The first filter, 3×3 with padding 1, on images of 8×8.</summary>
    private static IEnumerable<double> Convolve(float[] x, float[] w, int count)
    {
        for (var p = 0; p < count * 64; p++)
        {
            var (n, row, column, sum) = (p / 64, p / 8 % 8, p % 8, 0.0);
            for (var i = 0; i < 9; i++)
            {
                var (r, c) = (row + (i / 3) - 1, column + (i % 3) - 1);
                if (r is >= 0 and < 8 && c is >= 0 and < 8) sum += x[(n * 64) + (r * 8) + c] * (double)w[i];
            }
            yield return sum;
        }
    }

    [TestMethod]
    public void Step_Dropout_RepeatsBySeedAndStep()
    {
        var graph = TrainingGraph.Differentiate(Network(0.5f), "loss", Parameters);
        float At(long seed, long step)
        {
            using var session = new GradientSession(graph, new() { Threads = 1, Seed = seed });
            session.NextStep = step;
            return session.Step(Bars(8, 3));
        }
        Assert.AreEqual(At(1, 4), At(1, 4));
        Assert.AreNotEqual(At(1, 4), At(1, 5));
        Assert.AreNotEqual(At(1, 4), At(2, 4));
    }

    [TestMethod]
    public void Step_WrongFeeds_AreNamed()
    {
        using var session = new GradientSession(TrainingGraph.Differentiate(Network(), "loss", Parameters), new() { Threads = 1 });
        var feeds = Bars(4, 1);
        Assert.Contains("'other' is not an input", Assert.ThrowsExactly<ArgumentException>(() => session.Step(new Dictionary<string, TrainingFeed>(feeds) { ["other"] = feeds["x"] })).Message);
        Assert.Contains("labels: int64 ? is not fed", Assert.ThrowsExactly<ArgumentException>(() => session.Step(new Dictionary<string, TrainingFeed> { ["x"] = feeds["x"] })).Message);
        feeds["x"] = TrainingFeed.Of<float>(new float[4 * 49], 4, 1, 7, 7);
        Assert.Contains("x: float ?×1×8×8 is fed 4×1×7×7", Assert.ThrowsExactly<ArgumentException>(() => session.Step(feeds)).Message);
        Assert.ThrowsExactly<ArgumentException>(() => TrainingFeed.Of<float>(new float[3], 2, 2));
        Assert.ThrowsExactly<ArgumentException>(() => new GradientSession(TrainingGraph.Differentiate(Network(), "loss", Parameters), new() { Outputs = ["logit"] }));
    }
}
