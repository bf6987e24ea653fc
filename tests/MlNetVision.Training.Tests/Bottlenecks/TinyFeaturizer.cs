using MlNetVision.Classification;
using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Training.Tests.Bottlenecks;

/// <summary>A network of one convolution: five features.</summary>
internal static class TinyFeaturizer
{
    public static Featurizer Load(FeaturizerOptions? options = null) => Featurizer.Load(Network(), options ?? new FeaturizerOptions { Threads = 2 });

    public static OnnxModel Network()
    {
        var builder = new GraphWriter("tiny");
        builder.Input("image", DataType.Float, -1, 3, 8, 8);
        builder.Floats("weights", [.. Enumerable.Range(0, 15).Select(i => (i % 7) - 3f)], 5, 3, 1, 1);
        builder.Node("Conv", "conv", ["image", "weights"], ("kernel_shape", new[] { 1, 1 }));
        builder.Node("Relu", "relu", ["conv"]);
        builder.Node("GlobalAveragePool", "pool", ["relu"]);
        builder.Output("pool", DataType.Float, -1, 5, 1, 1);
        return builder.Build("tiny.onnx");
    }
}
