using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx.Tests;

[TestClass]
public sealed class GraphWriterTests
{
    private static readonly float[] A = [1.5f, -2, 0.25f, 3];
    private static readonly float[] B = [2, 0.5f, -4, 3];

    /// <summary>Each formula on handles against the same formula in plain C#, by ONNX Runtime.</summary>
    public static IEnumerable<object[]> Formulas =>
    [
        Case("a + b", (a, b) => a + b, (a, b) => a + b),
        Case("a - b", (a, b) => a - b, (a, b) => a - b),
        Case("a * b", (a, b) => a * b, (a, b) => a * b),
        Case("a / b", (a, b) => a / b, (a, b) => a / b),
        Case("-a", (a, b) => -a, (a, b) => -a),
        Case("with numbers", (a, b) => (1 - (a * 2) + 0.5f - 3) / 4, (a, b) => (1 - (a * 2) + 0.5f - 3) / 4),
        Case("x * scale + bias", (a, b) => (a * b) + a, (a, b) => (a * b) + a),
        Case("a > b", (a, b) => (a > b).Where(a, b), Math.Max),
        Case("a > 0", (a, b) => (a > 0).Where(b, 7), (a, b) => a > 0 ? b : 7),
        Case("a < b and not a < 0", (a, b) => ((a < b) & !(a < 0)).Where(a, 9), (a, b) => a < b && !(a < 0) ? a : 9),
        Case("or", (a, b) => ((a > 2) | (b > 1)).Where(a, 9), (a, b) => a > 2 || b > 1 ? a : 9),
        Case("equal", (a, b) => a.EqualTo(b).Where(a, 9), (a, b) => a == b ? a : 9),
        Case("functions", (a, b) => a.Abs().Sqrt() + b.Exp() + a.Sign() + a.Tanh(), (a, b) => MathF.Sqrt(MathF.Abs(a)) + MathF.Exp(b) + MathF.Sign(a) + MathF.Tanh(a)),
        Case("square, reciprocal, log", (a, b) => a.Square() + b.Reciprocal() + a.Abs().Log(), (a, b) => (a * a) + (1 / b) + MathF.Log(MathF.Abs(a))),
        Case("sigmoid, relu, clip, max", (a, b) => a.Sigmoid() + b.Relu() + a.Clip(-1, 1) + a.Max(b),
            (a, b) => (1 / (1 + MathF.Exp(-a))) + Math.Max(b, 0) + Math.Clamp(a, -1, 1) + Math.Max(a, b)),
    ];

    [TestMethod]
    [DynamicData(nameof(Formulas))]
    public void Formula_OnHandles_GivesWhatPlainArithmeticGives(string name, Func<GraphTensor, GraphTensor, GraphTensor> written, Func<float, float, float> plain)
    {
        var found = Run(written);

        for (var i = 0; i < A.Length; i++) Assert.AreEqual(plain(A[i], B[i]), found[i], 1e-5f, $"{name}, entry {i}");
    }

    [TestMethod]
    public void Shapes_OnHandles_GiveWhatLoopsGive()
    {
        // a as 2 × 2: 1.5 -2 / 0.25 3.
        CollectionAssert.AreEqual(new[] { 1.5f, 0.25f, -2, 3 }, Run((a, b) => a.Reshape(2, 2).Transpose(1, 0).Reshape(4)));
        CollectionAssert.AreEqual(new[] { -2f, 3 }, Run((a, b) => a.Reshape(2, 2).Slice(1, 2, axis: 1).Reshape(2)));
        CollectionAssert.AreEqual(new[] { 3f, 0.25f, -2, 1.5f }, Run((a, b) => a.Slice([-1], [long.MinValue], [0], [-1])));
        CollectionAssert.AreEqual(new[] { 0.25f, 3 }, Run((a, b) => a.Reshape(2, 2).At(1, 0)));
        CollectionAssert.AreEqual(new[] { -0.5f, 3.25f }, Run((a, b) => a.Reshape(2, 2).Sum([1], keepAxes: false)));
        CollectionAssert.AreEqual(new[] { -0.25f, 1.625f }, Run((a, b) => a.Reshape(2, 2).Mean([1]).Squeeze(1)));
        CollectionAssert.AreEqual(new[] { 1.5f, 3 }, Run((a, b) => a.Reshape(2, 2).ReduceMax([0]).Reshape(2)));
        CollectionAssert.AreEqual(new[] { 3f, 1.5f, 0.25f, -2 }, Run((a, b) => a.SortDescending().Values));
        CollectionAssert.AreEqual(new[] { 0f, 2, 3 }, Run((a, b) => (a > 0).Positions().Cast(DataType.Float)));
        CollectionAssert.AreEqual(new[] { 1.5f, -2, 0.25f, 3, 2, 0.5f, -4, 3 }, Run((a, b) => a.Graph.Concat([a, b], axis: 0)));
        CollectionAssert.AreEqual(new[] { 4f }, Run((a, b) => a.Unsqueeze(0, 2).Shape().Gather(a.Graph.Integers(1)).Cast(DataType.Float)));
        CollectionAssert.AreEqual(new[] { 1.5f * 2 - 2 * 0.5f, 1.5f * -4 - 2 * 3, 0.25f * 2 + 3 * 0.5f, 0.25f * -4 + 3 * 3 },
            Run((a, b) => a.Reshape(2, 2).MatMul(b.Reshape(2, 2).Transpose(1, 0)).Reshape(4)));
    }

