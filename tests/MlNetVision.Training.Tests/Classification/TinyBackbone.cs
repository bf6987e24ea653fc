using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Training.Tests.Classification;

/// <summary>A network of two blocks with random kernels, N×3×16×16 → block1 (convolution, pooling) → block2 (convolution, mean): small enough to train in tests.</summary>
internal static class TinyBackbone
{
    public const int Channels = 8;

    public static OnnxModel Build()
    {
        var random = new Random(11);
        float[] Random(int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) * 0.8f)];
        var graph = new GraphWriter("tiny");
        var last = graph.Input("image", TensorProto.Types.DataType.Float, -1, 3, 16, 16);
        last = graph.Node("Conv", "block1_conv", [last, graph.Floats("k1", Random(4 * 27), 4, 3, 3, 3), graph.Floats("b1", Random(4), 4)], ("pads", new long[] { 1, 1, 1, 1 }));
        last = graph.Node("Relu", "block1_relu", [last]);
        last = graph.Node("MaxPool", "block1_pool", [last], ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }));
        last = graph.Node("Conv", "block2_conv", [last, graph.Floats("k2", Random(Channels * 36), Channels, 4, 3, 3), graph.Floats("b2", Random(Channels), Channels)], ("pads", new long[] { 1, 1, 1, 1 }));
        last = graph.Node("Relu", "block2_relu", [last]);
        graph.Output(graph.Node("GlobalAveragePool", "block2_mean", [last]), TensorProto.Types.DataType.Float, -1, Channels, 1, 1);
        var model = graph.Build("tiny");
        model.Metadata[VisionMetadata.PreprocessKey] = "tf";
        return model;
    }
}
