using MlNetVision.Imaging;

namespace MlNetVision.Classification;

/// <summary>How a classifier reads its model and its images, and what it answers. What is null is as the model says, or else the default given.</summary>
public sealed record ImageClassifierOptions
{
    /// <summary>How an image is brought to the network's size. Null: as the model says, else <see cref="ResizeMode.Stretch"/>.</summary>
    public ResizeMode? Resize { get; init; }

    /// <summary>The resampler. Null: as saved, else <see cref="Imaging.Resampler.Area"/>, antialiased as Pillow's and TensorFlow's.</summary>
    public Resampler? Resampler { get; init; }

    /// <summary>The colour beside a letterboxed image. Null: as saved, else grey (127).</summary>
    public RgbColor? PadColor { get; init; }

    /// <summary>
    /// The name of the pre-processing (see <see cref="PixelNormalization.Parse"/>). Null: as the model says; else as the published family does
    /// that the network is known to be of (see <see cref="FeaturizerPreset.Of"/>); else by the conventions <c>tf</c> (−1…1) for N×H×W×3, as TensorFlow's networks, and <c>imagenet</c> for N×3×H×W, as torchvision's.
    /// Integer inputs take raw values.
    /// </summary>
    public string? Preprocess { get; init; }

    /// <summary>
    /// A file with the class names, one a line. Null: those in the model, else numbers. ImageNet's 1,000 names serve networks of 1,001 classes
    /// too, whose first is the background, and the other way round.
    /// </summary>
    public string? LabelsFile { get; init; }

    /// <summary>The name of the output that holds the scores. Null: the only one.</summary>
    public string? Output { get; init; }

    /// <summary>
    /// Whether the scores go through a softmax. Null: as saved, else where the graph does not end in one, nor in logistic functions,
    /// nor in 8-bit numbers, which are probabilities already.
    /// </summary>
    public bool? Softmax { get; init; }

    /// <summary>How many classes an answer names, at least 1. Null: as saved, else 5.</summary>
    public int? Top { get; init; }

    /// <summary>What an image file may ask for; it is not saved. Null: the defaults of <see cref="ImageLimits"/>.</summary>
    public ImageLimits? Limits { get; init; }

    /// <summary>How many threads work, at least 1. 0 takes as many as there are processors. Default: 0.</summary>
    public int Threads { get; init; }
}