    /// <summary>Axes of sums and means are an attribute in old operator sets and an input in new ones.</summary>
    [TestMethod]
    [DataRow(11)]
    [DataRow(13)]
    [DataRow(18)]
    public void Reduction_AnyOperatorSet_IsWrittenAsThatTakesIt(int operatorSet)
    {
        var start = new GraphWriter("start");
        start.Output("y", start.Input("x", DataType.Float, 2, 3).Do("Relu"), DataType.Float, 2, 3);
        var model = start.Build();
        model.Proto.OpsetImport[0].Version = operatorSet;
        var graph = new GraphWriter(model, "more.");
        var x = graph["x"];
        graph.Output("z", (x.Sum([1]) + x.Mean([1]) + x.ReduceMax([1])).Unsqueeze(2).Squeeze(1, 2), DataType.Float, 2);

        var z = OrtRun.Floats(model, "z", ("x", [2, 3], [1f, 2, 3, 4, 5, 9]));

        CollectionAssert.AreEqual(new[] { 6f + 2 + 3, 18f + 6 + 9 }, z);
    }

    [TestMethod]
    public void Writer_OnModel_PassesOverNamesThatAreTaken()
    {
        var start = new GraphWriter("start");
        start.Node("Relu", "more.Add1", [start.Input("more.Floats1", DataType.Float, 2)]);
        start.Output("more.Add1", DataType.Float, 2);
        var model = start.Build();

        var graph = new GraphWriter(model, "more.");
        graph.Output("y", graph["more.Add1"] + 1, DataType.Float, 2);

        model.Check();
        CollectionAssert.AllItemsAreUnique(model.Graph.Node.SelectMany(n => n.Output).Concat(model.Graph.Initializer.Select(t => t.Name)).ToArray());
    }

    [TestMethod]
    public void Writer_AtPosition_PutsNodesBeforeThatOneInTheirOrder()
    {
        var start = new GraphWriter("start");
        start.Output("y", start["middle"], DataType.Float, 2);
        var model = start.Build();

        var graph = new GraphWriter(model, "first.", position: 0);
        graph.Node("Identity", "middle", [graph.Input("x", DataType.Float, 2).Abs() * 2]);

        model.Check();
        CollectionAssert.AreEqual(new[] { "Abs", "Mul", "Identity", "Identity" }, model.Graph.Node.Select(n => n.OpType).ToArray());
    }

    [TestMethod]
    [DataRow(-1)]
    [DataRow(2)]
    public void Writer_PositionBesideTheGraph_IsRefused(int position)
    {
        var start = new GraphWriter("start");
        start.Output("y", start.Input("x", DataType.Float, 2), DataType.Float, 2);
        var model = start.Build();

        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new GraphWriter(model, "", position));

        StringAssert.Contains(e.Message, "0 to 1");
    }

    [TestMethod]
    public void Shapes_WhereInferred_AreKnownOfWhatWasAdded()
    {
        var start = new GraphWriter("start");
        start.Output("y", start.Input("x", DataType.Float, -1, 3).Do("Relu"), DataType.Float, -1, 3);
        var graph = new GraphWriter(start.Build(), "more.", inferShapes: true);

        var sum = graph["y"].MatMul(graph.Floats(new float[12], 3, 4)).Sum([1], keepAxes: false);
        var late = graph.Input("late", DataType.Int64, 5);

        CollectionAssert.AreEqual(new long?[] { null }, graph.ShapeOf(sum));
        CollectionAssert.AreEqual(new long?[] { 5 }, graph.ShapeOf(late));
        Assert.AreEqual(DataType.Float, graph.TypeOf(sum));
        CollectionAssert.AreEqual(new long[] { 5 }, graph.IntegersOf(late.Shape()));
        Assert.IsNull(new GraphWriter(start.Build(), "").ShapeOf("y"), "without inference nothing is known");
    }

    [TestMethod]
    public void OutputOf_LeftOutOutput_IsNamedAndGiven()
    {
        var start = new GraphWriter("start");
        start.NodeWithOutputs("MaxPool", "pool", [start.Input("x", DataType.Float, 1, 1, 2, 2)], ["y"], ("kernel_shape", new long[] { 2, 2 }));
        start.Output("y", DataType.Float, 1, 1, 1, 1);
        var model = start.Build();
        var graph = new GraphWriter(model, "more.");

        graph.Output("at", graph.OutputOf(model.Graph.Node[0], 1).Cast(DataType.Float), DataType.Float, 1, 1, 1, 1);

        CollectionAssert.AreEqual(new[] { 2f }, OrtRun.Floats(model, "at", ("x", [1, 1, 2, 2], [1f, 2, 5, 3])));
    }

    private static object[] Case(string name, Func<GraphTensor, GraphTensor, GraphTensor> written, Func<float, float, float> plain) => [name, written, plain];

    private static float[] Run(Func<GraphTensor, GraphTensor, GraphTensor> written)
    {
        var graph = new GraphWriter("formula");
        var result = written(graph.Input("a", DataType.Float, 4), graph.Input("b", DataType.Float, 4));
        graph.Output("y", result, DataType.Float, -1);
        return OrtRun.Floats(graph.Build(), "y", ("a", [4], A), ("b", [4], B));
    }
}
