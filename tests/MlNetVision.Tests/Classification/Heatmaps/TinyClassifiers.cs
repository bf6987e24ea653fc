using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Classification.Heatmaps;

/// <summary>
/// Classifiers of 3×20×20 images, five classes, without padding, as different exporters write their ends: a convolution 4×4 with
/// stride 2 and a pooling 3×3 with stride 2 leave 4 × 4 positions of 6 channels, four pixels apart.
/// </summary>
internal sealed class TinyClassifiers
{
    public const int Size = 20;
    public const int Stride = 4;
    public const int Classes = 5;
    private const int Features = 6 * 4 * 4;

    private readonly GraphWriter _b = new("tiny");
    private readonly Random _random = new(5);
    private readonly bool _channelsLast;

    private TinyClassifiers(bool channelsLast) => _channelsLast = channelsLast;

    public static IReadOnlyDictionary<string, Func<OnnxModel>> All { get; } = new Dictionary<string, Func<OnnxModel>>
    {
        ["vgg"] = () => new TinyClassifiers(false).Vgg(),
        ["keras"] = () => new TinyClassifiers(true).Keras(),
        ["pytorch"] = () => new TinyClassifiers(false).PyTorch(),
        ["resnet"] = () => new TinyClassifiers(false).ResNet(),
        ["mobilenet"] = () => new TinyClassifiers(true).MobileNet(),
        ["squeezenet"] = () => new TinyClassifiers(false).SqueezeNet(),
        ["lenet"] = () => new TinyClassifiers(false).LeNet(),
        ["maxpool"] = () => new TinyClassifiers(false).MaximumPooling(),
    };

    /// <summary>As <see cref="All"/>'s of that name, in an operator set of before 13, where Softmax took all axes behind its own together.</summary>
    public static OnnxModel Old(string name)
    {
        var model = All[name]();
        model.Proto.OpsetImport[0].Version = 11;
        return model;
    }

    // Flatten → Gemm → Relu → Dropout → Gemm → Softmax.
    private OnnxModel Vgg()
    {
        var flat = _b.Node("Flatten", "flat", [Trunk()]);
        var hidden = _b.Node("Relu", "relu", [_b.Node("Gemm", "fc1", [flat, Weights("fc1.w", 7, Features), Weights("fc1.b", 7)], ("transB", 1L))]);
        return End(_b.Node("Gemm", "fc2", [_b.Node("Dropout", "dropout", [hidden]), Weights("fc2.w", 7, Classes), Weights("fc2.b", Classes)]));
    }

    // N×H×W×C → Reshape → MatMul + Add, flattened with channels last.
    private OnnxModel Keras()
    {
        var map = _b.Node("Transpose", "nhwc", [Trunk()], ("perm", new[] { 0, 2, 3, 1 }));
        var flat = _b.Node("Reshape", "flat", [map, _b.Integers("flat.shape", [-1, Features], 2)]);
        return End(_b.Node("Add", "dense", [_b.Node("MatMul", "matmul", [flat, Weights("w", Features, Classes)]), Weights("b", Classes)]));
    }

    // x.view(x.size(0), -1), the size worked out from the map itself; batch normalisation of the hidden row.
    private OnnxModel PyTorch()
    {
        var map = Trunk();
        var batch = _b.Node("Gather", "batch", [_b.Node("Shape", "shape", [map]), _b.Integers("zero", [0], 1)], ("axis", 0L));
        var flat = _b.Node("Reshape", "flat", [map, _b.Node("Concat", "target", [batch, _b.Integers("rest", [-1], 1)], ("axis", 0L))]);
        var hidden = _b.Node("Gemm", "fc1", [flat, Weights("fc1.w", 8, Features), Weights("fc1.b", 8)], ("transB", 1L));
        var positive = _b.Floats("variance", [1, 2, 3, 4, 5, 6, 7, 8], 8);
        var normal = _b.Node("BatchNormalization", "norm", [hidden, Weights("g", 8), Weights("beta", 8), Weights("mean", 8), positive]);
        return End(_b.Node("Gemm", "fc2", [normal, Weights("fc2.w", Classes, 8), Weights("fc2.b", Classes)], ("transB", 1L)));
    }

