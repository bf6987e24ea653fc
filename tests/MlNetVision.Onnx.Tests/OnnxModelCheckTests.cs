using MlNetVision.Onnx.Proto;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx.Tests;

[TestClass]
public sealed class OnnxModelCheckTests
{
    [TestMethod]
    public void Check_SharedModels_Pass()
    {
        foreach (var file in SharedModels.Paths()) OnnxModel.Load(file).Check();
    }

    [TestMethod]
    public void Inputs_WeightsListedAmongThem_LeftOut()
    {
        var model = OnnxModel.Load(Shared.Path("models", "onnx", "squeezenet-fp16.onnx"));
        Assert.AreEqual("data_0: float16 1×3×224×224", string.Join("; ", model.Inputs));
        Assert.AreEqual("softmaxout_1: float16 1×1000×1×1", string.Join("; ", model.Outputs));
    }

    [TestMethod]
    public void Inputs_FreeDimensions_Null()
    {
        var input = OnnxModel.Load(Shared.Path("models", "ours", "starry-night.onnx")).Inputs.Single();
        CollectionAssert.AreEqual(new long?[] { null, 3, null, null }, input.Shape.ToArray());
        Assert.AreEqual(DataType.Float, input.Type);
    }

    [TestMethod]
    public void Outputs_WithoutShape_SayIt()
    {
        var model = Small();
        model.Graph.Output[0].Type.TensorType.Shape = null;
        Assert.AreEqual("sum: float of unknown shape", model.Outputs[0].ToString());
    }

    [TestMethod]
    public void Check_WholeGraph_Passes() => Small().Check();

    [TestMethod]
    [DataRow("no operator set", "operator set")]
    [DataRow("foreign domain", "node 'product' (Mul) has the domain 'com.example'")]
    [DataRow("no output", "expected an output")]
    [DataRow("output of nothing", "no node produces output 'nowhere'")]
    [DataRow("output twice", "output 'sum' is declared twice")]
    [DataRow("duplicate name", "node 'sum' (Add) produces 'product', which exists already")]
    [DataRow("unknown name", "node 'sum' (Add) takes 'ghost', which nothing produces")]
    [DataRow("wrong order", "node 'sum' (Add) takes 'product', which only the later node 'product' (Mul) produces")]
    [DataRow("cycle", "node 'product' (Mul) takes 'sum', which only the later node 'sum' (Add) produces")]
    [DataRow("no operator", "node 'sum' () has no operator")]
    [DataRow("input twice", "input 'x' is declared twice")]
    [DataRow("tensor twice", "initializer 'w' is declared twice")]
    [DataRow("short tensor", "initializer 'w': its shape 2×4 asks for 32 bytes, found 24")]
    [DataRow("huge tensor", "initializer 'w': its shape 4611686018427387904×8 is impossible")]
    [DataRow("wide tensor", "asks for 36893488147419103228 bytes, found 24")]
    [DataRow("negative tensor", "initializer 'w': its shape -1×3 is impossible")]
    [DataRow("unknown type", "initializer 'w': its element type 99 is not one of ONNX")]
    [DataRow("external tensor", "initializer 'w': its values are in another file ('weights.bin')")]
    [DataRow("typed tensor", "initializer 'w': its shape 2×3 asks for 6 values, found 5")]
    [DataRow("huge input", "input x: float 1000000×1000000 has more than 2147483647 elements")]
    [DataRow("many dimensions", "initializer 'w': it has 65 dimensions")]
    [DataRow("many dimensions of input", "input 'x' has 65 dimensions")]
    [DataRow("bad constant", "a tensor of node 'sum' (Add): its shape 2 asks for 2 values, found 0")]
    [DataRow("bad body", "node 'inner' (Neg) takes 'ghost', which nothing produces")]
    public void Check_Broken_NamesFileAndCulprit(string defect, string expected)
    {
        var model = Small();
        Break(model.Proto, defect);
        var message = Assert.ThrowsExactly<BadModelException>(model.Check).Message;
        StringAssert.StartsWith(message, "small.onnx: not a valid ONNX model: ");
        StringAssert.Contains(message, expected);
    }

    /// <summary>product = x·w, sum = product + x.</summary>
    private static OnnxModel Small()
    {
        var builder = new GraphWriter("small");
        var x = builder.Input("x", DataType.Float, 2, 3);
        var w = builder.Floats("w", [1, 2, 3, 4, 5, 6], 2, 3);
        builder.Node("Add", "sum", [builder.Node("Mul", "product", [x, w]), x]);
        builder.Output("sum", DataType.Float, 2, 3);
        return builder.Build("small.onnx");
    }

    private static void Break(ModelProto proto, string defect)
    {
        var (graph, w) = (proto.Graph, proto.Graph.Initializer[0]);
        var (product, sum) = (graph.Node[0], graph.Node[1]);
        switch (defect)
        {
            case "no operator set": proto.OpsetImport.Clear(); break;
            case "foreign domain": product.Domain = "com.example"; break;
            case "no output": graph.Output.Clear(); break;
            case "output of nothing": graph.Output[0].Name = "nowhere"; break;
            case "output twice": graph.Output.Add(graph.Output[0]); break;
            case "duplicate name": sum.Output[0] = "product"; break;
            case "unknown name": sum.Input[0] = "ghost"; break;
            case "wrong order": (graph.Node[0], graph.Node[1]) = (sum, product); break;
            case "cycle": product.Input[0] = "sum"; break;
            case "no operator": sum.OpType = ""; break;
            case "input twice": graph.Input.Add(graph.Input[0]); break;
            case "tensor twice": graph.Initializer.Add(w); break;
            case "short tensor": w.Dims[1] = 4; break;
            case "huge tensor": SetDims(w, 1L << 62, 8); break;
            case "wide tensor": SetDims(w, long.MaxValue); break;
            case "negative tensor": SetDims(w, -1, 3); break;
            case "unknown type": w.DataType = 99; break;
            case "external tensor":
                w.DataLocation = DataLocation.External;
                w.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "weights.bin" });
                break;
            case "typed tensor": w.ClearRawData(); w.FloatData.AddRange([1, 2, 3, 4, 5]); break;
            case "huge input": graph.Input[0] = OnnxValue.Info("x", DataType.Float, [1_000_000, 1_000_000]); break;
            case "many dimensions": SetDims(w, [.. Enumerable.Repeat(1L, 65)]); break;
            case "many dimensions of input": graph.Input[0] = OnnxValue.Info("x", DataType.Float, [.. Enumerable.Repeat(1L, 65)]); break;
            case "bad constant": sum.Attribute.Add(OnnxAttributes.Make("value", new TensorProto { DataType = 1, Dims = { 2 } })); break;
            case "bad body":
                var body = new GraphProto { Node = { new NodeProto { Name = "inner", OpType = "Neg", Input = { "ghost" }, Output = { "y" } } } };
                sum.Attribute.Add(new AttributeProto { Name = "then_branch", G = body });
                break;
        }
    }

    private static void SetDims(TensorProto tensor, params long[] dims)
    {
        tensor.Dims.Clear();
        tensor.Dims.AddRange(dims);
    }
}
