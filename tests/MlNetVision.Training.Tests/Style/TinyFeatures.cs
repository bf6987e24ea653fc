using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Training.Tests.Style;

/// <summary>A network of VGG's kind with random weights: two convolutions with ReLU, a pooling, one more; any size.</summary>
internal static class TinyFeatures
{
    public static readonly int[] Channels = [3, 4, 5];

    public static OnnxModel Create(int seed = 3)
    {
        var graph = new GraphWriter("features");
        var random = new Random(seed);
        string x = graph.Input("image", TensorProto.Types.DataType.Float, -1, 3, -1, -1);
        x = Layer("first", x, 3, 4);
        x = graph.Node("MaxPool", "pool", [x], ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }));
        x = Layer("second", x, 4, 5);
        graph.Output(x, TensorProto.Types.DataType.Float, -1, 5, -1, -1);
        return graph.Build("features");

        string Layer(string name, string input, int from, int to)
        {
            var weights = Enumerable.Range(0, to * from * 9).Select(_ => (random.NextSingle() - 0.4f) * 0.3f).ToArray();
            var bias = Enumerable.Range(0, to).Select(_ => random.NextSingle()).ToArray();
            var y = graph.Node("Conv", $"{name}/conv", [input, graph.Floats($"{name}/weights", weights, to, from, 3, 3), graph.Floats($"{name}/bias", bias, to)],
                ("kernel_shape", new long[] { 3, 3 }), ("pads", new long[] { 1, 1, 1, 1 }));
            return graph.Node("Relu", name, [y]);
        }
    }
}
