namespace MlNetVision.Onnx.Surgery;

/// <summary>
/// Normalisation by fixed statistics as a product and a sum for each channel: y = s·(x − μ)/σ + b is f·x + (b − f·μ) with f = s/σ. Computed in
/// double precision. Ioffe and Szegedy, "Batch normalization", arXiv:1502.03167, section 3.1.
/// </summary>
/// <param name="Factors">f, one for each channel.</param>
/// <param name="Offsets">b − f·μ, one for each channel.</param>
public sealed record ChannelAffine(IReadOnlyList<double> Factors, IReadOnlyList<double> Offsets)
{
    /// <summary>From a scale s, a shift b, a mean μ and a deviation σ above 0 for each channel.</summary>
    /// <exception cref="ArgumentException">They are not equally many.</exception>
    public static ChannelAffine OfDeviations(IReadOnlyList<float> scales, IReadOnlyList<float> shifts, IEnumerable<double> means, IEnumerable<double> deviations)
    {
        ArgumentNullException.ThrowIfNull(scales);
        ArgumentNullException.ThrowIfNull(shifts);
        double[] factors = [.. scales.Zip(deviations, (s, d) => s / d)];
        double[] offsets = [.. shifts.Zip(means.Zip(factors), (b, m) => b - (m.First * m.Second))];
        if (factors.Length != scales.Count || offsets.Length != scales.Count || shifts.Count != scales.Count)
            throw new ArgumentException($"There are {scales.Count} scales, {shifts.Count} shifts, {offsets.Length} means and {factors.Length} deviations; expected one of each for a channel.");
        return new ChannelAffine(factors, offsets);
    }

    /// <summary>The same with variances: σ = √(variance + ε).</summary>
    /// <inheritdoc cref="OfDeviations"/>
    public static ChannelAffine OfVariances(IReadOnlyList<float> scales, IReadOnlyList<float> shifts, IEnumerable<double> means, IEnumerable<double> variances, double epsilon) =>
        OfDeviations(scales, shifts, means, variances.Select(v => Math.Sqrt(v + epsilon)));

    /// <summary>Multiplies it into the linear layer before it: f·(W·x + c) + (b − f·μ).</summary>
    /// <param name="weights">W, changed in place: the channels that the layer gives are its first axis, or its last.</param>
    /// <param name="bias">c, one for each channel, changed in place; zeros where the layer has none.</param>
    /// <param name="channelsFirst">Whether the channels are the first axis of the weights.</param>
    /// <exception cref="ArgumentException">The lengths do not go with the number of channels.</exception>
    public void FoldInto(Span<float> weights, Span<float> bias, bool channelsFirst = true)
    {
        var channels = Factors.Count;
        if (bias.Length != channels || weights.Length % channels != 0)
            throw new ArgumentException($"A layer of {weights.Length} weights and {bias.Length} biases cannot take the normalisation of {channels} channels.");
        double[] factors = [.. Factors];
        for (int at = 0, row = 0; at < weights.Length; row++)
        {
            // Rows of one channel each, or rows in which each weight is of another channel.
            var length = channelsFirst ? weights.Length / channels : channels;
            for (var i = 0; i < length; i++, at++) weights[at] = (float)(weights[at] * factors[channelsFirst ? row : i]);
        }
        for (var c = 0; c < channels; c++) bias[c] = (float)((bias[c] * Factors[c]) + Offsets[c]);
    }
}
