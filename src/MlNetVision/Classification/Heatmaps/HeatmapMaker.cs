using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Classification;

/// <summary>
/// Makes heat maps of a classifier: its network slides over the image and scores the classes at each position
/// (see <see cref="SlidingNetwork"/>). Thread-safe. It owns an ONNX Runtime session, but not the classifier; dispose it
/// at any time: running calls end normally.
/// </summary>
/// <example><code>
/// using var classifier = ImageClassifier.Load("flowers");
/// using var heatmaps = new HeatmapMaker(classifier);
/// using var image = RgbImage.Load("garden.jpg");
/// using var drawn = HeatmapPainter.Draw(image, heatmaps.Make(image));
/// drawn.Save("garden.heatmap.png");
/// </code></example>
public sealed class HeatmapMaker : IDisposable
{
    private readonly ImageClassifier _classifier;
    private readonly SlidingNetwork _sliding;
    private readonly NetworkInput _input;
    private readonly NetworkSession _session;
    private readonly UseCount _uses;
    private readonly PixelNormalization _normalization;
    private readonly int _shortSide;
    private readonly bool _evidence;

    /// <summary>Turns a classifier's network into a sliding one.</summary>
    /// <param name="classifier">The classifier; it classifies the whole image, and is not disposed.</param>
    /// <param name="options">Size and pooling; null: the defaults.</param>
    /// <exception cref="BadModelException">A layer of the network cannot be applied at each position; the message names it.</exception>
    /// <exception cref="BadDeviceException">No device that the classifier was opened for works.</exception>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public HeatmapMaker(ImageClassifier classifier, HeatmapOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        options ??= new HeatmapOptions();
        options.Check();
        var network = classifier.Network;
        _classifier = classifier;
        _evidence = options.Pooling == SlidingPooling.None;
        _sliding = SlidingNetwork.Of(network.Running.Cut(ClassifierGraph.Scores), options.Pooling, softmax: !_evidence);
        _input = NetworkInput.Of(_sliding.Model, orGrey: true);
        _normalization = PixelNormalization.Parse(network.Settings.Preprocess);
        _shortSide = options.ShortSide ?? Math.Min(_sliding.WindowHeight, _sliding.WindowWidth) * 3 / 2;
        _session = new NetworkSession(_sliding.Model, _input, [_sliding.Model.Outputs[0].Name], Environment.ProcessorCount, network.Device);
        _uses = new UseCount(typeof(HeatmapMaker), _session.Dispose);
    }

    /// <summary>The map of a class for an image.</summary>
    /// <param name="image">The image: a path, bytes, a stream, an image in memory, …; it is neither changed nor disposed.</param>
    /// <param name="label">The class, in any case; null: the most likely one.</param>
    /// <param name="cancellationToken">Stops the network between two layers.</param>
    /// <exception cref="BadImageException">The image cannot be read; the message names it.</exception>
    /// <exception cref="ArgumentException">There is no such class; the message lists near ones.</exception>
    /// <exception cref="OperationCanceledException">The token stopped it.</exception>
    public ClassHeatmap Make(ImageSource image, string? label = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var use = _uses.Enter();
        int? asked = label is null ? null : IndexOf(label);
        using var opened = image.Open(limits: null, srgb: false);
        var result = _classifier.Classify(ImageSource.FromImage(opened.Image, image.Name), cancellationToken);
        return Look(opened.Image, result, asked ?? result.Predictions[0].Index, cancellationToken);
    }

    /// <summary>The map of a class for an image that was classified before.</summary>
    /// <param name="image">The image: a path, bytes, a stream, an image in memory, …; it is neither changed nor disposed.</param>
    /// <param name="result">The classifier's result for it.</param>
    /// <param name="label">The class, in any case; null: the most likely.</param>
    /// <param name="cancellationToken">Stops the network between two layers.</param>
    /// <inheritdoc cref="Make(ImageSource, string?, CancellationToken)" path="/exception"/>
    public ClassHeatmap Make(ImageSource image, ClassificationResult result, string? label = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(result);
        using var use = _uses.Enter();
        using var opened = image.Open(limits: null, srgb: false);
        return Look(opened.Image, result, label is null ? result.Predictions[0].Index : IndexOf(label), cancellationToken);
    }

    /// <summary>The index of a class.</summary>
    /// <param name="label">Its label, in any case.</param>
    /// <exception cref="ArgumentException">There is no such class; the message lists near ones.</exception>
    public int IndexOf(string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        var labels = _classifier.Labels;
        for (var i = 0; i < labels.Count; i++)
            if (string.Equals(labels[i], label, StringComparison.OrdinalIgnoreCase)) return i;
        throw new ArgumentException($"There is no class '{label}'. {NearNames.Describe(label, labels)}", nameof(label));
    }

    /// <summary>Frees the ONNX Runtime session when the last running call ends; later calls throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _uses.Dispose();

    private ClassHeatmap Look(RgbImage image, ClassificationResult result, int index, CancellationToken cancellationToken)
    {
        var resize = Size(image);
        using var run = _session.Open(resize.Width, resize.Height);
        var output = run.Run(_normalization, image, resize, out var geometry, cancellationToken)[0];
        var (rows, columns) = ((int)output.Shape[2], (int)output.Shape[3]);
        return new ClassHeatmap(result.Image, image.Width, image.Height, new ClassScore(index, _classifier.Labels[index], result.Scores[index]),
            Map(output.Floats, index, rows * columns), columns,
            new(_sliding.X.Stride / geometry.ScaleX, geometry.ToImageX(_sliding.X.First)),
            new(_sliding.Y.Stride / geometry.ScaleY, geometry.ToImageY(_sliding.Y.First)));
    }

    /// <summary>
    /// The scores of a class. Softmax is invariant to a constant added to all scores of a position, so the evidence for a class is
    /// its excess over the mean.
    /// </summary>
    private float[] Map(ReadOnlySpan<float> scores, int index, int positions)
    {
        var map = scores.Slice(index * positions, positions).ToArray();
        for (var i = 0; _evidence && i < positions; i++)
        {
            var sum = 0f;
            for (var at = i; at < scores.Length; at += positions) sum += scores[at];
            map[i] = Math.Max(0, map[i] - (sum * positions / scores.Length));
        }
        return map;
    }

    /// <summary>The input size: the image's aspect ratio in whole strides, no side shorter than the network's window.</summary>
    private ResizeOptions Size(RgbImage image)
    {
        var scale = Math.Min(
            (double)_shortSide / Math.Min(image.Width, image.Height), (double)HeatmapOptions.LongestSide / Math.Max(image.Width, image.Height));
        return new ResizeOptions
        {
            Width = Length(image.Width * scale, _sliding.WindowWidth, _sliding.X.Stride),
            Height = Length(image.Height * scale, _sliding.WindowHeight, _sliding.Y.Stride),
            Mode = ResizeMode.Stretch,
            Resampler = Resampler.Area,
        };
    }

    private static int Length(double wanted, int window, float stride) =>
        window + (int)(Math.Max(0, Math.Round((wanted - window) / stride)) * stride);
}

/// <summary>How heat maps are computed.</summary>
public sealed record HeatmapOptions
{
    /// <summary>The limit of the longer side in pixels: 2,048.</summary>
    public const int LongestSide = 2048;

    /// <summary>
    /// The values of the map. <see cref="SlidingPooling.None"/>, the default: the evidence of each position for the class, before the
    /// softmax and less the mean over all classes, 0 where that is negative (class activation maps). <see cref="SlidingPooling.Window"/>:
    /// the probability of the class in a window of the network's size around the position, which is coarser.
    /// </summary>
    public SlidingPooling Pooling { get; init; } = SlidingPooling.None;

    /// <summary>
    /// The length that the image's shorter side is resized to, in pixels, 1 to <see cref="LongestSide"/>; at
    /// least the network's own size. Larger values give finer maps. Null: 1.5 times the network's size.
    /// </summary>
    public int? ShortSide { get; init; }

    internal void Check()
    {
        if (ShortSide is < 1 or > LongestSide)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"A shorter side of {ShortSide} was asked for: 1 to {LongestSide} pixels were expected."));
        }
    }
}
