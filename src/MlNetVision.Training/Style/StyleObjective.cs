using MlNetVision.Onnx;
using MlNetVision.Training.Gradients;

namespace MlNetVision.Training.Style;

/// <summary>The loss of a picture at one size, and its gradient by the picture: the network, all terms and their gradients in one graph.</summary>
internal sealed class StyleObjective : IDisposable
{
    private readonly FeatureNetwork _network;
    private readonly StyleTermGraph _terms;
    private readonly TrainingSession _session;
    private readonly Dictionary<string, TrainingFeed> _feeds = [];

    /// <param name="network">A VGG-like network.</param>
    /// <param name="options">The layers and weights.</param>
    /// <param name="width">The width of the picture.</param>
    /// <param name="height">The height of the picture.</param>
    public StyleObjective(OnnxModel network, NeuralStyleOptions options, int width, int height)
    {
        _terms = new StyleTermGraph(options);
        _network = new FeatureNetwork(network, _terms.Layers, width, height);
        _terms.Append(_network.Model, _network.Tensors, _network.Input, _network.Layout);
        var graph = TrainingGraph.Differentiate(_network.Model, StyleTermGraph.Total, [], new TrainingGraphOptions { WithRespectTo = [_network.Input] });
        _session = new TrainingSession(graph, new TrainingSessionOptions { Threads = options.Threads, Outputs = _terms.Terms });
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
        using var session = _terms.OpenContent(network, width, height);
        session?.Run(photo, _feeds);
    }

    /// <summary>Makes the Gram matrices of a painting the style to reach.</summary>
    /// <param name="network">The network.</param>
    /// <param name="painting">The painting as the network takes it, at a size of its own.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    public void SetStyle(OnnxModel network, float[] painting, int width, int height)
    {
        using var session = _terms.OpenStyle(network, width, height);
        session?.Run(painting, _feeds);
    }

    /// <summary>The total at a picture; writes its gradient.</summary>
    public double Evaluate(float[] picture, float[] gradient)
    {
        Evaluations++;
        _feeds[_network.Input] = TrainingFeed.Of<float>(picture, _network.Shape);
        var total = _session.Step(_feeds);
        _session.InputGradients[_network.Input].Values.CopyTo(gradient, 0);
        Terms = _terms.Read(_session, total);
        return total;
    }

    public void Dispose() => _session.Dispose();
}
