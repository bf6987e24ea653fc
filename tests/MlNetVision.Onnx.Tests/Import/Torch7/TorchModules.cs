namespace MlNetVision.Onnx.Tests.Import.Torch7;

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

    /// <summary>A network of every kind of module.</summary>
    public static LuaTable EveryModule()
    {
        float[] Vector(float value) => [.. Enumerable.Repeat(value, 4)];
        TorchObject Batch(string spread) => TorchObject.Module("SpatialBatchNormalization", ("eps", 1e-3), ("running_mean", TorchTensor.Of(Vector(0.5f), 4)),
            (spread, TorchTensor.Of(Vector(2), 4)), ("weight", TorchTensor.Of(Vector(1), 4)), ("bias", TorchTensor.Of(Vector(0), 4)));
        TorchObject Pad(string type, int pixels) => TorchObject.Module(type, ("pad_l", pixels), ("pad_r", pixels), ("pad_t", pixels), ("pad_b", pixels));
        var full = TorchObject.Module("SpatialFullConvolution", ("nInputPlane", 4), ("nOutputPlane", 3), ("kW", 3), ("kH", 3), ("dW", 2), ("dH", 2), ("padW", 1), ("padH", 1),
            ("adjW", 1), ("adjH", 1), ("weight", TorchTensor.Of([.. Weights(4, 3, 3).SelectMany(w => w.Values)], 4, 3, 3, 3)), ("bias", TorchTensor.Of([0, 1, 2], 3)));
        var inner = TorchObject.Container("Sequential", Pad("SpatialReplicationPadding", 2), Convolution([.. Weights(4, 4, 3)], Vector(0)), Batch("running_var"),
            TorchObject.Module("LeakyReLU", ("negval", 0.1)), Convolution([.. Weights(4, 4, 3)], null, type: "SpatialConvolutionMM"), Batch("running_std"), TorchObject.Module("Sigmoid"));
        return LuaTable.Of(("model", TorchObject.Container("Sequential",
            Pad("SpatialReflectionPadding", 4), Convolution([.. Weights(4, 3, 3)], Vector(0.5f), stride: 2, pad: 1),
            TorchObject.Module("InstanceNormalization", ("nOutput", 4), ("eps", 1e-5), ("weight", TorchTensor.Of(Vector(1), 4)), ("bias", TorchTensor.Of(Vector(0), 4))),
            TorchObject.Module("ReLU", ("threshold", 0), ("val", 0)), TorchObject.Container("ConcatTable", inner, TorchObject.Module("Identity")), TorchObject.Module("CAddTable"),
            TorchObject.Module("Dropout", ("p", 0.5)), full, Pad("SpatialZeroPadding", -1), TorchObject.Module("ShaveImage", ("size", 1)), TorchObject.Module("SpatialUpSamplingNearest", ("scale_factor", 2)),
            TorchObject.Module("Tanh"), TorchObject.Module("MulConstant", ("constant_scalar", 150)), TorchObject.Module("AddConstant", ("constant_scalar", 1)), TorchObject.Module("TotalVariation", ("strength", 1)))));
    }

    /// <summary>A bare network whose weights are of every type of number, one after the other.</summary>
    public static TorchObject EveryElement() => TorchObject.Container("Sequential",
        [.. new[] { "Byte", "Char", "Short", "Int", "Long", "Half", "Float", "Double", "Cuda", "CudaHalf", "CudaDouble", "CudaLong" }
            .Select(e => Convolution([.. Weights(8, 8, 3)], [.. Enumerable.Range(0, 8).Select(i => (float)i)], element: e))]);

    private static IEnumerable<Planes> Weights(int outputs, int inputs, int side) => Enumerable.Range(0, outputs).Select(o => Planes.Random(inputs, side, side, seed: o));
}
