using MlNetVision.Classification;
using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Classification.Heatmaps;

[TestClass]
public sealed class SlidingNetworkBadInputTests
{
    [TestMethod]
    public void Of_LayersThatDoNotSlide_AreNamed()
    {
        AssertRefused((b, map) => b.Node("ArgMax", "best", [b.Node("Flatten", "flat", [map])], ("axis", 1L)), "node 'best' (ArgMax) cannot be applied at each position");
        AssertRefused((b, map) => b.Node("Add", "sum", [b.Node("GlobalAveragePool", "a", [map]), b.Node("GlobalMaxPool", "b", [map])]), "node 'sum' (Add) joins 2 tensors (a, b)");
        AssertRefused((b, map) => b.Node("Softmax", "soft", [b.Node("GlobalAveragePool", "a", [map])], ("axis", 2L)), "'soft' (Softmax) cannot be applied at each position of a larger image: it does not span the classes");
        AssertRefused((b, map) => b.Node("Reshape", "two", [b.Node("GlobalAveragePool", "a", [map]), b.Integers("shape", [1, 2, 2], 3)]), "'two' (Reshape)");
        AssertRefused((b, map) => b.Node("MatMul", "dense", [b.Node("Flatten", "flat", [map]), b.Node("Neg", "weights", [b.Floats("w", new float[64 * 2], 64, 2)])]), "'weights' is not an initializer");
        AssertRefused((b, map) => b.Node("Mul", "gate", [b.Node("Flatten", "flat", [map]), b.Floats("w", new float[64], 64)]), "'w' is neither one number nor one for each of 4 channels");
        AssertRefused((b, map) => b.Node("Relu", "still", [map]), "expected one vector of class scores");
    }

    [TestMethod]
    public void Of_NoMapOrNoSize_SaysWhatIsMissing()
    {
        var builder = new GraphWriter("flat");
        builder.Input("image", DataType.Float, 1, 3, -1, -1);
        builder.Node("GlobalAveragePool", "pool", ["image"]);
        builder.Output("pool", DataType.Float, 1, 3, 1, 1);
        var model = builder.Build("flat.onnx");
        var error = Assert.ThrowsExactly<BadModelException>(() => SlidingNetwork.Of(model));
        StringAssert.Contains(error.Message, "flat.onnx: the input image: float 1×3×?×? has a free size, and the metadata 'imgsz'");

        var row = new GraphWriter("row");
        row.Input("image", DataType.Float, 1, 192);
        row.Node("Relu", "relu", ["image"]);
        row.Output("relu", DataType.Float, 1, 192);
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => SlidingNetwork.Of(row.Build("row.onnx"))).Message, "row.onnx: expected one input that takes an image");
    }

    private static void AssertRefused(Func<GraphWriter, string, string> end, string expected)
    {
        var builder = new GraphWriter("tiny");
        builder.Input("image", DataType.Float, 1, 3, 4, 4);
        var map = builder.Node("Conv", "map", ["image", builder.Floats("map.w", new float[12], 4, 3, 1, 1)], ("kernel_shape", new[] { 1, 1 }));
        builder.Output(end(builder, map), DataType.Float);
        var error = Assert.ThrowsExactly<BadModelException>(() => SlidingNetwork.Of(builder.Build("tiny.onnx")));
        StringAssert.Contains(error.Message, "tiny.onnx: ");
        StringAssert.Contains(error.Message, expected);
    }
}
