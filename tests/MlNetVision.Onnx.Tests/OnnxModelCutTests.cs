using MlNetVision.Onnx.Proto;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx.Tests;

[TestClass]
public sealed class OnnxModelCutTests
{
    [TestMethod]
    [DataRow("onnx/vgg16-notop.onnx", "block3_conv3", "block3_conv3")]
    [DataRow("onnx/squeezenet-fp16.onnx", "fire4/concat_1", "fire4/concat_1")]
    [DataRow("onnx/deeplabv3-mobilenetv2-voc-257.onnx", "Relu6__62", "Relu6__62:0")]
    [DataRow("ours/streets.onnx", "/l/l.0/Conv", "/l/l.0/Conv_output_0")]
    [DataRow("ours/starry-night.onnx", "/n/e/e.10/Add_output_0", "/n/e/e.10/Add_output_0")]
    [DataRow("ours/flowers.onnx", "probabilities", "probabilities")]
    public void Cut_SharedModel_SameValuesAsWhole(string file, string layer, string tensor)
    {
        var path = Shared.Path(["models", .. file.Split('/')]);
        var (whole, shapes) = (OnnxModel.Load(path), SharedModels.InputShapes(path));
        var before = whole.Clone();
        var cut = whole.Cut(layer);
        cut.Check();
        Assert.AreEqual(before.Proto, whole.Proto, "the model itself was changed");

        whole.Graph.Output.Clear();
        whole.Graph.Output.Add(new ValueInfoProto { Name = tensor });
        var (expected, actual) = (OrtRun.Run(whole, shapes).Single(), OrtRun.Run(cut, shapes).Single());
        Assert.AreEqual(tensor, actual.Name);
        CollectionAssert.AreEqual(expected.Bytes, actual.Bytes);
        var output = cut.Outputs.Single();
        Assert.AreEqual(actual.Type.ToString(), output.Type.ToString(), ignoreCase: true);
        CollectionAssert.AreEqual(actual.Shape, output.Shape.Select((d, i) => d ?? actual.Shape[i]).ToArray());
    }

    [TestMethod]
    public void Cut_EarlyLayer_DropsWeightsKeepsMetadata()
    {
        var whole = OnnxModel.Load(Shared.Path("models", "onnx", "candy.onnx"));
        whole.Metadata["task"] = "stylize";
        var cut = whole.Cut("activation1");
        Assert.AreEqual("stylize", cut.Metadata["task"]);
        Assert.AreEqual(whole.Metadata["author"], cut.Metadata["author"]);
        Assert.AreEqual("inputImage", cut.Inputs.Single().Name);
        Assert.HasCount(cut.Graph.Initializer.Count + 1, cut.Graph.Input);
        Assert.IsLessThan(whole.ToBytes().Length / 10, cut.ToBytes().Length);
        Assert.IsTrue(cut.Graph.Initializer.All(t => cut.Graph.Node.Any(n => n.Input.Contains(t.Name))));
    }

    [TestMethod]
    public void Cut_TwoBranches_KeepsOneInput()
    {
        var b = new GraphWriter("g");
        b.Node("Relu", "left", [b.Input("a", DataType.Float, 1)]);
        b.Node("Neg", "right", [b.Input("b", DataType.Float, 1)]);
        b.Node("Add", "sum", ["left", "right"]);
        b.Output("sum", DataType.Float, 1);
        var cut = b.Build().Cut("right");
        Assert.AreEqual("b: float 1", string.Join("; ", cut.Inputs));
        Assert.AreEqual("right: float 1", string.Join("; ", cut.Outputs));
        Assert.HasCount(1, cut.Graph.Node);
    }

    [TestMethod]
    public void Cut_SecondOutputByTensor_Taken()
    {
        var b = new GraphWriter("g");
        b.NodeWithOutputs("Split", "split", [b.Input("x", DataType.Float, 4)], ["a", "b"]);
        b.Output("a", DataType.Float, 2);
        var model = b.Build();
        Assert.AreEqual("a: float 2", model.Cut("split").Outputs.Single().ToString());
        Assert.AreEqual("b: float 2", model.Cut("b").Outputs.Single().ToString());
    }

    /// <summary>A branch of If reads tensors around it without naming them among the node's inputs.</summary>
    [TestMethod]
    public void Cut_BranchReadsOuterTensor_Kept()
    {
        var b = new GraphWriter("g");
        b.Node("Neg", "outer", [b.Input("x", DataType.Float, 2)]);
        b.Node("Less", "condition", [b.Floats("one", [1]), b.Floats("two", [2])]);
        b.Node("If", "chosen", ["condition"]);
        b.Output("chosen", DataType.Float, 2);
        var model = b.Build();
        foreach (var branch in new[] { "then_branch", "else_branch" })
        {
            var body = new GraphProto { Name = branch, Node = { new NodeProto { OpType = "Abs", Name = branch + "/abs", Input = { "outer" }, Output = { branch + "/y" } } } };
            body.Output.Add(OnnxValue.Info(branch + "/y", DataType.Float, [2]));
            model.Graph.Node[^1].Attribute.Add(new AttributeProto { Name = branch, G = body, Type = AttributeProto.Types.AttributeType.Graph });
        }
        var cut = model.Cut("chosen");
        Assert.HasCount(3, cut.Graph.Node);
        CollectionAssert.AreEqual(OrtRun.Run(model).Single().Bytes, OrtRun.Run(cut).Single().Bytes);
    }

    [TestMethod]
    [DataRow("conv_22", "'conv_22' is not a layer. Near names: conv_2, ")]
    [DataRow("CONV", "'CONV' is not a layer. Near names: conv_1, conv_2, ")]
    [DataRow("x", "'x' is an input, not a layer. Near names: ")]
    [DataRow("w", "'w' is an initializer, not a layer. Near names: ")]
    public void Cut_NoLayer_ListsNearNames(string name, string expected)
    {
        var b = new GraphWriter("g");
        var w = b.Floats("w", [1]);
        var (first, second) = (b.Node("Mul", "conv_1", [b.Input("x", DataType.Float, 1), w]), b.Node("Mul", "conv_2", ["conv_1", w]));
        b.Node("Add", "total", [first, second]);
        b.Output("total", DataType.Float, 1);
        var message = Assert.ThrowsExactly<BadModelException>(() => b.Build("net.onnx").Cut(name)).Message;
        StringAssert.StartsWith(message, "net.onnx: " + expected);
    }
}
