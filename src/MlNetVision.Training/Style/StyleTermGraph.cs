using MlNetVision.Gradients;
using MlNetVision.Gradients.Losses;
using MlNetVision.Imaging;
using MlNetVision.Onnx;

namespace MlNetVision.Training.Style;

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
        return new FeatureSession(features, [.. options.ContentLayers.Select((l, i) => (features.Tensors[l.Name], ContentTarget(i)))], options.Threads);
    }

    /// <summary>The session that computes the style targets of a painting, or null where there are no style terms; the caller disposes it.</summary>
    public FeatureSession? OpenStyle(FeatureModel model, int width, int height)
    {
        if (options.StyleLayers.Count == 0) return null;
        var features = new StyleFeatureNetwork(model, Names(options.StyleLayers), width, height);
        foreach (var (layer, i) in options.StyleLayers.Select((l, i) => (l, i))) StyleLosses.AddGram(features.Model, features.Tensors[layer.Name], StyleTarget(i));
        return new FeatureSession(features, [.. options.StyleLayers.Select((_, i) => (StyleTarget(i), StyleTarget(i)))], options.Threads);
    }

    /// <summary>The terms of a step, as <see cref="StyleLosses"/> defines them.</summary>
    public StyleTerms Read(GradientSession session, double total) =>
        Read([.. Terms.Select(t => (double)session.Outputs[t].Values[0])], total) with { Weighted = ReadWeighted(session, total) };

    /// <summary>The same, each by its weight, so that they add up to the total.</summary>
    public StyleTerms ReadWeighted(GradientSession session, double total) => Read([.. Terms.Zip(_weights, (t, w) => (double)w * session.Outputs[t].Values[0])], total);

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
