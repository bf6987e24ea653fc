using MlNetVision.Imaging;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Training.Style;

/// <summary>Settings of <see cref="NeuralStyle"/>.</summary>
/// <remarks>
/// Losses and weights are at the scale of the original VGG, whose input is levels of 0–255. Where the input normalisation divides pixels,
/// features are multiplied by the same factor, because the output of ReLU networks is nearly proportional to their input.
/// </remarks>
public sealed record NeuralStyleOptions
{
    /// <summary>
    /// The content layers: names of nodes or tensors, or <c>blockB_convC</c>, which in any network laid out as VGG is the activation behind the
    /// C-th convolution of the B-th block. Default: <c>block4_conv2</c>.
    /// </summary>
    public IReadOnlyList<WeightedLayer> ContentLayers { get; init; } = [new("block4_conv2", 1)];

    /// <summary>
    /// The style layers, whose Gram matrices are compared. Default: the first convolution of each of VGG's five blocks, weight 0.2 each.
    /// </summary>
    public IReadOnlyList<WeightedLayer> StyleLayers { get; init; } =
        [new("block1_conv1", 0.2f), new("block2_conv1", 0.2f), new("block3_conv1", 0.2f), new("block4_conv1", 0.2f), new("block5_conv1", 0.2f)];

    /// <summary>The weight of the content. Default: 1.</summary>
    public float ContentWeight { get; init; } = 1;

    /// <summary>The weight of the style loss; layers have their own factors. Default: 1000.</summary>
    public float StyleWeight { get; init; } = 1000;

    /// <summary>The weight of the total variation. Default: 0.01.</summary>
    public float TotalVariationWeight { get; init; } = 0.01f;

    /// <summary>The input normalisation. Null: as in the model's metadata, else <c>caffe</c>, as for VGG.</summary>
    public string? Preprocess { get; init; }

    /// <summary>
    /// The longer side of the result in pixels, at least 32. The photo's aspect ratio is kept; the longer side grows up to fourfold where the shorter
    /// one would be below 32. Default: 512.
    /// </summary>
    public int Size { get; init; } = 512;

    /// <summary>The exact width and height, in place of <see cref="Size"/>. Default: none.</summary>
    public (int Width, int Height)? ExactSize { get; init; }

    /// <summary>The number of scales. Each has half the size of the next, which starts from its result. Default: 1.</summary>
    public int Scales { get; init; } = 1;

    /// <summary>Iterations at each scale, at least 1. Default: 200.</summary>
    public int Iterations { get; init; } = 200;

    /// <summary>The maximum number of evaluations of loss and gradient at each scale. Default: no bound.</summary>
    public int MaxEvaluations { get; init; } = int.MaxValue;

    /// <summary>The optimiser. Default: L-BFGS.</summary>
    public StyleOptimizer Optimizer { get; init; } = StyleOptimizer.Lbfgs;

    /// <summary>Adam's learning rate in levels of 0–255. Default: 5.</summary>
    public float LearningRate { get; init; } = 5;

    /// <summary>The number of steps that L-BFGS stores. Default: 20.</summary>
    public int History { get; init; } = 20;

    /// <summary>The initial image. Default: the photo.</summary>
    public StyleStart Start { get; init; } = StyleStart.Content;

    /// <summary>The initial image for <see cref="StyleStart.Image"/>; it is not changed.</summary>
    public RgbImage? StartImage { get; init; }

    /// <summary>The random seed of the noise. Default: 0.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// The device that runs networks and gradients, and those to take in its place: <c>Device = "cuda,cpu"</c>. Null, the default: <c>cpu</c>.
    /// </summary>
    public DeviceList? Device { get; init; }

    /// <summary>Threads; 0 takes as many as there are processors. Default: 0.</summary>
    public int Threads { get; init; }

    /// <summary>Receives log messages for the user, such as why another device than the first of <see cref="Device"/> runs. Default: none.</summary>
    public Action<string>? Log { get; init; }

    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    internal void Check()
    {
        ClassifierTrainingOptions.RequireKnown(Optimizer, nameof(Optimizer));
        ClassifierTrainingOptions.RequireKnown(Start, nameof(Start));
        if (Size < 32 || ExactSize is { Width: < 32 } or { Height: < 32 }) throw new ArgumentException("Sides of 32 pixels or more are expected.");
        if (Scales is < 1 or > 8) throw new ArgumentException($"{Scales} scales were asked for; expected 1 to 8.");
        if (Iterations < 1 || MaxEvaluations < 1) throw new ArgumentException("Iterations and evaluations are expected to be 1 or more.");
        if (!(LearningRate > 0) || History < 1) throw new ArgumentException("A learning rate above 0 and a history of 1 or more are expected.");
        if (Start == StyleStart.Image && StartImage is null) throw new ArgumentException("An image to start from is expected.");
        if (ContentLayers.Count + StyleLayers.Count == 0) throw new ArgumentException("A layer of content or style is expected.");
        if (ContentLayers.Concat(StyleLayers).Any(l => !(l.Weight >= 0)) || !(ContentWeight >= 0) || !(StyleWeight >= 0)
            || !(TotalVariationWeight >= 0))
            throw new ArgumentException("Weights of 0 or more are expected.");
    }
}

/// <summary>The optimiser of an image.</summary>
public enum StyleOptimizer
{
    /// <summary>L-BFGS with a line search, see <see cref="Lbfgs"/>: fewest evaluations.</summary>
    Lbfgs,

    /// <summary>Adam, see <see cref="Gradients.Optimizers.AdamOptimizer"/>: least memory.</summary>
    Adam,
}

/// <summary>The initial image of an optimisation.</summary>
public enum StyleStart
{
    /// <summary>The photo.</summary>
    Content,

    /// <summary>Noise, by the seed: normally distributed about the middle of the range, 127.5, with a deviation of 40 levels.</summary>
    Noise,

    /// <summary>The caller's image, resized.</summary>
    Image,
}

/// <summary>The sizes that images are optimised at.</summary>
internal static class StyleSizes
{
    /// <summary>Below this the last layers of VGG would have next to no positions.</summary>
    private const int Least = 32;

    /// <summary>How many times as long the longer side may become for the shorter one's sake.</summary>
    private const double MostGrowth = 4;

    /// <summary>The size of the result, by the photo's shape.</summary>
    public static (int Width, int Height) Of(RgbImage photo, NeuralStyleOptions options, int shrink) => options.ExactSize is { } exact
        ? (Math.Max(Least, exact.Width / shrink), Math.Max(Least, exact.Height / shrink))
        : Fit(photo, options.Size / shrink);

    /// <summary>The size of the painting: the result's where that was given, else of the same longer side.</summary>
    public static (int Width, int Height) OfPainting(RgbImage painting, NeuralStyleOptions options, int width, int height) =>
        options.ExactSize is not null ? (width, height) : Fit(painting, Math.Max(width, height));

    private static (int Width, int Height) Fit(RgbImage image, int longer)
    {
        // The shape is kept where the shorter side would be too short: then the longer one is longer, but not without end.
        var scale = (double)longer / Math.Max(image.Width, image.Height);
        scale = Math.Clamp((double)Least / Math.Min(image.Width, image.Height), scale, MostGrowth * scale);
        return (Math.Max(Least, (int)Math.Round(image.Width * scale)), Math.Max(Least, (int)Math.Round(image.Height * scale)));
    }
}
