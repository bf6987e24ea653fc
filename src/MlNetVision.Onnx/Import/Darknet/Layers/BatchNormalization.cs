using MlNetVision.Onnx.Surgery;

namespace MlNetVision.Onnx.Import.Darknet.Layers;

/// <summary>The statistics of a batch normalisation: y = scale · (x − mean) / (√variance + 10⁻⁶) + bias, one of each a channel.</summary>
/// <remarks>The original Darknet adds 10⁻⁶ to the root; later forks add 10⁻⁵ to the variance.</remarks>
internal sealed class BatchNormalization(DarknetSection section, ReadOnlyMemory<float[]> statistics)
{
    private const double Epsilon = .000001f;

    /// <summary>
    /// The ε that ONNX adds to the variance in the form for training, where a channel of no variance must not multiply rounding errors by 10⁶.
    /// The stored variance makes up for the difference: <see cref="VarianceOfOnnx"/>.
    /// </summary>
    private const float EpsilonOfVariance = 1e-5f;

    private float[] Scales => statistics.Span[0];

    private float[] Means => statistics.Span[1];

    private float[] Variances => statistics.Span[2];

    /// <summary>
    /// <c>[batchnorm]</c>: the normalisation as a layer. Its weights are scales, means and variances; later versions of the fork write biases
    /// before them. A variance below 0 makes its channel not a number, as it does in Darknet.
    /// </summary>
    public static DarknetTensor ReadLayer(DarknetNetwork network, DarknetSection section, string name)
    {
        section.Refuse("dontload");
        var input = network.Previous(section);
        var parts = Parts(input.Channels);
        var values = network.Read(section, 1, network.BatchnormHasBiases ? [(DarknetPart.Biases, input.Channels), .. parts] : parts);
        var bias = network.BatchnormHasBiases ? values[0] : new float[input.Channels];
        var normalization = new BatchNormalization(section, values.AsMemory(values.Length - parts.Length));
        if (network.Trains)
        {
            var stored = network.Graph.Floats(DarknetPart.Biases.Initializer(name), bias, input.Channels);
            return input with { Name = normalization.Write(network, name, input.Name, stored, name) };
        }
        var affine = normalization.Affine(bias);
        string Stored(string what, IReadOnlyList<double> values) =>
            network.Graph.Floats($"{name}/{what}", [.. values.Select(v => (float)v)], 1, input.Channels, 1, 1);
        var scaled = network.Graph.Node("Mul", $"{name}/scaled", [input.Name, Stored("factors", affine.Factors)]);
        return input with { Name = network.Graph.Node("Add", name, [scaled, Stored("offsets", affine.Offsets)]) };
    }

    /// <summary>The variance by which ONNX divides by the same number, √(v + ε) = √variance + 10⁻⁶. It is below 0 for a variance below ε.</summary>
    public static float VarianceOfOnnx(float variance)
    {
        var divisor = Math.Sqrt(variance) + Epsilon;
        return (float)((divisor * divisor) - EpsilonOfVariance);
    }

    /// <summary>The inverse of <see cref="VarianceOfOnnx"/>, but for rounding.</summary>
    public static float VarianceOfDarknet(float variance)
    {
        var root = Math.Max(0, Math.Sqrt(Math.Max(0, (double)variance + EpsilonOfVariance)) - Epsilon);
        return (float)(root * root);
    }

    /// <summary>What a weights file has of a normalisation, in this order.</summary>
    public static (DarknetPart Part, Int128 Count)[] Parts(int channels) =>
        [(DarknetPart.Scales, channels), (DarknetPart.Means, channels), (DarknetPart.Variances, channels)];

    /// <summary>
    /// Reads a network whose <c>[batchnorm]</c> sections start with biases, or do not: no file fits both, as its length is checked.
    /// </summary>
    /// <param name="config">The network.</param>
    /// <param name="read">Reads it; it is told whether there are biases.</param>
    /// <exception cref="BadModelException">It can be read in neither form; the message is about that without biases.</exception>
    public static T InEitherForm<T>(DarknetConfig config, Func<bool, T> read)
    {
        try
        {
            return read(false);
        }
        catch (BadModelException) when (config.Layers.Any(l => l.Type == "batchnorm"))
        {
            try
            {
                return read(true);
            }
            catch (BadModelException)
            {
                // The first message serves.
            }
            throw;
        }
    }

    /// <summary>Writes the normalisation as a node of its own, whose statistics training follows.</summary>
    /// <param name="network">The network.</param>
    /// <param name="layer">The name of the layer.</param>
    /// <param name="tensor">What is normalised.</param>
    /// <param name="bias">The initializer of the biases.</param>
    /// <param name="output">The name of the node.</param>
    public string Write(DarknetNetwork network, string layer, string tensor, string bias, string output)
    {
        string Stored(DarknetPart part, float[] values) => network.Graph.Floats(part.Initializer(layer), values, values.Length);
        return network.Graph.Node(
            "BatchNormalization", output,
            [
                tensor, Stored(DarknetPart.Scales, Scales), bias, Stored(DarknetPart.Means, Means),
                Stored(DarknetPart.Variances, Array.ConvertAll(Variances, VarianceOfOnnx)),
            ],
            ("epsilon", EpsilonOfVariance), ("momentum", network.Momentum));
    }

    /// <summary>Folds the normalisation into its layer, unless it stays apart for training.</summary>
    /// <returns>This normalisation where it is apart; null where it is folded.</returns>
    public BatchNormalization? FoldUnlessTrained(DarknetNetwork network, Span<float> weights, Span<float> bias)
    {
        for (var o = 0; o < bias.Length; o++)
            if (Variances[o] < 0) throw section.Bad($"expected variances of 0 and more in the weights, found {Variances[o]} for channel {o}");
        if (network.Trains) return this;
        Fold(weights, bias);
        return null;
    }

    /// <summary>Multiplies the normalisation into a linear layer, whose weights lie output by output.</summary>
    private void Fold(Span<float> weights, Span<float> bias)
    {
        // Darknet's bias is the shift of the normalisation; the layer itself has none.
        var affine = Affine(bias.ToArray());
        bias.Clear();
        affine.FoldInto(weights, bias);
    }

    private ChannelAffine Affine(float[] bias) =>
        ChannelAffine.OfDeviations(Scales, bias, Means.Select(m => (double)m), Variances.Select(v => Math.Sqrt(v) + Epsilon));
}
