using Microsoft.ML.OnnxRuntime;
using MlNetVision.Onnx;
using MlNetVision.Pipelines;
using MlNetVision.Training.Gradients;
using MlNetVision.Training.Losses;
using TrainingSession = MlNetVision.Training.Gradients.TrainingSession;

namespace MlNetVision.Training.Style;

/// <summary>The loss of a picture at one size, and its gradient by the picture: the network, all terms and their gradients in one graph.</summary>
internal sealed class StyleObjective : IDisposable
{
    private const string Total = "style_transfer.total";
    private const string Variation = "style_transfer.variation";

    private readonly FeatureNetwork _network;
    private readonly NeuralStyleOptions _options;
    private readonly TrainingSession _session;
    private readonly Dictionary<string, TrainingFeed> _feeds = [];

    /// <param name="network">A VGG-like network.</param>
    /// <param name="options">The layers and weights.</param>
    /// <param name="width">The width of the picture.</param>
    /// <param name="height">The height of the picture.</param>
    public StyleObjective(OnnxModel network, NeuralStyleOptions options, int width, int height)
    {
        _options = options;
        _network = new FeatureNetwork(network, options.ContentLayers.Concat(options.StyleLayers).Select(l => l.Name), width, height);
        var model = _network.Model;
        var terms = new List<(string, float)>();
        for (var i = 0; i < options.ContentLayers.Count; i++)
        {
            StyleLosses.AddContent(model, Tensor(options.ContentLayers[i]), ContentTarget(i), ContentTerm(i));
            terms.Add((ContentTerm(i), options.ContentWeight * options.ContentLayers[i].Weight));
        }
        for (var i = 0; i < options.StyleLayers.Count; i++)
        {
            StyleLosses.AddStyle(model, Tensor(options.StyleLayers[i]), StyleTarget(i), StyleTerm(i));
            terms.Add((StyleTerm(i), options.StyleWeight * options.StyleLayers[i].Weight));
        }
        StyleLosses.AddTotalVariation(model, _network.Input, _network.Layout, Variation);
        terms.Add((Variation, options.TotalVariationWeight));
        LossGraph.AddSum(model, terms, Total);
        var graph = TrainingGraph.Differentiate(model, Total, [], new TrainingGraphOptions { WithRespectTo = [_network.Input] });
        _session = new TrainingSession(graph, new TrainingSessionOptions { Threads = options.Threads, Outputs = [.. terms.Select(t => t.Item1)] });
    }

    /// <summary>The number of evaluations so far.</summary>
    public int Evaluations { get; private set; }

    /// <summary>The terms at the last evaluation.</summary>
    public StyleTerms Terms { get; private set; } = new(0, [], 0, 0);

    /// <summary>Makes the features of a photo the content to reach.</summary>
    /// <param name="network">The network.</param>
    /// <param name="photo">The photo as the network takes it, at this size.</param>
    /// <param name="width">The width of this size.</param>
    /// <param name="height">The height of this size.</param>
    public void SetContent(OnnxModel network, float[] photo, int width, int height)
    {
        var features = new FeatureNetwork(network, _options.ContentLayers.Select(l => l.Name), width, height);
        var values = Run(features, photo, [.. _options.ContentLayers.Select(l => features.Tensors[l.Name])]);
        for (var i = 0; i < values.Count; i++) _feeds[ContentTarget(i)] = TrainingFeed.Of<float>(values[i].Values, values[i].Shape);
    }

    /// <summary>Makes the Gram matrices of a painting the style to reach.</summary>
    /// <param name="network">The network.</param>
    /// <param name="painting">The painting as the network takes it, at a size of its own.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    public void SetStyle(OnnxModel network, float[] painting, int width, int height)
    {
        var features = new FeatureNetwork(network, _options.StyleLayers.Select(l => l.Name), width, height);
        for (var i = 0; i < _options.StyleLayers.Count; i++) StyleLosses.AddGram(features.Model, features.Tensors[_options.StyleLayers[i].Name], StyleTarget(i));
        var values = Run(features, painting, [.. _options.StyleLayers.Select((_, i) => StyleTarget(i))]);
        for (var i = 0; i < values.Count; i++) _feeds[StyleTarget(i)] = TrainingFeed.Of<float>(values[i].Values, values[i].Shape);
    }

    /// <summary>The total at a picture; writes its gradient.</summary>
    public double Evaluate(float[] picture, float[] gradient)
    {
        Evaluations++;
        _feeds[_network.Input] = TrainingFeed.Of<float>(picture, _network.Shape);
        var total = _session.Step(_feeds);
        _session.InputGradients[_network.Input].Values.CopyTo(gradient, 0);
        Terms = new StyleTerms(
            _options.ContentLayers.Select((_, i) => Term(ContentTerm(i))).Sum(), [.. _options.StyleLayers.Select((_, i) => Term(StyleTerm(i)))], Term(Variation), total);
        return total;
    }

    public void Dispose() => _session.Dispose();

    private double Term(string name) => _session.Outputs[name].Values[0];

    private string Tensor(WeightedLayer layer) => _network.Tensors[layer.Name];

    private static string ContentTarget(int i) => $"style_transfer.content{i}";

    private static string ContentTerm(int i) => $"style_transfer.content_loss{i}";

    private static string StyleTarget(int i) => $"style_transfer.style{i}";

    private static string StyleTerm(int i) => $"style_transfer.style_loss{i}";

    internal static List<(float[] Values, long[] Shape)> Run(FeatureNetwork network, float[] picture, IReadOnlyCollection<string> outputs)
    {
        RuntimeEnvironment.Ensure();
        using var session = new InferenceSession(network.Model.ToBytes());
        using var run = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(picture, network.Shape);
        using var values = session.Run(run, [network.Input], [input], outputs);
        return [.. values.Select(v => (v.GetTensorDataAsSpan<float>().ToArray(), v.GetTensorTypeAndShape().Shape))];
    }
}
