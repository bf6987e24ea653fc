using System.Globalization;

namespace MlNetVision.Imaging;

/// <summary>
/// Input normalisation: the order of the channels, and for each channel <c>value = (x − mean) · scale</c>
/// with <c>x</c> = 0–255. The presets are the names that <c>--preprocess</c> takes.
/// </summary>
public sealed record PixelNormalization
{
    /// <summary>Makes an input normalisation.</summary>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="bgr">Whether the tensor's channels are blue, green, red.</param>
    /// <param name="mean">Three values, 0–255, in the order of the tensor's channels.</param>
    /// <param name="scale">Three factors in the order of the tensor's channels.</param>
    /// <exception cref="ArgumentException">Not three values, or one that is not finite, or a factor of 0.</exception>
    public PixelNormalization(string name, bool bgr, IReadOnlyList<float> mean, IReadOnlyList<float> scale)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(scale);
        if (mean.Count != 3 || scale.Count != 3 || !mean.Concat(scale).All(float.IsFinite) || scale.Contains(0))
            throw new ArgumentException(
                $"Normalisation '{name}' has the means [{string.Join(", ", mean)}] and factors [{string.Join(", ", scale)}]; expected three finite "
                + "values each, factors other than 0.");
        (Name, Bgr, Mean, Scale) = (name, bgr, [.. mean], [.. scale]);
    }

    /// <summary><c>unit</c>: RGB, 0–1 (x / 255). Darknet and YOLO.</summary>
    public static PixelNormalization Unit { get; } = new("unit", false, [0, 0, 0], [1 / 255f, 1 / 255f, 1 / 255f]);

    /// <summary><c>raw</c>: RGB, 0–255.</summary>
    public static PixelNormalization Raw { get; } = new("raw", false, [0, 0, 0], [1, 1, 1]);

    /// <summary><c>raw-bgr</c>: BGR, 0–255.</summary>
    public static PixelNormalization RawBgr { get; } = new("raw-bgr", true, [0, 0, 0], [1, 1, 1]);

    /// <summary><c>tf</c>: RGB, −1…1 (x / 127.5 − 1). TensorFlow's MobileNet and DeepLab.</summary>
    public static PixelNormalization TensorFlow { get; } = new("tf", false, [127.5f, 127.5f, 127.5f], [1 / 127.5f, 1 / 127.5f, 1 / 127.5f]);

    /// <summary><c>imagenet</c>: RGB, 0–1, less ImageNet's mean (0.485, 0.456, 0.406), by its deviation (0.229, 0.224, 0.225). torchvision.</summary>
    public static PixelNormalization ImageNet { get; } = new("imagenet", false,
        [0.485f * 255, 0.456f * 255, 0.406f * 255], [1 / (0.229f * 255), 1 / (0.224f * 255), 1 / (0.225f * 255)]);

    /// <summary><c>caffe</c>: BGR, 0–255, less (103.939, 116.779, 123.68). VGG.</summary>
    public static PixelNormalization Caffe { get; } = new("caffe", true, [103.939f, 116.779f, 123.68f], [1, 1, 1]);

    /// <summary>All presets, in the order that help texts list them.</summary>
    public static IReadOnlyList<PixelNormalization> Presets { get; } = [Unit, Raw, RawBgr, TensorFlow, ImageNet, Caffe];

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>Whether the tensor's channels are blue, green, red; otherwise red, green, blue.</summary>
    public bool Bgr { get; }

    /// <summary>The means, 0–255, in the order of the tensor's channels.</summary>
    public IReadOnlyList<float> Mean { get; }

    /// <summary>The factors, in the order of the tensor's channels.</summary>
    public IReadOnlyList<float> Scale { get; }

    /// <summary>Whether all channels have one mean and one factor, so that it serves a network of one channel of grey.</summary>
    public bool IsUniform => Mean.All(m => m == Mean[0]) && Scale.All(s => s == Scale[0]);

    /// <summary>
    /// The preset of a name, in any case, or a custom normalisation, written as <c>rgb:R,G,B:R,G,B</c> or <c>bgr:B,G,R:B,G,R</c>: the
    /// means and the standard deviations, 0–255, in the order of the channels. <c>imagenet</c> is
    /// <c>rgb:123.675,116.28,103.53:58.395,57.12,57.375</c>. One mean and one deviation for all channels, as for networks that take grey, is
    /// <c>grey:MEAN:DEVIATION</c>.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such preset, and the text does not have that form; the message lists the presets.</exception>
    public static PixelNormalization Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Presets.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase)) ?? ParseNumbers(name)
            ?? throw new ArgumentException(
                $"There is no input normalisation '{name}'; there are {string.Join(", ", Presets.Select(p => p.Name))}, or rgb:MEANS:DEVIATIONS or "
                + "bgr:… with three numbers each, deviations other than 0, such as rgb:123.7,116.3,103.5:58.4,57.1,57.4, or grey:MEAN:DEVIATION.",
                nameof(name));
    }

    /// <summary>Whether two normalisations have equal values; names are ignored.</summary>
    public bool Equals(PixelNormalization? other) =>
        other is not null && Bgr == other.Bgr && Mean.SequenceEqual(other.Mean) && Scale.SequenceEqual(other.Scale);

    /// <summary>A hash that agrees with <see cref="Equals(PixelNormalization?)"/>.</summary>
    public override int GetHashCode() => HashCode.Combine(Bgr, Mean[0], Mean[1], Mean[2], Scale[0], Scale[1], Scale[2]);

    private static PixelNormalization? ParseNumbers(string text)
    {
        if (text.Split(':') is not [var order, var means, var deviations] || order.ToUpperInvariant() is not ("RGB" or "BGR" or "GREY")) return null;
        if (order.Equals("GREY", StringComparison.OrdinalIgnoreCase))
            (means, deviations) = (string.Join(',', means, means, means), string.Join(',', deviations, deviations, deviations));
        return Numbers(means) is { } mean && Numbers(deviations) is { } deviation && !deviation.Contains(0)
            && deviation.All(d => float.IsFinite(1 / d))
            ? new(text, order.Equals("BGR", StringComparison.OrdinalIgnoreCase), mean, [.. deviation.Select(d => 1 / d)])
            : null;
    }

    private static float[]? Numbers(string text)
    {
        var numbers = new float[3];
        var parts = text.Split(',');
        for (var i = 0; i < numbers.Length; i++)
            if (parts.Length != numbers.Length || !float.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])
                || !float.IsFinite(numbers[i]))
            {
                return null;
            }
        return numbers;
    }
}
