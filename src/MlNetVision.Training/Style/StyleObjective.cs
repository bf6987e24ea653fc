using MlNetVision.Gradients;

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
        var graph = TrainingGraph.Differentiate(_network.Model, StyleTermGraph.Total, [], new TrainingGraphOptions { WithRespectTo = [_network.Input] });
        _session = new GradientSession(graph, new GradientSessionOptions { Threads = options.Threads, Outputs = _terms.Terms });
    }

    /// <summary>The number of evaluations so far.</summary>
    public int Evaluations { get; private set; }

    /// <summary>The terms at the last evaluation.</summary>
    public StyleTerms Terms { get; private set; } = new(0, [], 0, 0);

    /// <summary>Sets the target content: the features of a photo.</summary>
    /// <param name="photo">The packed photo.</param>
    /// <param name="width">The width of the image.</param>
    /// <param name="height">The height of the image.</param>
    /// <param name="cancellation">Stops the network between two layers.</param>
    public void SetContent(float[] photo, int width, int height, CancellationToken cancellation = default)
    {
        using var session = _terms.OpenContent(_features, width, height);
        session?.Run(photo, _feeds, cancellation);
    }

    /// <summary>Adds the Gram matrices of a painting to the target style, which is the sum over all paintings.</summary>
    /// <param name="painting">The packed painting, of any size.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="share">The weight of its matrices; the weights of all paintings add up to 1.</param>
    /// <param name="cancellation">Stops the network between two layers.</param>
    public void AddStyle(float[] painting, int width, int height, float share = 1, CancellationToken cancellation = default)
    {
        using var session = _terms.OpenStyle(_features, width, height);
        foreach (var (feed, made) in session?.Run(painting, cancellation) ?? [])
        {
            if (_styles.TryAdd(feed, new float[made.Values.Length])) _feeds[feed] = TrainingFeed.Of<float>(_styles[feed], [.. made.Shape]);
            Vectors.Add(_styles[feed], made.Values, share);
        }
    }

    /// <summary>The total loss of an image; writes its gradient.</summary>
    /// <exception cref="ArgumentException">The first total is not finite.</exception>
    /// <exception cref="OperationCanceledException">The token stopped it between two layers.</exception>
    public double Evaluate(float[] image, float[] gradient, CancellationToken cancellation = default)
    {
        _feeds[_network.Input] = TrainingFeed.Of<float>(image, _network.Shape);
        var total = _session.Step(_feeds, cancellation);
        Evaluations++;
        if (Evaluations == 1 && !float.IsFinite(total)) throw new ArgumentException("The loss exceeds the range of float: its weights are too large.");
        _session.InputGradients[_network.Input].Values.CopyTo(gradient, 0);
        Terms = _terms.Read(_session, total);
        return total;
    }

    public void Dispose() => _session.Dispose();
}
