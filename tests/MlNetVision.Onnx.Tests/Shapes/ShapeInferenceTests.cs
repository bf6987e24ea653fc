using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx.Tests.Shapes;

[TestClass]
public sealed class ShapeInferenceTests
{
    public static IEnumerable<object[]> Names => OperatorCases.All.Select(c => new object[] { c.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Infer_Operator_ShapeAndTypeOfOnnxRuntime(string name)
    {
        var (model, output) = Build(OperatorCases.All.Single(c => c.Name == name));
        var fact = new ShapeInference(model, model.Inputs)[output];
        var actual = OrtRun.Run(model).Single();
        Assert.AreEqual(string.Join('×', actual.Shape), string.Join('×', fact.Shape!));
        Assert.AreEqual(actual.Type.ToString(), fact.Type.ToString(), ignoreCase: true);
    }

    /// <summary>With every dimension of the input free nothing may be claimed that ONNX Runtime contradicts.</summary>
    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Infer_InputFree_NothingWrong(string name)
    {
        var (model, output) = Build(OperatorCases.All.Single(c => c.Name == name));
        var actual = OrtRun.Run(model).Single().Shape;
        var input = model.Inputs[0];
        var fact = new ShapeInference(model, [input with { Shape = new long?[input.Shape.Count] }])[output];
        if (fact.Shape is null) return;
        Assert.HasCount(actual.Length, fact.Shape);
        for (var i = 0; i < actual.Length; i++) Assert.AreEqual(actual[i], fact.Shape[i] ?? actual[i]);
    }

    [TestMethod]
    public void Infer_RowsFree_RestKnown()
    {
        var builder = new GraphWriter("g");
        builder.Input("x", DataType.Float, -1, 3, 4, 5);
        builder.Node("Reshape", "flat", ["x", builder.Integers("s", [0, -1], 2)]);
        builder.Node("Reshape", "rows", ["x", builder.Integers("t", [-1, 5], 2)]);
        var shapes = Infer(builder);
        Assert.AreEqual("?×60", OnnxValue.ShapeText(shapes["flat"].Shape!));
        Assert.AreEqual("?×5", OnnxValue.ShapeText(shapes["rows"].Shape!));
    }

    [TestMethod]
    public void Infer_UnknownOperator_UnknownAndGoesOn()
    {
        var builder = new GraphWriter("g");
        builder.Input("x", DataType.Float, 1, 3);
        builder.Node("Mystery", "m", ["x"]);
        builder.Node("Relu", "r", ["m"]);
        builder.Node("Relu", "s", ["x"]);
        var shapes = Infer(builder);
        Assert.IsNull(shapes["m"].Shape);
        Assert.IsNull(shapes["r"].Shape);
        Assert.AreEqual("1×3", OnnxValue.ShapeText(shapes["s"].Shape!));
    }

    [TestMethod]
    public void Infer_UnknownOperator_DeclaredShapeServes()
    {
        var builder = new GraphWriter("g");
        builder.Input("x", DataType.Float, 1, 3);
        builder.Node("Mystery", "m", ["x"]);
        var model = builder.Build();
        model.Graph.ValueInfo.Add(OnnxValue.Info("m", DataType.Float16, [4, 5]));
        Assert.AreEqual("4×5", OnnxValue.ShapeText(new ShapeInference(model, model.Inputs)["m"].Shape!));
    }

    /// <summary>Every operator that has a rule, given nonsense in many ways: no rule may throw or take memory.</summary>
    [TestMethod]
    public void Infer_Nonsense_NeverThrows()
    {
        long[][] shapes = [[], [0], [3], [1, 2, 3, 4], [1L << 62, 1L << 62, 8, 8], [5, -1, 7]];
        object[] values = [0L, -9L, long.MaxValue, Array.Empty<long>(), new long[] { 0 }, new long[] { -7, 9, long.MaxValue, long.MinValue }, "SAME_UPPER"];
        string[] names = ["axis", "axes", "kernel_shape", "strides", "pads", "dilations", "group", "perm", "shape", "split", "to", "starts", "ends",
            "blocksize", "border", "scales", "k", "output_shape", "output_padding", "auto_pad", "start", "end", "value", "value_ints", "ceil_mode", "allowzero"];
        foreach (var operation in OperatorRules.All.Keys)
            foreach (var shape in shapes)
                foreach (var value in values)
                {
                    var builder = new GraphWriter("g");
                    builder.Input("x", DataType.Float, shape);
                    builder.Integers("n", [long.MaxValue, -1, 0], 3);
                    builder.Integers("huge", [], 1L << 62);
                    builder.NodeWithOutputs(operation, "a", [], ["a"]);
                    builder.NodeWithOutputs(operation, "b", ["x", "n", "huge", "n", "x"], ["b", "c", "", "d"]);
                    builder.NodeWithOutputs(operation, "e", ["n", "n", "n"], ["e", "f"], [.. names.Select(k => (k, value))]);
                    builder.NodeWithOutputs(operation, "h", ["x", "x", "x", "x", "x", "x", "x", "x"], ["h"], [.. names.Select(k => (k, value))]);
                    Infer(builder);
                }
    }

    private static ShapeInference Infer(GraphWriter builder)
    {
        var model = builder.Build();
        return new ShapeInference(model, model.Inputs);
    }

    private static (OnnxModel Model, string Output) Build(OperatorCases.Case operatorCase)
    {
        var builder = new GraphWriter("g");
        builder.Input("x", DataType.Float, operatorCase.Input);
        var output = operatorCase.Build(builder);
        var model = builder.Build();
        model.Proto.OpsetImport[0].Version = operatorCase.OperatorSet;
        model.Graph.Output.Add(new ValueInfoProto { Name = output });
        return (model, output);
    }
}
