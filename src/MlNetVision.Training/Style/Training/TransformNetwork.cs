using System.Runtime.InteropServices;
using Google.Protobuf;
using MlNetVision.Gradients;
using MlNetVision.Models;
using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Training.Style;

/// <summary>
/// The network that paints: Johnson, Alahi, Fei-Fei, arXiv:1603.08155, supplement, with instance normalisation (arXiv:1607.08022),
/// reflected borders, and nearest-neighbour upsampling before convolutions. RGB of 0–255 in and out, sides in multiples of 4.
/// </summary>
internal sealed class TransformNetwork
{
    public const string Input = "image";
    public const string Output = "stylized";
    private const int Blocks = 5;
    private const float Middle = 127.5f;
    private const double LastDeviation = 0.2;

    private readonly GraphWriter _graph = new("style");
    private readonly List<string> _parameters = [];
    private readonly Random _random;

    private TransformNetwork(int seed) => _random = new Random(seed);

    /// <summary>Creates a network of random weights (He et al., arXiv:1502.01852), with the names of its trained initializers.</summary>
    public static (OnnxModel Model, IReadOnlyList<string> Parameters) Create(float width, int seed)
    {
        var network = new TransformNetwork(seed);
        return (network.Build([Channels(16), Channels(32), Channels(64)]), network._parameters);

        int Channels(int full) => Math.Max(1, (int)Math.Round(full * width));
    }

    /// <summary>A copy with other values.</summary>
    public static OnnxModel WithValues(OnnxModel network, IReadOnlyList<TrainableTensor> values)
    {
        var copy = network.Clone();
        var stored = copy.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        foreach (var tensor in values) stored[tensor.Name].RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(tensor.Values));
        return copy;
    }

    private OnnxModel Build(int[] c)
    {
        var x = _graph.Input(Input, DataType.Float, -1, 3, -1, -1);
        var middle = _graph.Floats("style/middle", [Middle], 1);
        x = _graph.Node("Div", "style/centred", [_graph.Node("Sub", "style/shifted", [x, middle]), middle]);
        x = Layer("style/down1", x, 3, c[0], 9, 1);
        x = Layer("style/down2", x, c[0], c[1], 3, 2);
        x = Layer("style/down3", x, c[1], c[2], 3, 2);
        for (var i = 1; i <= Blocks; i++)
        {
            var inner = Layer($"style/block{i}/a", x, c[2], c[2], 3, 1);
            x = _graph.Node("Add", $"style/block{i}", [x, Normalized($"style/block{i}/b", inner, c[2], c[2], 3, 1)]);
        }
        x = Layer("style/up1", Twice("style/up1/twice", x), c[2], c[1], 3, 1);
        x = Layer("style/up2", Twice("style/up2/twice", x), c[1], c[0], 3, 1);
        // No bound such as Johnson's tanh: where it saturates, no gradient passes, and bright skies stay white. Small weights instead, so that
        // training starts from a nearly grey image, not from one far outside of 0–255.
        x = Convolution("style/last", x, c[0], 3, 9, 1, LastDeviation);
        x = _graph.Node("Add", Output, [_graph.Node("Mul", "style/levels", [x, middle]), middle]);
        _graph.Output(x, DataType.Float, -1, 3, -1, -1);
        var model = _graph.Build("style network");
        model.Metadata[VisionMetadata.TaskKey] = "stylize";
        model.Metadata[VisionMetadata.PreprocessKey] = "raw";
        model.Metadata[VisionMetadata.StrideKey] = "4";
        return model;
    }

    private GraphTensor Layer(string name, GraphTensor x, int from, int to, int kernel, int stride) =>
        _graph.Node("Relu", $"{name}/relu", [Normalized(name, x, from, to, kernel, stride)]);

    private GraphTensor Normalized(string name, GraphTensor x, int from, int to, int kernel, int stride) =>
        _graph.Node("InstanceNormalization", $"{name}/norm",
        [Convolution(name, x, from, to, kernel, stride), Trained($"{name}/scale", 1, to), Trained($"{name}/shift", 0, to)], ("epsilon", 1e-5f));

    private GraphTensor Convolution(string name, GraphTensor x, int from, int to, int kernel, int stride, double spread = 1)
    {
        long pad = kernel / 2;
        var padded = _graph.Node("Pad", $"{name}/border", [x, _graph.Integers($"{name}/pads", [0, 0, pad, pad, 0, 0, pad, pad], 8)],
            ("mode", "reflect"));
        var deviation = spread * Math.Sqrt(2.0 / (from * kernel * kernel));
        var weights = new float[to * from * kernel * kernel];
        foreach (ref var w in weights.AsSpan()) w = (float)Gaussian.Next(_random, deviation);
        _parameters.Add(_graph.Floats($"{name}/weights", weights, to, from, kernel, kernel));
        return _graph.Node("Conv", $"{name}/conv", [padded, $"{name}/weights", Trained($"{name}/bias", 0, to)],
            ("kernel_shape", new long[] { kernel, kernel }), ("strides", new long[] { stride, stride }));
    }

    private GraphTensor Twice(string name, GraphTensor x) => _graph.Node("Resize", name, [x, "", _graph.Floats($"{name}/scales", [1, 1, 2, 2], 4)],
        ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));

    private GraphTensor Trained(string name, float value, int count)
    {
        _parameters.Add(name);
        return _graph.Floats(name, [.. Enumerable.Repeat(value, count)], count);
    }
}
