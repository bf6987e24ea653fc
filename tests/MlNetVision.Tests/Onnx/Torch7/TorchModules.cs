namespace MlNetVision.Tests.Onnx.Torch7;

/// <summary>Modules with weights, as Torch writes them.</summary>
internal static class TorchModules
{
    /// <summary>A convolution whose weights are those numbers, out × in × height × width.</summary>
    public static TorchObject Convolution(Planes[] weights, float[]? bias, int stride = 1, int pad = 0, string type = "SpatialConvolution", string element = "Float")
    {
        var (outputs, inputs, height, width) = (weights.Length, weights[0].Channels, weights[0].Height, weights[0].Width);
        float[] values = [.. weights.SelectMany(w => w.Values)];
        long[] size = type.EndsWith("MM", StringComparison.Ordinal) ? [outputs, inputs * height * width] : [outputs, inputs, height, width];
        return TorchObject.Module(type,
            ("nInputPlane", inputs), ("nOutputPlane", outputs), ("kW", width), ("kH", height), ("dW", stride), ("dH", stride), ("padW", pad), ("padH", pad),
            ("weight", TorchTensor.Of(element, values, size)), bias is null ? ("finput", "none") : ("bias", TorchTensor.Of(element, bias, outputs)));
    }

    /// <summary>Hands so many channels on; it tells the importer how many there are.</summary>
    public static TorchObject Same(int channels) =>
        Convolution([.. Enumerable.Range(0, channels).Select(o => Planes.Of(channels, 1, 1, (c, _, _) => c == o ? 1 : 0))], null);

    /// <summary>A small network of most kinds of modules, with functions and a table that holds itself: it is downsampled and upsampled again.</summary>
    public static LuaTable Checkpoint()
    {
        var itself = new LuaTable();
        itself.Entries.Add(("itself", itself));
        float[] Vector(int length, float value) => [.. Enumerable.Repeat(value, length)];
        TorchObject Instance(int channels) => TorchObject.Module("InstanceNormalization", ("nOutput", channels), ("eps", 1e-5), ("prev_N", -1),
            ("weight", TorchTensor.Of(Vector(channels, 1), channels)), ("bias", TorchTensor.Of("Double", Vector(channels, 0), channels)));
        var block = TorchObject.Container("Sequential", Convolution([.. Weights(4, 4, 3)], Vector(4, 0)), Instance(4), TorchObject.Module("ReLU", ("inplace", true)));
        var network = TorchObject.Container("Sequential",
            TorchObject.Module("SpatialReflectionPadding", ("pad_l", 4), ("pad_r", 4), ("pad_t", 4), ("pad_b", 4)),
            Convolution([.. Weights(4, 3, 3)], Vector(4, 0.5f), stride: 2, pad: 1, element: "Half"),
            TorchObject.Container("ConcatTable", block, TorchObject.Module("ShaveImage", ("size", 1))),
            TorchObject.Module("CAddTable", ("inplace", false)),
            TorchObject.Module("SpatialUpSamplingNearest", ("scale_factor", 2)),
            Convolution([.. Weights(3, 4, 3)], Vector(3, 0), pad: 1, type: "SpatialConvolutionMM", element: "Cuda"),
            TorchObject.Module("Tanh"), TorchObject.Module("MulConstant", ("constant_scalar", 150)), TorchObject.Module("TotalVariation", ("strength", 1e-6)));
        return LuaTable.Of(("model", network), ("opt", LuaTable.Of(("preprocessing", "vgg"), ("gpu", false), ("itself", itself))),
            ("hooks", LuaTable.Sequence(new LuaFunction(8, "code", LuaTable.Sequence(LuaTable.Of(("name", "_ENV")))), new LuaFunction(6, "more", new LuaTable()))),
            ("history", LuaTable.Sequence(1.5, 1.25)));
    }

    private static IEnumerable<Planes> Weights(int outputs, int inputs, int side) => Enumerable.Range(0, outputs).Select(o => Planes.Random(inputs, side, side, seed: o));
}
