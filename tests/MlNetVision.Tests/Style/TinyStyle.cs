using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Tests.Style;

/// <summary>Style networks that are small enough to reason about.</summary>
internal static class TinyStyle
{
    /// <summary>A network that gives its image back; its sides are as given, or any where 0.</summary>
    public static OnnxModel Identity(int width = 0, int height = 0, bool channelsLast = false)
    {
        var graph = new GraphWriter("identity");
        long[] shape = channelsLast ? [1, Side(height), Side(width), 3] : [1, 3, Side(height), Side(width)];
        var input = graph.Input("image", TensorProto.Types.DataType.Float, shape);
        graph.Output(graph.Node("Identity", "stylized", [input]), TensorProto.Types.DataType.Float, shape);
        return graph.Build("identity");
    }

    /// <summary>
    /// A network of Johnson's kind with random weights: reflective padding, convolutions of stride 1 and 2 with instance
    /// normalisation, a residual block, nearest-neighbour upsampling, and an image 0–255 by tanh. It takes multiples of 4.
    /// </summary>
    /// <param name="seed">Of the weights.</param>
    /// <param name="width">The width it takes; 0: any.</param>
    /// <param name="height">The height it takes; 0: any.</param>
    /// <param name="isShaved">Whether it pads at first what its block's convolution, which does not, leaves out, as the networks of the paper do.</param>
    public static OnnxModel Johnson(int seed = 1, int width = 0, int height = 0, bool isShaved = false)
    {
        var graph = new GraphWriter("johnson");
        var random = new Random(seed);
        string x = graph.Input("image", TensorProto.Types.DataType.Float, 1, 3, Side(height), Side(width));
        x = graph.Node("Mul", "unit", [x, graph.Floats("scale", [1 / 255f])]);
        if (isShaved) x = Pad("first", x, 4);
        x = Layer("a", x, 3, 4, kernel: 5, stride: 1);
        x = Layer("b", x, 4, 6, kernel: 3, stride: 2);
        x = Layer("c", x, 6, 8, kernel: 3, stride: 2);
        var kept = isShaved ? graph.Node("Slice", "shaved", [x, graph.Integers("starts", [1, 1], 2), graph.Integers("ends", [-1, -1], 2), graph.Integers("axes", [2, 3], 2)]) : x;
        x = graph.Node("Add", "residual", [kept, Layer("d", x, 8, 8, kernel: 3, stride: 1, isPadded: !isShaved)]);
        x = graph.Node("Resize", "up", [x, "", graph.Floats("four", [1, 1, 4, 4], 4)], ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));
        x = Layer("e", x, 8, 3, kernel: 5, stride: 1, relu: false);
        x = graph.Node("Tanh", "tanh", [x]);
        x = graph.Node("Mul", "wide", [x, graph.Floats("half", [127.5f])]);
        graph.Output(graph.Node("Add", "stylized", [x, graph.Floats("middle", [127.5f])]), TensorProto.Types.DataType.Float, 1, 3, -1, -1);
        return graph.Build("johnson");

        string Pad(string name, string input, long pad) =>
            graph.Node("Pad", $"{name}/pad", [input, graph.Integers($"{name}/pads", [0, 0, pad, pad, 0, 0, pad, pad], 8)], ("mode", "reflect"));

        string Layer(string name, string input, int from, int to, int kernel, int stride, bool relu = true, bool isPadded = true)
        {
            var weights = new float[to * from * kernel * kernel];
            for (var i = 0; i < weights.Length; i++) weights[i] = random.NextSingle() - 0.5f;
            float[] scale = [.. Enumerable.Range(0, to).Select(_ => random.NextSingle() + 0.2f)];
            float[] shift = [.. Enumerable.Range(0, to).Select(_ => random.NextSingle() - 0.5f)];
            var padded = isPadded ? Pad(name, input, kernel / 2) : input;
            var y = graph.Node("Conv", $"{name}/conv", [padded, graph.Floats($"{name}/weights", weights, to, from, kernel, kernel)], ("strides", new long[] { stride, stride }));
            y = graph.Node("InstanceNormalization", $"{name}/norm", [y, graph.Floats($"{name}/scale", scale, to), graph.Floats($"{name}/shift", shift, to)]);
            return relu ? graph.Node("Relu", $"{name}/relu", [y]) : y;
        }
    }

    /// <summary>Three windows of 7×7 that are padded below and to the right alone.</summary>
    /// <param name="isPadNode">Whether a node of its own pads, by mirroring; else the convolution, with zeros.</param>
    public static OnnxModel Lopsided(bool isPadNode)
    {
        var graph = new GraphWriter("lopsided");
        var random = new Random(2);
        var x = graph.Input("image", TensorProto.Types.DataType.Float, 1, 3, -1, -1);
        for (var i = 0; i < 3; i++)
        {
            float[] weights = [.. Enumerable.Range(0, 3 * 3 * 49).Select(_ => random.NextSingle() / 74)];
            if (isPadNode) x = graph.Node("Pad", $"pad{i}", [x, graph.Integers($"pads{i}", [0, 0, 0, 0, 0, 0, 6, 6], 8)], ("mode", "reflect"));
            x = graph.Node("Conv", $"conv{i}", [x, graph.Floats($"weights{i}", weights, 3, 3, 7, 7)], ("kernel_shape", new long[] { 7, 7 }), ("pads", isPadNode ? new long[4] : [0, 0, 6, 6]));
        }
        graph.Output(graph.Node("Identity", "stylized", [x]), TensorProto.Types.DataType.Float, 1, 3, -1, -1);
        return graph.Build("lopsided");
    }

    /// <summary>An image halved, and brought back by a linear resize, or by adding its mean where null.</summary>
    public static OnnxModel HalvedAndBack(string? resize)
    {
        var graph = new GraphWriter("halved");
        var image = graph.Input("image", TensorProto.Types.DataType.Float, 1, 3, -1, -1);
        var x = graph.Node("AveragePool", "half", [image], ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }));
        x = resize is null ? graph.Node("Sub", "less", [image, graph.Node("GlobalAveragePool", "mean", [x])])
            : graph.Node("Resize", "up", [x, "", graph.Floats("two", [1, 1, 2, 2], 4)], ("mode", "linear"), ("coordinate_transformation_mode", resize));
        graph.Output(graph.Node("Identity", "stylized", [x]), TensorProto.Types.DataType.Float, 1, 3, -1, -1);
        return graph.Build("halved");
    }

    private static long Side(int side) => side == 0 ? -1 : side;
}
