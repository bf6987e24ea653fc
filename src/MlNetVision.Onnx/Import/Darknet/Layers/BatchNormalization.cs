using MlNetVision.Onnx.Surgery;

namespace MlNetVision.Onnx.Import.Darknet.Layers;

/// <summary>The statistics of a batch normalisation: y = scale · (x − mean) / (√variance + 10⁻⁶) + bias, one of each a channel.</summary>
/// <remarks>The original Darknet adds 10⁻⁶ to the root; later forks add 10⁻⁵ to the variance.</remarks>
internal sealed class BatchNormalization(DarknetSection section, float[] scales, float[] means, float[] variances)
{
    private const double Epsilon = .000001f;

    /// <summary>
    /// <c>[batchnorm]</c>: the normalisation as a layer. Its weights are scales, means and variances; later versions of the fork write biases
    /// before them. A variance below 0 makes its channel not a number, as it does in Darknet.
    /// </summary>
    public static DarknetTensor ReadLayer(DarknetNetwork network, DarknetSection section, string name)
    {
        section.Refuse("dontload");
        var input = network.Previous(section);
        var bias = network.BatchnormHasBiases ? network.Weights.Read(section, "biases", input.Channels) : new float[input.Channels];
        var affine = Read(network.Weights, section, input.Channels).Affine(bias);
        string Stored(string what, IReadOnlyList<double> values) =>
            network.Graph.Floats($"{name}/{what}", [.. values.Select(v => (float)v)], 1, input.Channels, 1, 1);
        var scaled = network.Graph.Node("Mul", $"{name}/scaled", [input.Name, Stored("factors", affine.Factors)]);
        return input with { Name = network.Graph.Node("Add", name, [scaled, Stored("offsets", affine.Offsets)]) };
    }

    public static BatchNormalization Read(DarknetWeights weights, DarknetSection section, int channels)
    {
        var scales = weights.Read(section, "scales", channels);
        var means = weights.Read(section, "means", channels);
        return new BatchNormalization(section, scales, means, weights.Read(section, "variances", channels));
    }

    /// <summary>Multiplies the normalisation into a linear layer, whose weights lie output by output.</summary>
    public void Fold(Span<float> weights, Span<float> bias)
    {
        for (var o = 0; o < bias.Length; o++)
            if (variances[o] < 0) throw section.Bad($"expected variances of 0 and more in the weights, found {variances[o]} for channel {o}");
        // Darknet's bias is the shift of the normalisation; the layer itself has none.
        var affine = Affine(bias.ToArray());
        bias.Clear();
        affine.FoldInto(weights, bias);
    }

    private ChannelAffine Affine(float[] bias) =>
        ChannelAffine.OfDeviations(scales, bias, means.Select(m => (double)m), variances.Select(v => Math.Sqrt(v) + Epsilon));
}
