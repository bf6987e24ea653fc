using MlNetVision.Gradients;
using MlNetVision.Gradients.Running;

namespace MlNetVision.Training.Style;

/// <summary>Runs a feature network on images of one size, and gives its outputs as feeds of a training graph.</summary>
internal sealed class FeatureSession : IDisposable
{
    private readonly StyleFeatureNetwork _network;
    private readonly IReadOnlyList<(string Tensor, string Feed)> _outputs;
    private readonly BoundGraph _bound;

    /// <param name="network">The network.</param>
    /// <param name="outputs">Its outputs, and the inputs to which they are fed.</param>
    /// <param name="threads">Threads; 0: as many as there are cores.</param>
    public FeatureSession(StyleFeatureNetwork network, IReadOnlyList<(string Tensor, string Feed)> outputs, int threads)
    {
        (_network, _outputs, _bound) = (network, outputs, new BoundGraph(network.Model, threads, typeof(FeatureSession)));
        foreach (var tensor in outputs.Select(o => o.Tensor).Distinct()) _bound.Fetch(tensor);
    }

    /// <summary>Runs the network on a packed image.</summary>
    public IEnumerable<(string Feed, TrainingOutput Made)> Run(float[] image, CancellationToken cancellation)
    {
        var made = _bound.Run([(_network.Input, TrainingFeed.Of<float>(image, _network.Shape))], cancellation);
        return _outputs.Select(o => (o.Feed, made[o.Tensor]));
    }

    /// <summary>Runs the network on a packed image and keeps the outputs as feeds.</summary>
    public void Run(float[] image, Dictionary<string, TrainingFeed> feeds, CancellationToken cancellation)
    {
        foreach (var (feed, made) in Run(image, cancellation)) feeds[feed] = TrainingFeed.Of<float>(made.Values, [.. made.Shape]);
    }

    public void Dispose() => _bound.Dispose();
}