    // GlobalAveragePool → Flatten → Gemm, divided by a temperature.
    private OnnxModel ResNet()
    {
        var flat = _b.Node("Flatten", "flat", [_b.Node("GlobalAveragePool", "pool", [Trunk()])]);
        var scores = _b.Node("Gemm", "fc", [flat, Weights("w", Classes, 6), Weights("b", Classes)], ("transB", 1L));
        return End(_b.Node("Div", "cooler", [scores, _b.Floats("temperature", [1.5f])]));
    }

    // Mean over rows and columns of N×H×W×C, then a 1×1 convolution, Squeeze.
    private OnnxModel MobileNet()
    {
        var map = _b.Node("Transpose", "nhwc", [Trunk()], ("perm", new[] { 0, 2, 3, 1 }));
        var mean = _b.Node("ReduceMean", "mean", [map], ("axes", new[] { 1, 2 }), ("keepdims", 1L));
        var planar = _b.Node("Transpose", "nchw", [mean], ("perm", new[] { 0, 3, 1, 2 }));
        var scores = _b.Node("Conv", "fc", [planar, Weights("w", Classes, 6, 1, 1), Weights("b", Classes)], ("kernel_shape", new[] { 1, 1 }));
        return End(_b.Node("Squeeze", "row", [scores, _b.Integers("axes", [2, 3], 2)]));
    }

    // The classes scored at each position, pooled, softmax over N×C×1×1.
    private OnnxModel SqueezeNet()
    {
        var scores = _b.Node("Conv", "classes", [Trunk(), Weights("w", Classes, 6, 1, 1)], ("kernel_shape", new[] { 1, 1 }));
        _b.Node("Softmax", "probabilities", [_b.Node("GlobalAveragePool", "pool", [scores])], ("axis", 1L));
        _b.Output("probabilities", DataType.Float, 1, Classes, 1, 1);
        return _b.Build("tiny.onnx");
    }

    // A last pooling that leaves one position, and steps by as much as it takes in.
    private OnnxModel LeNet()
    {
        var flat = _b.Node("Flatten", "flat", [_b.Node("MaxPool", "pool", [Trunk()], ("kernel_shape", new[] { 4, 4 }), ("strides", new[] { 4, 4 }))]);
        return End(_b.Node("MatMul", "fc", [flat, Weights("w", 6, Classes)]));
    }

    // The maximum of each channel.
    private OnnxModel MaximumPooling()
    {
        var flat = _b.Node("Flatten", "flat", [_b.Node("GlobalMaxPool", "pool", [Trunk()])]);
        return End(_b.Node("MatMul", "fc", [flat, Weights("w", 6, Classes)]));
    }

    private string Trunk()
    {
        var image = _channelsLast ? _b.Input("image", DataType.Float, 1, Size, Size, 3) : _b.Input("image", DataType.Float, 1, 3, Size, Size);
        if (_channelsLast) image = _b.Node("Transpose", "planar", [image], ("perm", new[] { 0, 3, 1, 2 }));
        var map = _b.Node("Conv", "conv", [image, Weights("conv.w", 6, 3, 4, 4)], ("kernel_shape", new[] { 4, 4 }), ("strides", new[] { 2, 2 }));
        return _b.Node("MaxPool", "trunk", [_b.Node("Relu", "trunk.relu", [map])], ("kernel_shape", new[] { 3, 3 }), ("strides", new[] { 2, 2 }));
    }

    private OnnxModel End(string scores)
    {
        _b.Node("Softmax", "probabilities", [scores], ("axis", 1L));
        _b.Output("probabilities", DataType.Float, 1, Classes);
        return _b.Build("tiny.onnx");
    }

    private string Weights(string name, params long[] shape) =>
        _b.Floats(name, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => _random.NextSingle() - 0.5f)], shape);
}
