using MlNetVision.Classification;
using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Classification.Features;

[TestClass]
public sealed class FeaturizerPresetTests
{
    // The first convolution, the others, their groups, and the prefix of names, as the published files have them.
    [TestMethod]
    [DataRow("vgg0_conv", 3, 3, 1, false, "vgg16")]
    [DataRow("mobilenetv20_features_conv", 3, 1, 96, false, "mobilenet-v2")]
    [DataRow("Conv1", 3, 1, 96, true, "mobilenet-v2-tf")]
    [DataRow("resnetv17_conv", 7, 3, 1, false, "resnet")]
    [DataRow("squeezenet0_conv", 7, 1, 1, false, "squeezenet")]
    [DataRow("fire9/squeeze1x1_", 7, 1, 1, false, "squeezenet-caffe")]
    [DataRow("/features/features.3/squeeze/Conv", 3, 1, 1, false, "squeezenet")]
    [DataRow("resnext_conv", 7, 1, 32, false, "resnet")]
    [DataRow("conv5_block1_conv", 7, 3, 1, true, "resnet-keras")]
    [DataRow("block5_conv1", 3, 3, 1, true, "vgg16-keras")]
    [DataRow("inception_conv", 5, 3, 1, false, null)]
    public void Of_PublishedFamily_IsKnownByItsLayers(string prefix, int first, int other, int groups, bool nhwc, string? preset) =>
        Assert.AreEqual(preset, FeaturizerPreset.Of(Network(prefix, first, other, groups, nhwc))?.Name);

    [TestMethod]
    public void Parse_AnyCase_FindsEach()
    {
        foreach (var preset in FeaturizerPreset.All) Assert.AreSame(preset, FeaturizerPreset.Parse(preset.Name.ToUpperInvariant()));
    }

    private static OnnxModel Network(string prefix, int first, int other, int groups, bool nhwc)
    {
        var builder = new GraphWriter("network");
        var at = nhwc ? builder.Input("image", DataType.Float, 1, 224, 224, 3) : builder.Input("image", DataType.Float, 1, 3, 224, 224);
        if (nhwc) at = builder.Node("Transpose", null, [at], ("perm", new[] { 0, 3, 1, 2 }));
        for (var i = 0; i < 10; i++)
        {
            var size = i == 0 ? first : other;
            at = builder.Node("Conv", $"{prefix}{i}_fwd", [at, "weights"], ("kernel_shape", new[] { size, size }), ("group", i == 1 ? groups : 1));
        }
        return builder.Build();
    }
}
