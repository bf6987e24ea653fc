using MlNetVision.Onnx.Import.Darknet;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Onnx.Tests.Shapes;

/// <summary>Every tensor of every shared model: the shape worked out beside the shape that ONNX Runtime makes.</summary>
[TestClass]
public sealed class SharedModelShapesTests
{
    [TestMethod]
    [DataRow("onnx/candy.onnx")]
    [DataRow("onnx/mosaic.onnx")]
    [DataRow("onnx/deeplabv3-mobilenetv2-voc-257.onnx")]
    [DataRow("onnx/deeplabv3-mobilenetv2-voc-513-uint8.onnx")]
    [DataRow("onnx/mobilenetv2-imagenet-224-uint8.onnx")]
    [DataRow("onnx/squeezenet-fp16.onnx")]
    [DataRow("onnx/vgg16-notop.onnx")]
    [DataRow("ours/flowers.onnx")]
    [DataRow("ours/starry-night.onnx")]
    [DataRow("ours/streets.onnx")]
    [DataRow("darknet/yolo-lite-voc.cfg")]
    [DataRow("darknet/yolo-fastest-1.1-xl.cfg")]
    public void Describe_SharedModel_ShapesOfOnnxRuntime(string file)
    {
        var path = Shared.Path(["models", .. file.Split('/')]);
        var model = path.EndsWith(".cfg", StringComparison.Ordinal) ? new DarknetImporter().Import(path).Model : OnnxModel.Load(path);
        Forget(model.Graph);
        var shapes = SharedModels.InputShapes(path);
        var layers = model.Describe(shapes).Layers;
        var actual = OrtRun.Run(WithShapesAsOutputs(model), shapes).ToDictionary(r => r.Name, r => string.Join('×', r.Integers));
        var types = OrtRun.OutputTypes(WithAllOutputs(model));

        Assert.IsGreaterThan(15, layers.Count);
        foreach (var layer in layers)
        {
            Assert.AreEqual(actual[layer.Output + "/shape"], string.Join('×', layer.OutputShape!), $"{layer.Name} ({layer.Type})");
            Assert.AreEqual(types[layer.Output].ToString(), layer.OutputType.ToString(), ignoreCase: true, layer.Name);
        }
    }

    [TestMethod]
    public void SharedModels_AllTested()
    {
        var rows = typeof(SharedModelShapesTests).GetMethod(nameof(Describe_SharedModel_ShapesOfOnnxRuntime))!
            .GetCustomAttributes(typeof(DataRowAttribute), false).Cast<DataRowAttribute>().Select(r => Path.GetFileName((string)r.Data[0]!));
        CollectionAssert.IsSubsetOf(SharedModels.Paths().Select(Path.GetFileName).ToArray(), rows.ToArray());
    }

    /// <summary>What the file itself says of shapes must not help.</summary>
    private static void Forget(GraphProto graph)
    {
        graph.ValueInfo.Clear();
        foreach (var output in graph.Output) output.Type.TensorType.Shape = null;
    }

    /// <summary>Only the shapes leave the network, so that its memory is reused as it runs.</summary>
    private static OnnxModel WithShapesAsOutputs(OnnxModel model)
    {
        var copy = model.Clone();
        var tensors = Tensors(model);
        copy.Graph.Output.Clear();
        foreach (var tensor in tensors)
        {
            copy.Graph.Node.Add(new NodeProto { OpType = "Shape", Input = { tensor }, Output = { tensor + "/shape" } });
            copy.Graph.Output.Add(new ValueInfoProto { Name = tensor + "/shape" });
        }
        return copy;
    }

    private static OnnxModel WithAllOutputs(OnnxModel model)
    {
        var copy = model.Clone();
        copy.Graph.Output.Clear();
        copy.Graph.Output.Add(Tensors(model).Select(t => new ValueInfoProto { Name = t }));
        return copy;
    }

    private static string[] Tensors(OnnxModel model) => [.. model.Graph.Node.Select(n => n.Output[0])];
}
