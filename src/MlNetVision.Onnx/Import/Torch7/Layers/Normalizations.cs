namespace MlNetVision.Onnx.Import.Torch7.Layers;

/// <summary>Normalisation by the statistics of training, or of each image.</summary>
internal static class Normalizations
{
    private const double UsualEpsilon = 1e-5;

    /// <summary><c>SpatialBatchNormalization</c> at inference, with <c>running_var</c> or its forerunner.</summary>
    public static Torch7Signal Batch(Torch7Network network, Torch7Module module, Torch7Signal input)
    {
        var mean = module.Tensor("running_mean") ?? throw module.Bad("running_mean is missing; a tensor of one number per channel was expected");
        var channels = Channels(module, "running_mean", mean);
        network.RequireChannels(module, input, channels);
        var epsilon = Epsilon(module);
        var graph = network.Graph;
        string[] parts = [input.Name, network.Vector(module, "weight", channels, 1), network.Vector(module, "bias", channels, 0),
            network.Weights(module, "running_mean", mean, channels), Variance(network, module, channels, epsilon)];
        return new(graph.Node("BatchNormalization", module.Name, parts, ("epsilon", epsilon)), channels, input.Shrink);
    }

    /// <summary><c>InstanceNormalization</c> of fast-neural-style (arXiv:1607.08022).</summary>
    public static Torch7Signal Instance(Torch7Network network, Torch7Module module, Torch7Signal input)
    {
        var channels = module.Integer("nOutput", null, 1, 1 << 20);
        network.RequireChannels(module, input, channels);
        string[] parts = [input.Name, network.Vector(module, "weight", channels, null), network.Vector(module, "bias", channels, null)];
        return new(network.Graph.Node("InstanceNormalization", module.Name, parts, ("epsilon", Epsilon(module))), channels, input.Shrink);
    }

    /// <summary>Files of nn's first years hold r = 1 / √(variance + ε), under the name of a deviation.</summary>
    private static string Variance(Torch7Network network, Torch7Module module, int channels, float epsilon)
    {
        if (module.Has("running_var") || !module.Has("running_std")) return network.Vector(module, "running_var", channels, null);
        var (graph, name) = (network.Graph, module.Name);
        var inverse = network.Vector(module, "running_std", channels, null);
        var square = graph.Node("Pow", $"{name}.running_var+eps", [inverse, graph.Floats($"{name}.power", [-2])]);
        return graph.Node("Sub", $"{name}.running_var", [square, graph.Floats($"{name}.eps", [epsilon])]);
    }

    private static int Channels(Torch7Module module, string field, Torch7Tensor tensor) =>
        tensor.Size.Length == 1 && tensor.Size[0] is > 0 and <= 1 << 20 ? (int)tensor.Size[0]
        : throw module.Bad($"{field} is a tensor of {tensor}; one number per channel was expected");

    private static float Epsilon(Torch7Module module)
    {
        var epsilon = module.Number("eps", UsualEpsilon);
        return epsilon is >= 0 and <= 1 ? (float)epsilon : throw module.Bad(FormattableString.Invariant($"eps is {epsilon}; 0 to 1 was expected"));
    }
}
