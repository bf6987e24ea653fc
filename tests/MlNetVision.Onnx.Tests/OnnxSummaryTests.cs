using System.Text.Json;
using MlNetVision.Onnx.Proto;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx.Tests;

[TestClass]
public sealed class OnnxSummaryTests
{
    /// <summary>Keras' published count of VGG16 without its top, and the products of its thirteen layers at 224×224.</summary>
    [TestMethod]
    public void Describe_Vgg16_PublishedNumbers()
    {
        var model = OnnxModel.Load(Shared.Path("models", "onnx", "vgg16-notop.onnx"));
        var summary = model.Describe(new Dictionary<string, IReadOnlyList<long>> { ["image"] = [1, 224, 224, 3] });
        Assert.AreEqual(14_714_688, summary.Parameters);
        (long Side, long In, long Out)[] layers =
        [
            (224, 3, 64), (224, 64, 64), (112, 64, 128), (112, 128, 128), (56, 128, 256), (56, 256, 256), (56, 256, 256),
            (28, 256, 512), (28, 512, 512), (28, 512, 512), (14, 512, 512), (14, 512, 512), (14, 512, 512),
        ];
        Assert.AreEqual(layers.Sum(l => l.Side * l.Side * l.In * l.Out * 9), summary.MultiplyAdds);
        Assert.AreEqual(0, summary.UncountedLayers);
    }

    [TestMethod]
    public void Describe_SqueezeNet_PublishedParameters() =>
        Assert.AreEqual(1_235_496, OnnxModel.Load(Shared.Path("models", "onnx", "squeezenet-fp16.onnx")).Describe().Parameters);

    /// <summary>"300 million multiply-adds", MobileNetV2 (arXiv:1801.04381), section 1 and table 4.</summary>
    [TestMethod]
    public void Describe_MobileNetV2_PublishedMultiplyAdds() =>
        Assert.AreEqual(300e6, OnnxModel.Load(Shared.Path("models", "onnx", "mobilenetv2-imagenet-224-uint8.onnx")).Describe().MultiplyAdds, 1e6);

    [TestMethod]
    [DataRow("conv", "1×8×5×6", 8 * 27 + 8, 8 * 5 * 6 * 27)]
    [DataRow("depthwise", "1×8×3×4", 8 * 9, 8 * 3 * 4 * 9)]
    [DataRow("grouped", "1×6×3×4", 6 * 4, 6 * 3 * 4 * 4)]
    [DataRow("transposed", "1×5×6×8", 6 * 5 * 4, 6 * 3 * 4 * 5 * 4)]
    [DataRow("relu", "1×5×6×8", 0, 0)]
    [DataRow("flat", "1×240", 0, 0)]
    [DataRow("gemm", "1×10", 2400 + 10, 2400)]
    [DataRow("clip", "1×10", 0, 0)]
    [DataRow("matmul", "1×7", 70, 70)]
    public void Describe_Layer_NumbersByHand(string name, string shape, int parameters, int multiplyAdds)
    {
        var layer = Network().Describe().Layers.Single(l => l.Name == name);
        Assert.AreEqual(shape, OnnxValue.ShapeText(layer.OutputShape!));
        Assert.AreEqual(parameters, layer.Parameters);
        Assert.AreEqual(multiplyAdds, layer.MultiplyAdds);
    }

    [TestMethod]
    public void Describe_Totals_SumOfLayers()
    {
        var summary = Network().Describe();
        Assert.AreEqual(summary.Layers.Sum(l => l.Parameters), summary.Parameters);
        Assert.AreEqual(summary.Layers.Sum(l => l.MultiplyAdds), summary.MultiplyAdds);
        Assert.AreEqual(0, summary.UncountedLayers);
    }

