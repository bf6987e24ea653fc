using MlNetVision.Imaging;

namespace MlNetVision.Training.Style;

/// <summary>Settings of <see cref="NeuralStyle"/>.</summary>
/// <remarks>
/// The losses, and with them the weights, are at the scale of the original VGG, which takes levels of 0–255: where the pre-processing
/// divides pixels, features are multiplied by as much, as what ReLU networks give is nearly proportional to what they take.
/// </remarks>
public sealed record NeuralStyleOptions
{
    /// <summary>
    /// The layers whose features the image shares with the photo: names of nodes or tensors, or <c>blockB_convC</c>, which in any network
    /// laid out as VGG is the activation behind the C-th convolution of the B-th block. Default: <c>block4_conv2</c>.
    /// </summary>
    public IReadOnlyList<WeightedLayer> ContentLayers { get; init; } = [new("block4_conv2", 1)];

    /// <summary>The layers whose Gram matrices the image shares with the painting. Default: the first convolution of each of VGG's five blocks, a fifth each.</summary>
    public IReadOnlyList<WeightedLayer> StyleLayers { get; init; } =
        [new("block1_conv1", 0.2f), new("block2_conv1", 0.2f), new("block3_conv1", 0.2f), new("block4_conv1", 0.2f), new("block5_conv1", 0.2f)];

    /// <summary>The weight of the content. Default: 1.</summary>
    public float ContentWeight { get; init; } = 1;

    /// <summary>The weight of the style, beside those of its layers. Default: 1000.</summary>
    public float StyleWeight { get; init; } = 1000;

    /// <summary>The weight of the total variation. Default: 0.01.</summary>
    public float TotalVariationWeight { get; init; } = 0.01f;

    /// <summary>What the network takes pixels as. Null: as the model says, else <c>caffe</c>, as VGG's.</summary>
    public string? Preprocess { get; init; }

    /// <summary>The longer side of the result in pixels, at least 32; the photo's shape is kept, with up to four times as many where the shorter side would have less than 32. Default: 512.</summary>
    public int Size { get; init; } = 512;

    /// <summary>The width and height instead, for results of another shape than the photo's. Default: none.</summary>
    public (int Width, int Height)? ExactSize { get; init; }

    /// <summary>How many scales: each is half the next, and starts from the one before. Default: 1.</summary>
    public int Scales { get; init; } = 1;

    /// <summary>Iterations at each scale, at least 1. Default: 200.</summary>
    public int Iterations { get; init; } = 200;

    /// <summary>The most evaluations of loss and gradient at each scale. Default: no bound.</summary>
    public int MaxEvaluations { get; init; } = int.MaxValue;

    /// <summary>What moves the image. Default: L-BFGS.</summary>
    public StyleSolver Solver { get; init; } = StyleSolver.Lbfgs;

    /// <summary>Adam's step in levels of 0–255. Default: 5.</summary>
    public float LearningRate { get; init; } = 5;

    /// <summary>How many steps L-BFGS remembers. Default: 20.</summary>
    public int History { get; init; } = 20;

    /// <summary>What the image starts from. Default: the photo.</summary>
    public StyleStart Start { get; init; } = StyleStart.Content;

    /// <summary>The image that it starts from, with <see cref="StyleStart.Image"/>; it is left as it is.</summary>
    public RgbImage? StartImage { get; init; }

    /// <summary>The seed of the noise. Default: 0.</summary>
    public int Seed { get; init; }

    /// <summary>Threads; 0 takes as many as there are processors. Default: 0.</summary>
    public int Threads { get; init; }

    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    internal void Check()
    {
        if (Size < 32 || ExactSize is { Width: < 32 } or { Height: < 32 }) throw new ArgumentException("Sides of 32 pixels or more are expected.");
        if (Scales is < 1 or > 8) throw new ArgumentException($"{Scales} scales were asked for; expected 1 to 8.");
        if (Iterations < 1 || MaxEvaluations < 1) throw new ArgumentException("One iteration and evaluation, or more, is expected.");
        if (!(LearningRate > 0) || History < 1) throw new ArgumentException("A learning rate above 0 and a history of 1 or more are expected.");
        if (Start == StyleStart.Image && StartImage is null) throw new ArgumentException("An image to start from is expected.");
        if (ContentLayers.Count + StyleLayers.Count == 0) throw new ArgumentException("A layer of content or style is expected.");
        if (ContentLayers.Concat(StyleLayers).Any(l => !(l.Weight >= 0)) || !(ContentWeight >= 0) || !(StyleWeight >= 0) || !(TotalVariationWeight >= 0))
            throw new ArgumentException("Weights of 0 or more are expected.");
    }
}
