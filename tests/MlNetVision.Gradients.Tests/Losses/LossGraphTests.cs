using MlNetVision.Gradients.Losses;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Tests.Losses;

[TestClass]
public sealed class LossGraphTests
{
    private const TensorProto.Types.DataType Float = TensorProto.Types.DataType.Float;

    /// <summary>A network whose logits are its input.</summary>
    private static OnnxModel Network(params long[] shape)
    {
        var builder = new GraphWriter("net");
        builder.Output(builder.Node("Identity", "logits", [builder.Input("x", Float, shape)]), Float, shape);
        return builder.Build();
    }

    private static float[] Random(int count, int seed, float scale = 2)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1) * scale)];
    }

    private static double Loss(OnnxModel model, params (string Name, Feed Feed)[] feeds) =>
        GraphRunner.Run(model, feeds.ToDictionary(f => f.Name, f => f.Feed)).Single(o => o.Value.Length == 1 && o.Key.StartsWith("loss", StringComparison.Ordinal)).Value[0];

    private static double[] LogSoftmax(IEnumerable<double> logits)
    {
        var z = logits.ToArray();
        var top = z.Max();
        var sum = z.Sum(v => Math.Exp(v - top));
        return [.. z.Select(v => v - top - Math.Log(sum))];
    }

    /// <summary>The logits of one sample at one place.</summary>
    private static IEnumerable<double> Sample(float[] x, int classes, int inner, int n, int p) =>
        Enumerable.Range(0, classes).Select(c => (double)x[(((n * classes) + c) * inner) + p]);

    [TestMethod]
    [DataRow(0f, false, 1)]
    [DataRow(0.1f, false, 1)]
    [DataRow(0f, true, 1)]
    [DataRow(0.2f, true, 1)]
    [DataRow(0.2f, true, 6)]
    public void AddCrossEntropy_Labels_IsFormulaInDoublePrecision(float smoothing, bool weighted, int inner)
    {
        const int N = 4, C = 5;
        float[] weights = weighted ? [0.5f, 2, 1, 0, 3] : [1, 1, 1, 1, 1];
        var x = Random(N * C * inner, 1);
        var labels = Enumerable.Range(0, N * inner).Select(i => (long)((i * 3) % 6)).ToArray();   // 5 does not count
        var (sum, divisor) = (0.0, 0.0);
        for (var n = 0; n < N; n++)
        {
            for (var p = 0; p < inner; p++)
            {
                var label = labels[(n * inner) + p];
                if (label >= C) continue;
                var log = LogSoftmax(Sample(x, C, inner, n, p));
                for (var c = 0; c < C; c++) sum -= weights[c] * (((1 - smoothing) * (c == label ? 1 : 0)) + (smoothing / C)) * log[c];
                divisor += weights[label];
            }
        }

        var options = new CrossEntropyOptions { LabelSmoothing = smoothing, ClassWeights = weighted ? weights : null };
        long[] shape = inner == 1 ? [-1, C] : [N, C, 2, inner / 2];
        var model = LossGraph.AddCrossEntropy(Network(shape), "logits", options);
        model.Check();
        var loss = Loss(model, ("x", new Feed([N, .. shape[1..]], x)), ("labels", new Feed([N, .. shape[2..]], Integers: labels)));
        Assert.AreEqual(sum / divisor, loss, 1e-5);
    }

    [TestMethod]
    public void AddCrossEntropy_SoftTargets_IsFormulaInDoublePrecision()
    {
        float[] x = [1, 2, -1, 0, 0.5f, 3], targets = [0.2f, 0.5f, 0.3f, 1, 0, 0], weights = [1, 2, 0.5f];
        var expected = 0.0;
        for (var n = 0; n < 2; n++)
        {
            var log = LogSoftmax(Sample(x, 3, 1, n, 0));
            for (var c = 0; c < 3; c++) expected -= weights[c] * ((0.9 * targets[(3 * n) + c]) + (0.1 / 3)) * log[c] / 2;
        }
        var options = new CrossEntropyOptions { SoftTargets = true, LabelSmoothing = 0.1f, ClassWeights = weights };
        var model = LossGraph.AddCrossEntropy(Network(2, 3), "logits", options);
        Assert.AreEqual(expected, Loss(model, ("x", new Feed([2, 3], x)), ("labels", new Feed([2, 3], targets))), 1e-6);
    }

    [TestMethod]
    public void AddCrossEntropy_HugeLogits_StaysFinite()
    {
        var model = LossGraph.AddCrossEntropy(Network(1, 2), "logits");
        Assert.AreEqual(2000, Loss(model, ("x", new Feed([1, 2], [1000f, -1000f])), ("labels", new Feed([1], Integers: [1]))), 1e-3);
    }

    [TestMethod]
    public void AddCrossEntropy_NothingCounts_IsZero()
    {
        var model = LossGraph.AddCrossEntropy(Network(2, 2), "logits", new CrossEntropyOptions { LabelSmoothing = 0.1f });
        Assert.AreEqual(0, Loss(model, ("x", new Feed([2, 2], [1f, 2, 3, 4])), ("labels", new Feed([2], Integers: [2, 255]))));
    }

    /// <summary>Equal logits give each of C classes 1/C, so the loss is log C.</summary>
    [TestMethod]
    public void AddCrossEntropy_EqualLogits_IsLogarithmOfClasses()
    {
        var model = LossGraph.AddCrossEntropy(Network(3, 7), "logits", new CrossEntropyOptions { Output = "loss.ce", Labels = "y" });
        Assert.AreEqual(Math.Log(7), Loss(model, ("x", new Feed([3, 7], new float[21])), ("y", new Feed([3], Integers: [0, 3, 6]))), 1e-6);
    }

    [TestMethod]
    public void AddMeanSquaredError_IsMeanOverAllEntries()
    {
        var model = LossGraph.AddMeanSquaredError(Network(2, 2), "logits");
        Assert.AreEqual((1 + 4 + 0 + 9) / 4.0, Loss(model, ("x", new Feed([2, 2], [1, 2, 3, 4])), ("target", new Feed([2, 2], [0, 0, 3, 1]))), 1e-6);
    }

    [TestMethod]
    [DataRow(1f)]
    [DataRow(4f)]
    public void AddKullbackLeibler_IsFormulaInDoublePrecision(float temperature)
    {
        float[] student = Random(12, 1), teacher = Random(12, 2, 5);
        var expected = 0.0;
        for (var n = 0; n < 3; n++)
        {
            var p = LogSoftmax(Sample(teacher, 4, 1, n, 0).Select(v => v / temperature));
            var q = LogSoftmax(Sample(student, 4, 1, n, 0).Select(v => v / temperature));
            for (var c = 0; c < 4; c++) expected += temperature * temperature * Math.Exp(p[c]) * (p[c] - q[c]) / 3;
        }
        var model = LossGraph.AddKullbackLeibler(Network(-1, 4), "logits", new KullbackLeiblerOptions { Temperature = temperature });
        Assert.AreEqual(expected, Loss(model, ("x", new Feed([3, 4], student)), ("teacher", new Feed([3, 4], teacher))), 1e-5);
    }

    [TestMethod]
    public void AddSum_TwoLossesOfOneTensor_WeighsThem()
    {
        var model = LossGraph.AddMeanSquaredError(Network(1, 2), "logits", new MeanSquaredErrorOptions { Output = "a" });
        LossGraph.AddMeanSquaredError(model, "logits", new MeanSquaredErrorOptions { Target = "x", Output = "b" });
        LossGraph.AddSum(model, [("a", 0.5f), ("b", 7)], "loss");
        model.Check();
        Assert.AreEqual(2.5, Loss(model, ("x", new Feed([1, 2], [1, 2])), ("target", new Feed([1, 2], [0, -1]))), 1e-6);
    }

    [TestMethod]
    public void Add_ImpossibleRequest_SaysWhat()
    {
        var old = Network(2, 3);
        old.Proto.OpsetImport[0].Version = 5;
        Assert.Contains("operator set 5", Assert.ThrowsExactly<BadModelException>(() => LossGraph.AddCrossEntropy(old, "logits")).Message);
        Assert.Contains("no tensor 'nothing'. Outputs: logits", Assert.ThrowsExactly<BadModelException>(() => LossGraph.AddCrossEntropy(Network(2, 3), "nothing")).Message);
        Assert.Contains("number of classes", Assert.ThrowsExactly<BadModelException>(() => LossGraph.AddCrossEntropy(Network(2, -1), "logits")).Message);
        Assert.Contains("another name", Assert.ThrowsExactly<ArgumentException>(() => LossGraph.AddMeanSquaredError(Network(2), "logits", new() { Output = "x" })).Message);
        Assert.Contains("2 class weights for 3", Assert.ThrowsExactly<ArgumentException>(
            () => LossGraph.AddCrossEntropy(Network(2, 3), "logits", new() { ClassWeights = [1, 1] })).Message);
        Assert.ThrowsExactly<ArgumentException>(() => LossGraph.AddCrossEntropy(Network(2, 3), "logits", new() { LabelSmoothing = 1 }));
        Assert.ThrowsExactly<ArgumentException>(() => LossGraph.AddKullbackLeibler(Network(2, 3), "logits", new() { Temperature = 0 }));
    }
}