    [TestMethod]
    public void Describe_SharedWeights_CountOnce()
    {
        var builder = new GraphWriter("g");
        var w = builder.Floats("w", new float[9], 3, 3);
        builder.Node("MatMul", "b", [builder.Node("MatMul", "a", [builder.Input("x", DataType.Float, 1, 3), w]), w]);
        builder.Output("b", DataType.Float, 1, 3);
        var summary = builder.Build().Describe();
        Assert.AreEqual(9, summary.Parameters);
        Assert.AreEqual("9 9", string.Join(' ', summary.Layers.Select(l => l.Parameters)));
    }

    [TestMethod]
    public void Describe_ConnectedTo_NamesLayersAndInputsOnceAndNoWeights()
    {
        var builder = new GraphWriter("g");
        var x = builder.Input("x", DataType.Float, 1, 3);
        var square = builder.Node("MatMul", "square", [x, builder.Floats("w", new float[9], 3, 3)]);
        builder.Output(builder.Node("Sum", "sum", [square, x, square]), DataType.Float, 1, 3);
        var summary = builder.Build().Describe();

        Assert.AreEqual("x | square,x", string.Join(" | ", summary.Layers.Select(l => string.Join(',', l.ConnectedTo))));
        StringAssert.EndsWith(summary.ToTable().Split('\n')[3], "  square, x");
        StringAssert.Contains(summary.ToJson(indented: false), "\"connectedTo\":[\"square\",\"x\"]");
    }

    [TestMethod]
    public void Describe_Window_Recorded()
    {
        var layers = Network().Describe().Layers;
        var conv = layers.Single(l => l.Name == "depthwise");
        Assert.AreEqual("3,3 1,1 1,1 8", $"{string.Join(',', conv.Kernel)} {string.Join(',', conv.Strides)} {string.Join(',', conv.Dilations)} {conv.Groups}");
        Assert.IsEmpty(layers.Single(l => l.Name == "relu").Kernel);
        var atrous = OnnxModel.Load(Shared.Path("models", "ours", "streets.onnx")).Describe().Layers.SelectMany(l => l.Dilations).ToHashSet();
        Assert.IsGreaterThan(1, atrous.Count);
    }

    [TestMethod]
    public void Describe_FreeSize_UncountedUntilGiven()
    {
        var model = OnnxModel.Load(Shared.Path("models", "ours", "starry-night.onnx"));
        var free = model.Describe();
        Assert.AreEqual(free.Layers.Count(l => l.Type == "Conv"), free.UncountedLayers);
        StringAssert.Contains(free.ToTable(), "give its size");
        var given = model.Describe(new Dictionary<string, IReadOnlyList<long>> { ["image"] = [1, 3, 64, 64] });
        Assert.AreEqual(0, given.UncountedLayers);
        Assert.AreEqual(free.Parameters, given.Parameters);
    }

