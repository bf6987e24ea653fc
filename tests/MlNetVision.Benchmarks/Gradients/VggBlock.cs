using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Benchmarks;

/// <summary>A block of VGG16 with random weights: three 3×3 convolutions with ReLU, and a pooling; the loss is the mean of its squared output.</summary>
internal sealed record VggBlock(string Name, int InputChannels, int Channels, int Size, int Batch)
{
    public static VggBlock[] All { get; } = [new("block4", 256, 512, 28, 8), new("block5", 512, 512, 14, 8)];

    public long[] InputShape => [Batch, InputChannels, Size, Size];

    public static string[] Parameters { get; } = [.. Enumerable.Range(1, 3).SelectMany(i => new[] { $"w{i}", $"b{i}" })];

    public OnnxModel Build(bool loss)
    {
        var graph = new GraphWriter(Name);
        string x = graph.Input("x", TensorProto.Types.DataType.Float, InputShape);
        var channels = InputChannels;
        for (var i = 1; i <= 3; i++)
        {
            var weights = graph.Floats($"w{i}", Noise(Channels * channels * 9, i, MathF.Sqrt(6f / (channels * 9))), Channels, channels, 3, 3);
            x = graph.Node("Conv", null, [x, weights, graph.Floats($"b{i}", new float[Channels], Channels)], ("pads", (long[])[1, 1, 1, 1]));
            x = graph.Node("Relu", null, [x]);
            channels = Channels;
        }
        x = graph.Node("MaxPool", "pool", [x], ("kernel_shape", (long[])[2, 2]), ("strides", (long[])[2, 2]));
        if (loss) graph.Node("ReduceMean", x = "loss", [graph.Node("Mul", null, ["pool", "pool"])], ("keepdims", 0L));
        graph.Output(x, TensorProto.Types.DataType.Float, loss ? [] : [Batch, Channels, Size / 2, Size / 2]);
        return graph.Build(Name);
    }

    public static float[] Noise(int count, int seed, float scale)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1) * scale)];
    }
}
