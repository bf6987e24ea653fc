using MlNetVision.Gradients;
using MlNetVision.Gradients.Losses;
using MlNetVision.Imaging;
using MlNetVision.Onnx;

namespace MlNetVision.Training.Style;

/// <summary>The loss of an image at one size, and its gradient by the image: the network, all terms and their gradients in one graph.</summary>
internal sealed class StyleObjective : IDisposable
{
    private readonly FeatureModel _features;
    private readonly StyleFeatureNetwork _network;
    private readonly StyleTermGraph _terms;
    private readonly GradientSession _session;
    private readonly Dictionary<string, TrainingFeed> _feeds = [];
    private readonly Dictionary<string, float[]> _styles = new(StringComparer.Ordinal);

    /// <param name="features">A VGG-like network.</param>
    /// <param name="options">The layers and weights.</param>
    /// <param name="width">The width of the image.</param>
    /// <param name="height">The height of the image.</param>
    public StyleObjective(FeatureModel features, NeuralStyleOptions options, int width, int height)
    {
        (_features, _terms) = (features, new StyleTermGraph(options));
        _network = new StyleFeatureNetwork(features, _terms.Layers, width, height);
        _terms.Append(_network.Model, _network.Tensors, _network.Input, _network.Layout);
        var graph = TrainingGraph.Differentiate(_network.Model, StyleTermGraph.Total, [],
            new TrainingGraphOptions { WithRespectTo = [_network.Input] });
        _session = new GradientSession(
            graph, new GradientSessionOptions { Device = options.Device, Threads = options.Threads, Outputs = _terms.Terms });
    }

    /// <summary>Why another device than the first that was asked for runs it, in a sentence; null: it is the first.</summary>
    public string? DeviceNote => _session.DeviceNote;

    /// <summary>The number of evaluations so far.</summary>
    public int Evaluations { get; private set; }

    /// <summary>The terms at the last evaluation.</summary>
    public StyleTerms Terms { get; private set; } = new(0, [], 0, 0);

    /// <summary>Sets the target content: the features of a photo.</summary>
    /// <param name="photo">The packed photo.</param>
    /// <param name="width">The width of the image.</param>
    /// <param name="height">The height of the image.</param>
    /// <param name="cancellationToken">Stops the network between two layers.</param>
    public void SetContent(float[] photo, int width, int height, CancellationToken cancellationToken = default)
    {
        using var session = _terms.OpenContent(_features, width, height);
        session?.Run(photo, _feeds, cancellationToken);
    }

    /// <summary>Adds the Gram matrices of a painting to the target style, which is the sum over all paintings.</summary>
    /// <param name="painting">The packed painting, of any size.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="share">The weight of its matrices; the weights of all paintings add up to 1.</param>
    /// <param name="cancellationToken">Stops the network between two layers.</param>
    public void AddStyle(float[] painting, int width, int height, float share = 1, CancellationToken cancellationToken = default)
    {
        using var session = _terms.OpenStyle(_features, width, height);
        foreach (var (feed, made) in session?.Run(painting, cancellationToken) ?? [])
        {
            if (_styles.TryAdd(feed, new float[made.Values.Length])) _feeds[feed] = TrainingFeed.Of<float>(_styles[feed], [.. made.Shape]);
            Vectors.Add(_styles[feed], made.Values, share);
        }
    }

    /// <summary>The total loss of an image; writes its gradient.</summary>
    /// <exception cref="ArgumentException">The first total is not finite.</exception>
    /// <exception cref="OperationCanceledException">The token stopped it between two layers.</exception>
    public double Evaluate(float[] image, float[] gradient, CancellationToken cancellationToken = default)
    {
        _feeds[_network.Input] = TrainingFeed.Of<float>(image, _network.Shape);
        var total = _session.Step(_feeds, cancellationToken);
        Evaluations++;
        if (Evaluations == 1 && !float.IsFinite(total))
            throw new ArgumentException("The loss exceeds the range of float: its weights are too large.");
        _session.InputGradients[_network.Input].Values.CopyTo(gradient, 0);
        Terms = _terms.Read(_session, total);
        return total;
    }

    public void Dispose() => _session.Dispose();
}

/// <summary>Appends all losses of style transfer to a feature network, and opens the sessions that compute their targets.</summary>
/// <param name="options">The layers and weights.</param>
/// <param name="means">
/// Whether weights are factors of means: of (F − P)² over the features, of (G − A)² / (C · M)² over the Gram matrix, and of squared differences
/// over the image. Gatys' sums grow with the image, and those of deep layers dominate.
/// </param>
internal sealed class StyleTermGraph(NeuralStyleOptions options, bool means = false)
{
    public const string Total = "style_transfer.total";
    private const string Variation = "style_transfer.variation";

