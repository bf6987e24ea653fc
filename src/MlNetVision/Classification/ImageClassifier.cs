using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Models;

namespace MlNetVision.Classification;

/// <summary>Classifies images with a network such as MobileNet or ResNet.</summary>
/// <example><code>
/// using var classifier = ImageClassifier.Load("flowers");
/// foreach (var found in classifier.Classify("garden.jpg").Predictions) Console.WriteLine($"{found.Label} {found.Score:P0}");
/// </code></example>
/// <inheritdoc/>
public sealed partial class ImageClassifier : VisionModel<ClassificationResult>
{
    private ImageClassifier(ClassificationNetwork network, ImageClassifierOptions options)
        : base(network, Engine(network, options.Threads), options) => Network = network;

    /// <summary>The class names, by class index.</summary>
    public IReadOnlyList<string> Labels => Network.Settings.Labels;

    /// <summary>Whether a softmax was appended to the network, because its graph has none or on request.</summary>
    public bool AddsSoftmax => Network.Settings.AddsSoftmax;

    internal ClassificationNetwork Network { get; }

    /// <summary>Opens a classifier.</summary>
    /// <param name="model">
    /// The name of a bundled or catalogue model; an <c>.onnx</c> or <c>.zip</c>, standalone or not; its bytes, a stream, or a network in
    /// memory.
    /// </param>
    /// <param name="options">How the model and the images are read, and what a result holds; null: as the model states.</param>
    /// <exception cref="BadModelException">There is no such model, or it is no classification network; the message names the file.</exception>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public static ImageClassifier Load(ModelSource model, ImageClassifierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new ImageClassifierOptions();
        return new ImageClassifier(ClassificationNetwork.Of(model.Open(options.CheckedOpening()), options), options);
    }

    /// <summary>Classifies an image.</summary>
    /// <param name="image">The image: a path, bytes, a stream, an image in memory, …; it is neither changed nor disposed.</param>
    /// <param name="cancellationToken">Stops the network between two layers.</param>
    /// <inheritdoc cref="VisionModel{TResult}.Run" path="/exception"/>
    public ClassificationResult Classify(ImageSource image, CancellationToken cancellationToken = default) => Run(image, cancellationToken);

    /// <summary>Classifies an image on the thread pool.</summary>
    /// <inheritdoc cref="Classify"/>
    public Task<ClassificationResult> ClassifyAsync(ImageSource image, CancellationToken cancellationToken = default) =>
        RunAsync(image, cancellationToken);

    /// <inheritdoc cref="VisionModel{TResult}.RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>
    public IAsyncEnumerable<Outcome<ClassificationResult>> ClassifyManyAsync(
        IEnumerable<string> images, Action<RgbImage, ClassificationResult>? then = null, CancellationToken cancellationToken = default) =>
        RunManyAsync(images, then, cancellationToken);

    /// <inheritdoc cref="VisionModel{TResult}.RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>
    public IAsyncEnumerable<Outcome<ClassificationResult>> ClassifyManyAsync(
        IEnumerable<ImageSource> images, Action<RgbImage, ClassificationResult>? then = null, CancellationToken cancellationToken = default) =>
        RunManyAsync(images, then, cancellationToken);

    /// <inheritdoc cref="VisionModel{TResult}.RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>
    public IAsyncEnumerable<Outcome<ClassificationResult>> ClassifyManyAsync(
        IAsyncEnumerable<ImageSource> images, Action<RgbImage, ClassificationResult>? then = null, CancellationToken cancellationToken = default) =>
        RunManyAsync(images, then, cancellationToken);

    private static SessionEngine<ClassificationResult> Engine(ClassificationNetwork network, int threads) =>
        new(network, network.Running, [ClassifierGraph.Scores], threads, (name, outputs, geometry) =>
        {
            var (scores, settings) = (outputs[0].Floats, network.Settings);
            return new ClassificationResult(name, geometry.ImageWidth, geometry.ImageHeight, TopScores.Of(scores, settings.Labels, settings.Top))
                { Scores = [.. scores] };
        });
}

/// <summary>How a classifier reads its model and its images, and what a result holds. Null: as the model states, else the default given.</summary>
/// <remarks>
/// Defaults of the base: <see cref="ResizeMode.Stretch"/>; <see cref="Resampler.Area"/>, antialiased as Pillow's and TensorFlow's; input
/// normalisation as the published family that the network belongs to (<see cref="FeaturizerPreset.Of"/>), else <c>tf</c> (−1…1) for N×H×W×3
/// and <c>imagenet</c> for N×3×H×W. Class names: numbers. ImageNet's 1,000 names also serve networks of 1,001 classes, whose first is the
/// background, and vice versa.
/// </remarks>
public sealed record ImageClassifierOptions : VisionOptions
{
    /// <summary>The name of the output that holds the scores. Null: the only one.</summary>
    public string? Output { get; init; }

    /// <summary>
    /// Whether the scores go through a softmax. Null: as saved, else unless the graph ends in a softmax, in logistic functions
    /// or in 8-bit numbers, which are probabilities already.
    /// </summary>
    public bool? Softmax { get; init; }

    /// <summary>How many classes a result names, at least 1. Null: as saved, else 5.</summary>
    public int? Top { get; init; }

    /// <inheritdoc/>
    internal override void Check()
    {
        base.Check();
        if (Top is < 1) throw new ArgumentException(FormattableString.Invariant($"The best {Top} classes were asked for: at least 1 was expected."));
    }
}
