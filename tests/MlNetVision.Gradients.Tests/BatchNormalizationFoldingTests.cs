using MlNetVision.Onnx;
using MlNetVision.Onnx.Surgery;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Tests;

[TestClass]
public sealed class BatchNormalizationFoldingTests
{
    private static float[] Values(int count, int seed, double low = -1, double high = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(low + (random.NextDouble() * (high - low))))];
    }

    private static void Normalize(GraphWriter g, string x, string y) => g.Node("BatchNormalization", y,
        [x, g.Floats("scale", Values(4, 1, 0.5, 2), 4), g.Floats("shift", Values(4, 2), 4), g.Floats("mean", Values(4, 3), 4), g.Floats("variance", Values(4, 4, 0.1, 2), 4)], ("epsilon", 1e-3f));

    private static void Check(OnnxModel model, long[] shape, bool folds)
    {
        var feeds = new Dictionary<string, Feed> { ["x"] = new(shape, Values((int)shape.Aggregate(1L, (a, b) => a * b), 9)) };
        var expected = GraphRunner.Run(model, feeds);
        BatchNormalizationFolding.Fold(model);
        model.Check();
        Assert.AreEqual(!folds, model.Graph.Node.Any(n => n.OpType == "BatchNormalization"));
        foreach (var (name, values) in GraphRunner.Run(model, feeds))
            for (var i = 0; i < values.Length; i++) Assert.AreEqual(expected[name][i], values[i], 1e-5f);
    }

    [TestMethod]
    [DataRow(false, 1)]
    [DataRow(true, 1)]
    [DataRow(true, 2)]
    public void Fold_Convolution_AnswersTheSame(bool bias, int groups)
    {
        var g = new GraphWriter("net");
        g.Input("x", DataType.Float, 2, 4, 5, 5);
        List<string> inputs = ["x", g.Floats("w", Values(4 * (4 / groups) * 9, 5), 4, 4 / groups, 3, 3)];
        if (bias) inputs.Add(g.Floats("b", Values(4, 6), 4));
        Normalize(g, g.Node("Conv", "conv", inputs, ("group", groups)), "y");
        g.Output("y", DataType.Float, 2, 4, 3, 3);
        Check(g.Build(), [2, 4, 5, 5], folds: true);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void Fold_Gemm_AnswersTheSame(int turned)
    {
        var g = new GraphWriter("net");
        g.Input("x", DataType.Float, 2, 3);
        Normalize(g, g.Node("Gemm", "gemm", ["x", g.Floats("w", Values(12, 5), turned == 0 ? [3, 4] : [4, 3]), g.Floats("b", Values(4, 6), 4)], ("transB", turned)), "y");
        g.Output("y", DataType.Float, 2, 4);
        Check(g.Build(), [2, 3], folds: true);
    }

    /// <summary>A convolution whose output, or weights, something else takes stays as it is.</summary>
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Fold_SharedLayer_IsLeft(bool output)
    {
        var g = new GraphWriter("net");
        g.Input("x", DataType.Float, 2, 4, 5, 5);
        g.Node("Conv", "conv", ["x", g.Floats("w", Values(16, 5), 4, 4, 1, 1)]);
        Normalize(g, "conv", "y");
        if (output) g.Output("conv", DataType.Float, 2, 4, 5, 5);
        else g.Output(g.Node("Conv", "other", ["y", "w"]), DataType.Float, 2, 4, 5, 5);
        g.Output("y", DataType.Float, 2, 4, 5, 5);
        Check(g.Build(), [2, 4, 5, 5], folds: false);
    }
}
