using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Tests;

[TestClass]
public sealed class PoolingGradientTests
{
    [TestMethod]
    [DataRow(2, 2, 1, "0,0,0,0", 0)]
    [DataRow(2, 3, 1, "0,0,0,0", 0)]
    [DataRow(2, 2, 1, "1,1,0,0", 1)]
    [DataRow(3, 2, 1, "1,1,1,1", 0)]
    [DataRow(3, 2, 1, "0,0,0,0", 1)]
    [DataRow(2, 1, 1, "0,0,1,1", 0)]
    [DataRow(2, 2, 2, "0,0,0,0", 0)]
    public void MaxPool_Attributes_FollowsFiniteDifferences(int kernel, int stride, int dilation, string pads, int ceil)
    {
        foreach (int[] free in new int[][] { [], [0, 2, 3] })
        {
            new OperatorCase("MaxPool").Input(2, 2, 5, 6).Free(free).With("kernel_shape", (long[])[kernel, kernel]).With("strides", (long[])[stride, stride])
                .With("dilations", (long[])[dilation, dilation]).With("pads", pads.Split(',').Select(long.Parse).ToArray()).With("ceil_mode", ceil).Check();
        }
    }

    [TestMethod]
    [DataRow("SAME_UPPER", 3, 2)]
    [DataRow("SAME_LOWER", 2, 1)]
    public void MaxPool_AutoPad_FollowsFiniteDifferences(string auto, int kernel, int stride) =>
        new OperatorCase("MaxPool").Input(1, 2, 5, 6).With("kernel_shape", (long[])[kernel, kernel]).With("strides", (long[])[stride, stride]).With("auto_pad", auto).Check();

    /// <summary>Pooled first, where nothing else takes the activation and its slope is not below 0.</summary>
    [TestMethod]
    [DataRow("Relu", 0f, 2, false, true)]
    [DataRow("LeakyRelu", 0.1f, 2, false, true)]
    [DataRow("LeakyRelu", 0.1f, 1, false, true)]
    [DataRow("LeakyRelu", 0f, 2, false, true)]
    [DataRow("LeakyRelu", -0.1f, 2, false, false)]
    [DataRow("LeakyRelu", 0.1f, 2, true, false)]
    [DataRow("Sigmoid", 0f, 2, false, false)]
    public void MaxPool_OfActivation_FollowsFiniteDifferences(string activation, float slope, int stride, bool taken, bool swapped)
    {
        var g = new GraphWriter("pooled");
        var x = g.Input("x", DataType.Float, 2, 2, 4, 6);
        var active = g.Node(activation, "active", [x], activation == "LeakyRelu" ? [("alpha", slope)] : []);
        var pooled = g.Node("MaxPool", "pooled", [active], ("kernel_shape", (long[])[2, 2]), ("strides", (long[])[stride, stride]));
        g.Output("y", pooled, DataType.Float);
        if (taken) g.Output("active", DataType.Float);
        var model = g.Build();
        foreach (var y in model.Graph.Output) y.Type.TensorType.Shape = null;
        FiniteDifferences.Check(model, [new Sample("x", [2, 2, 4, 6])]);
        var loss = model.Clone();
        new GraphWriter(loss, "").Node("ReduceSum", "loss", ["y"], ("keepdims", 0L));
        var first = TrainingGraph.Differentiate(loss, "loss", [], new() { WithRespectTo = ["x"] }).Model.Graph.Node[0];
        Assert.AreEqual(swapped ? "MaxPool" : activation, first.OpType);
    }

    [TestMethod]
    public void MaxPool_OneAxis_FollowsFiniteDifferences() =>
        new OperatorCase("MaxPool").Input(2, 2, 6).With("kernel_shape", (long[])[2]).With("strides", (long[])[2]).Check();

    [TestMethod]
    [DataRow(2, 2, "0,0,0,0", 0, 0)]
    [DataRow(2, 3, "0,0,0,0", 0, 0)]
    [DataRow(3, 2, "1,1,1,1", 0, 0)]
    [DataRow(3, 2, "1,1,1,1", 0, 1)]
    [DataRow(3, 1, "0,1,2,0", 0, 0)]
    [DataRow(2, 2, "0,0,0,0", 1, 0)]
    [DataRow(3, 2, "1,0,0,1", 1, 0)]
    public void AveragePool_Attributes_FollowsFiniteDifferences(int kernel, int stride, string pads, int ceil, int count) => Average(kernel, stride, pads, ceil, count).Check();

    [TestMethod]
    [DataRow(2, 2, "0,0,0,0", 0)]
    [DataRow(3, 2, "1,1,1,1", 1)]
    public void AveragePool_FreeSizes_FollowsFiniteDifferences(int kernel, int stride, string pads, int count) =>
        Average(kernel, stride, pads, 0, count).Free(0, 2, 3).Check();

    [TestMethod]
    [DataRow("SAME_UPPER", 3, 2)]
    [DataRow("SAME_LOWER", 2, 1)]
    public void AveragePool_AutoPad_FollowsFiniteDifferences(string auto, int kernel, int stride) =>
        new OperatorCase("AveragePool").Input(1, 2, 5, 6).With("kernel_shape", (long[])[kernel, kernel]).With("strides", (long[])[stride, stride]).With("auto_pad", auto).Check();

    [TestMethod]
    [DataRow("GlobalAveragePool")]
    [DataRow("GlobalMaxPool")]
    public void GlobalPool_KnownAndFreeSizes_FollowsFiniteDifferences(string operation)
    {
        new OperatorCase(operation).Input(2, 3, 4, 3).Check();
        new OperatorCase(operation).Input(2, 3, 4, 3).Free(0, 2, 3).Check();
        new OperatorCase(operation).Input(2, 3, 5).Check();
    }

    private static OperatorCase Average(int kernel, int stride, string pads, int ceil, int count) =>
        new OperatorCase("AveragePool").Input(2, 2, 5, 6).With("kernel_shape", (long[])[kernel, kernel]).With("strides", (long[])[stride, stride])
            .With("pads", pads.Split(',').Select(long.Parse).ToArray()).With("ceil_mode", ceil).With("count_include_pad", count);
}