    private readonly List<float> _weights = [];

    /// <summary>The outputs of all terms.</summary>
    public IReadOnlyList<string> Terms { get; } =
        [.. options.ContentLayers.Select((_, i) => ContentTerm(i)), .. options.StyleLayers.Select((_, i) => StyleTerm(i)), Variation];

    /// <summary>The layers of all terms.</summary>
    public IEnumerable<string> Layers => Names(options.ContentLayers.Concat(options.StyleLayers));

    /// <summary>Appends all terms, and their weighted sum.</summary>
    /// <param name="model">The graph; it is changed.</param>
    /// <param name="tensors">The tensor of each layer.</param>
    /// <param name="image">The tensor that is the image.</param>
    /// <param name="layout">The order of its axes.</param>
    public void Append(OnnxModel model, IReadOnlyDictionary<string, string> tensors, string image, PixelLayout layout)
    {
        _weights.Clear();
        foreach (var (layer, i) in options.ContentLayers.Select((l, i) => (l, i)))
        {
            StyleLosses.AddContent(model, tensors[layer.Name], ContentTarget(i), ContentTerm(i));
            _weights.Add(options.ContentWeight * layer.Weight * (means ? 2f / Elements(tensors[layer.Name]) : 1));
        }
        foreach (var (layer, i) in options.StyleLayers.Select((l, i) => (l, i)))
        {
            StyleLosses.AddStyle(model, tensors[layer.Name], StyleTarget(i), StyleTerm(i));
            _weights.Add(options.StyleWeight * layer.Weight * (means ? 4f / Elements(StyleTarget(i)) : 1));
        }
        StyleLosses.AddTotalVariation(model, image, layout, Variation);
        _weights.Add(options.TotalVariationWeight * (means ? 1f / Elements(image) : 1));
        LossGraph.AddSum(model, [.. Terms.Zip(_weights)], Total);

        long Elements(string tensor)
        {
            var shapes = new LossWriter(model, "shapes");
            return shapes.ShapeOf(shapes.Tensor(tensor)).Aggregate((a, b) => a * b);
        }
    }

    /// <summary>The session that computes the content targets of photos, or null where there are no content terms; the caller disposes it.</summary>
    public FeatureSession? OpenContent(FeatureModel model, int width, int height)
    {
        if (options.ContentLayers.Count == 0) return null;
        var features = new StyleFeatureNetwork(model, Names(options.ContentLayers), width, height);
        return new FeatureSession(features, [.. options.ContentLayers.Select((l, i) => (features.Tensors[l.Name], ContentTarget(i)))],
            options);
    }

    /// <summary>The session that computes the style targets of a painting, or null where there are no style terms; the caller disposes it.</summary>
    public FeatureSession? OpenStyle(FeatureModel model, int width, int height)
    {
        if (options.StyleLayers.Count == 0) return null;
        var features = new StyleFeatureNetwork(model, Names(options.StyleLayers), width, height);
        foreach (var (layer, i) in options.StyleLayers.Select((l, i) => (l, i))) StyleLosses.AddGram(features.Model, features.Tensors[layer.Name],
            StyleTarget(i));
        return new FeatureSession(features, [.. options.StyleLayers.Select((_, i) => (StyleTarget(i), StyleTarget(i)))], options);
    }

    /// <summary>The terms of a step, as <see cref="StyleLosses"/> defines them.</summary>
    public StyleTerms Read(GradientSession session, double total) =>
        Read([.. Terms.Select(t => (double)session.Outputs[t].Values[0])], total) with { Weighted = ReadWeighted(session, total) };

    /// <summary>The same, each by its weight, so that they add up to the total.</summary>
    public StyleTerms ReadWeighted(GradientSession session, double total) =>
        Read([.. Terms.Zip(_weights, (t, w) => (double)w * session.Outputs[t].Values[0])], total);

    private StyleTerms Read(double[] values, double total)
    {
        var contents = options.ContentLayers.Count;
        return new StyleTerms(values[..contents].Sum(), values[contents..^1], values[^1], total);
    }

    private static IEnumerable<string> Names(IEnumerable<WeightedLayer> layers) => layers.Select(l => l.Name);

    private static string ContentTarget(int i) => $"style_transfer.content{i}";

    private static string ContentTerm(int i) => $"style_transfer.content_loss{i}";

    private static string StyleTarget(int i) => $"style_transfer.style{i}";

    private static string StyleTerm(int i) => $"style_transfer.style_loss{i}";
}
