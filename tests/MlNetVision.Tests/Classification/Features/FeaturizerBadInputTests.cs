using MlNetVision.Classification;
using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Classification.Features;

[TestClass]
public sealed class FeaturizerBadInputTests
{
    [TestMethod]
    [DataRow("pol", "near names: pool, ")]
    [DataRow("shape", "'shape' gives shape: int64 4")]
    [DataRow("tokens", "'tokens' gives tokens: float 1×4×4")]
    [DataRow("weights", "is an initializer, not a layer")]
    [DataRow("constant", "does not depend on the image")]
    public void Load_CutThatIsNoMap_SaysWhatItIs(string cut, string expected)
    {
        var error = Assert.ThrowsExactly<BadModelException>(() => Featurizer.Load(Tiny(), new FeaturizerOptions { Cut = cut }));
        StringAssert.Contains(error.Message, "tiny.onnx");
        StringAssert.Contains(error.Message, expected, StringComparison.OrdinalIgnoreCase);
    }

    [TestMethod]
    public void Load_TwoInputs_NamesBoth()
    {
        var builder = new GraphWriter("two");
        builder.Input("left", DataType.Float, 1, 3, 8, 8);
        builder.Input("right", DataType.Float, 1, 3, 8, 8);
        builder.Node("Add", "sum", ["left", "right"]);
        builder.Node("GlobalAveragePool", "pool", ["sum"]);
        builder.Output("pool", DataType.Float, 1, 3, 1, 1);
        var error = Assert.ThrowsExactly<BadModelException>(() => Featurizer.Load(builder.Build("two.onnx")));
        StringAssert.Contains(error.Message, "left, right");
    }

    [TestMethod]
    public void Load_WithoutPooling_AsksForALayer()
    {
        var builder = new GraphWriter("plain");
        builder.Input("image", DataType.Float, 1, 3, 8, 8);
        builder.Node("Relu", "relu", ["image"]);
        builder.Output("relu", DataType.Float, 1, 3, 8, 8);
        var error = Assert.ThrowsExactly<BadModelException>(() => Featurizer.Load(builder.Build("plain.onnx")));
        StringAssert.Contains(error.Message, "no pooling layer to cut at");
    }

    [TestMethod]
    public void Load_OptionsOutOfRange_SayWhatThereIs()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Featurizer.Load(Tiny(), new FeaturizerOptions { Size = (9, 9) }));
        Assert.ThrowsExactly<ArgumentException>(() => Featurizer.Load(Tiny(), new FeaturizerOptions { Size = (0, 0) }));
        Assert.ThrowsExactly<ArgumentException>(() => Featurizer.Load(Tiny(), new FeaturizerOptions { Threads = -1 }));
        Assert.ThrowsExactly<ArgumentException>(() => Featurizer.Load(Tiny(), new FeaturizerOptions { Pooling = (FeaturePooling)7 }));
        Assert.ThrowsExactly<ArgumentException>(() => Featurizer.Load(Tiny(), new FeaturizerOptions { Preprocess = "inception" }));
        var error = Assert.ThrowsExactly<ArgumentException>(() => Featurizer.Load(Tiny(), new FeaturizerOptions { Preset = "vgg" }));
        StringAssert.Contains(error.Message, "vgg16-keras, resnet-keras, squeezenet-caffe, squeezenet, vgg16");
    }

    [TestMethod]
    public void Load_QuantisedMap_GivesTheNumbersThatItStandsFor()
    {
        using var bytes = Featurizer.Load(Tiny(), new FeaturizerOptions { Cut = "bytepool" });
        using var floats = Featurizer.Load(Tiny(), new FeaturizerOptions { Cut = "pool" });
        var image = Shared.Path("data", "images", "dog.jpg");
        var (expected, found) = (floats.Extract(image), bytes.Extract(image));
        Assert.HasCount(4, found);
        for (var i = 0; i < 4; i++) Assert.AreEqual(expected[i], found[i], 0.05f);
    }

    // 3×8×8 → convolution to 4 channels → max pooling → mean, with branches that are no maps.
    private static OnnxModel Tiny()
    {
        var builder = new GraphWriter("tiny");
        builder.Input("image", DataType.Float, 1, 3, 8, 8);
        builder.Floats("weights", [.. Enumerable.Range(0, 12).Select(i => (i % 5) - 2f)], 4, 3, 1, 1);
        builder.Floats("scale", [0.1f]);
        builder.Node("Conv", "conv", ["image", "weights"], ("kernel_shape", new[] { 1, 1 }));
        builder.Node("MaxPool", "pool", ["conv"], ("kernel_shape", new[] { 4, 4 }), ("strides", new[] { 4, 4 }));
        builder.Node("GlobalAveragePool", "pooled", ["pool"]);
        builder.Node("Shape", "shape", ["pooled"]);
        builder.Integers("rows", [1, 4, 4], 3);
        builder.Node("Reshape", "tokens", ["pool", "rows"]);
        builder.Node("Neg", "constant", ["weights"]);
        var zero = builder.Node("Cast", "zero", [builder.Integers("zero64", [128])], ("to", (long)DataType.Uint8));
        builder.Node("QuantizeLinear", "bytes", ["conv", "scale", zero]);
        builder.Node("MaxPool", "bytepool", ["bytes"], ("kernel_shape", new[] { 4, 4 }), ("strides", new[] { 4, 4 }));
        builder.Output("pooled", DataType.Float, 1, 4, 1, 1);
        return builder.Build("tiny.onnx");
    }
}