    [TestMethod]
    [DataRow("photo", 1, "a shape is given for 'photo', but the inputs are image: float 1×3×10×12")]
    [DataRow("image", 1, "the shape 1×3×10 does not fit the input image: float 1×3×10×12")]
    public void Describe_WrongInputShape_SaysWhatFits(string input, int batch, string expected)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Network().Describe(new Dictionary<string, IReadOnlyList<long>> { [input] = [batch, 3, 10] }));
        StringAssert.Contains(error.Message, expected);
    }

    [TestMethod]
    public void ToTable_Network_AlignedWithTotals()
    {
        var lines = Network().Describe().ToTable().TrimEnd('\n').Split('\n');
        Assert.AreEqual("Layer       Type           Output   Parameters  Multiply-adds  Connected to", lines[0]);
        StringAssert.StartsWith(lines[2], "conv        Conv           1×8×5×6         224          6,480  ");
        Assert.AreEqual("Total       9 layers                     2,920         11,542", lines[^2]);
        Assert.HasCount(14, lines);
    }

    [TestMethod]
    public void ToTable_HostileName_NoControlCharactersAndNotWide()
    {
        var builder = new GraphWriter("g");
        builder.Node("Relu", "\u001b[2J" + new string('n', 500), [builder.Input("x", DataType.Float, 1)]);
        var model = builder.Build();
        model.Graph.Output.Add(new ValueInfoProto { Name = model.Graph.Node[0].Output[0] });
        var table = model.Describe().ToTable();
        Assert.DoesNotContain('\u001b', table);
        Assert.IsLessThan(120, table.Split('\n').Max(l => l.Length));
    }

    [TestMethod]
    public void ToJson_Network_Reads()
    {
        using var json = JsonDocument.Parse(Network().Describe().ToJson());
        var root = json.RootElement;
        Assert.AreEqual("net.onnx", root.GetProperty("name").GetString());
        Assert.AreEqual("[1,3,10,12]", Network().Describe().ToJson(indented: false).Split("\"shape\":")[1].Split(']')[0] + "]");
        var conv = root.GetProperty("layers")[0];
        Assert.AreEqual("Conv", conv.GetProperty("type").GetString());
        Assert.AreEqual(6480, conv.GetProperty("multiplyAdds").GetInt64());
        Assert.AreEqual(2, conv.GetProperty("strides")[0].GetInt32());
        Assert.AreEqual(2920, root.GetProperty("parameters").GetInt64());
    }

    private static OnnxModel Network()
    {
        var b = new GraphWriter("net");
        string Weights(string name, params long[] shape) => b.Floats(name, new float[shape.Aggregate((x, y) => x * y)], shape);
        var image = b.Input("image", DataType.Float, 1, 3, 10, 12);
        var conv = b.Node("Conv", "conv", [image, Weights("w1", 8, 3, 3, 3), Weights("b1", 8)], ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 1, 1, 1 }));
        var depthwise = b.Node("Conv", "depthwise", [conv, Weights("w2", 8, 1, 3, 3)], ("group", 8));
        var grouped = b.Node("Conv", "grouped", [depthwise, Weights("w3", 6, 4, 1, 1)], ("group", 2));
        var transposed = b.Node("ConvTranspose", "transposed", [grouped, Weights("w4", 6, 5, 2, 2)], ("strides", new[] { 2, 2 }));
        var flat = b.Node("Reshape", "flat", [b.Node("Relu", "relu", [transposed]), b.Integers("shape", [1, -1], 2)]);
        var gemm = b.Node("Gemm", "gemm", [flat, Weights("w5", 10, 240), Weights("b5", 10)], ("transB", 1));
        var clip = b.Node("Clip", "clip", [gemm, b.Floats("zero", [0]), b.Floats("six", [6])]);
        b.Node("MatMul", "matmul", [clip, Weights("w6", 10, 7)]);
        b.Output("matmul", DataType.Float, 1, 7);
        return b.Build("net.onnx");
    }

    // By the layer lists of the models: DeepLab v3 with depth multiplier 0.5 at stride 8 and v3 at 16, and the pyramid of `streets`.
    [TestMethod]
    [DataRow("onnx/deeplabv3-mobilenetv2-voc-257.onnx", "2×7 4×3", 8)]
    [DataRow("onnx/deeplabv3-mobilenetv2-voc-513-uint8.onnx", "2×3", 16)]
    [DataRow("ours/streets.onnx", "2×2 3×1 6×1 9×1", 16)]
    [DataRow("onnx/mobilenetv2-imagenet-224-uint8.onnx", "", 32)]
    public void AtrousRates_SharedModels_AreThoseOfTheirLayers(string model, string rates, int stride)
    {
        var summary = OnnxModel.Load(Shared.Path(["models", .. model.Split('/')])).Describe();
        Assert.AreEqual(rates, string.Join(' ', summary.AtrousRates.Select(r => $"{r.Rate}×{r.Layers}")));
        Assert.AreEqual(stride, summary.OutputStride);
        StringAssert.Contains(summary.ToTable(), $"Output stride: {stride}.");
        StringAssert.Contains(summary.ToJson(indented: false), $"\"outputStride\":{stride}");
    }
}
