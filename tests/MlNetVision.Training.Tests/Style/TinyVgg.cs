using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Training.Tests.Style;

/// <summary>
/// A network laid out, named and written as the ONNX model zoo's VGG: operator set 7, weights listed among the inputs, an input of
/// fixed size, blocks of convolutions with poolings between, optionally with batch normalisation, a shape declared inside, and a dense tail.
/// </summary>
internal static class TinyVgg
{
    public const int Size = 32;

    public static OnnxModel Create(bool batchNormalization = false)
    {
        var graph = new GraphWriter("vgg");
        var random = new Random(4);
        var x = graph.Input("data", TensorProto.Types.DataType.Float, 1, 3, Size, Size);
        var (count, channels) = (0, 3);
        int[][] blocks = [[4, 4], [5, 6, 6]];
        for (var block = 0; block < blocks.Length; block++)
        {
            foreach (var width in blocks[block])
            {
                x = graph.Node("Conv", $"vgg0_conv{count}_fwd", [x, Floats($"vgg0_conv{count}_weight", 0.3f, width, channels, 3, 3), Floats($"vgg0_conv{count}_bias", 1, width)],
                    ("kernel_shape", new long[] { 3, 3 }), ("pads", new long[] { 1, 1, 1, 1 }));
                if (batchNormalization)
                    x = graph.Node("BatchNormalization", $"vgg0_batchnorm{count}_fwd", [x, .. new[] { "gamma", "beta", "mean", "var" }.Select(n => Floats($"vgg0_batchnorm{count}_{n}", 1, width))]);
                x = graph.Node("Relu", $"vgg0_relu{count}_fwd", [x]);
                (count, channels) = (count + 1, width);
            }
            x = graph.Node("MaxPool", $"vgg0_pool{block}_fwd", [x], ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }));
        }
        x = graph.Node("Reshape", "flatten", [x, graph.Integers("flat", [1, -1], 2)]);
        x = graph.Node("Gemm", "vgg0_dense0_fwd", [x, Floats("vgg0_dense0_weight", 1, 7, channels * Size / 4 * Size / 4)], ("transB", 1L));
        graph.Output(x, TensorProto.Types.DataType.Float, 1, 7);
        var model = graph.Build("vgg.onnx");
        model.Graph.ValueInfo.Add(OnnxValue.Info("vgg0_relu0_fwd", TensorProto.Types.DataType.Float, [1, 4, Size, Size]));
        model.Graph.Input.AddRange(model.Graph.Initializer.Select(t => OnnxValue.Info(t.Name, (TensorProto.Types.DataType)t.DataType, [.. t.Dims])));
        (model.Proto.IrVersion, model.Proto.OpsetImport[0].Version) = (3, 7);
        return model;

        string Floats(string name, float size, params long[] shape) =>
            graph.Floats(name, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (n, d) => n * d)).Select(_ => (random.NextSingle() - 0.1f) * size)], shape);
    }
}
