using MlNetVision.Gradients.Building;
using MlNetVision.Gradients.Running;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Gradients;

/// <summary>
/// Runs a <see cref="TrainingGraph"/> on ONNX Runtime. Parameters are arrays that ONNX Runtime reads in place and that an optimiser changes
/// between steps; gradients are arrays that it writes in place. One step at a time. <see cref="Dispose"/> may be called from another thread during
/// a step, which then ends normally.
/// </summary>
public sealed class GradientSession : IDisposable
{
    private readonly TrainingGraph _graph;
    private readonly GradientSessionOptions _options;
    private readonly BoundGraph _bound;
    private readonly DropoutMasks _masks;
    private readonly float[] _loss = new float[1];
    private readonly BatchStatistics[] _statistics;
    private readonly Dictionary<string, TrainingOutput> _outputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TrainingOutput> _inputGradients = new(StringComparer.Ordinal);

    /// <summary>Opens the graph; parameters and running statistics start with the network's initializers.</summary>
    /// <param name="graph">The graph; it is not changed.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="BadModelException">ONNX Runtime does not take the graph.</exception>
    /// <exception cref="BadDeviceException">No device that was asked for works.</exception>
    /// <exception cref="ArgumentException">A setting is out of its range, or names an output that is not there.</exception>
    /// <exception cref="InvalidOperationException">The app lacks the native part of ONNX Runtime.</exception>
    public GradientSession(TrainingGraph graph, GradientSessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        (_graph, _options) = (graph, options ?? new());
        _options.Validate(graph);
        var initializers = new FloatInitializers(graph.Forward);
        Parameters = [.. graph.Parameters.Select(p => initializers.Tensor(p, trained: true))];
        _statistics = [.. graph.Statistics.Select(s => new BatchStatistics(s, initializers))];
        State = [.. _statistics.SelectMany(s => s.Running).DistinctBy(t => t.Name)];
        _masks = new DropoutMasks(graph, _options.Seed);
        _bound = new BoundGraph(graph.Model, _options.Threads, typeof(GradientSession), _options.Device);
        try
        {
            Bind();
        }
        catch
        {
            _bound.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The trained tensors in the order of <see cref="TrainingGraph.Parameters"/>; after a step their gradients are those of its batch.
    /// </summary>
    public IReadOnlyList<TrainableTensor> Parameters { get; }

    /// <summary>The running means and variances, which each step updates; without gradients. A checkpoint holds them beside the parameters.</summary>
    public IReadOnlyList<TrainableTensor> State { get; }

    /// <summary>The device that runs the graph. Parameters and gradients stay in the processor's memory, where optimisers work.</summary>
    public Device Device => _bound.Device;

    /// <summary>Where <see cref="Device"/> is not the first of those asked for: why not, in a sentence for the user; else null.</summary>
    public string? DeviceNote => _bound.DeviceNote;

    /// <summary>The number of the next step, from 0; Dropout masks depend on it. A resumed run sets it.</summary>
    public long NextStep { get; set; }

    /// <summary>After a step: the outputs of <see cref="GradientSessionOptions.Outputs"/>, by name.</summary>
    public IReadOnlyDictionary<string, TrainingOutput> Outputs => _outputs;

    /// <summary>After a step: the gradients by the inputs of <see cref="TrainingGraphOptions.WithRespectTo"/>, by the input's name.</summary>
    public IReadOnlyDictionary<string, TrainingOutput> InputGradients => _inputGradients;

    /// <summary>Runs the network and its gradients on one batch, and updates the running statistics. Parameters do not change.</summary>
    /// <param name="feeds">The inputs of <see cref="TrainingGraph.Inputs"/> by name.</param>
    /// <param name="cancellationToken">
    /// Stops the step between two layers: running statistics and <see cref="NextStep"/> stay as they were, gradients are undefined.
    /// </param>
    /// <returns>The loss.</returns>
    /// <exception cref="ArgumentException">An input is missing, unknown, or not of the shape that the network takes.</exception>
    /// <exception cref="BadModelException">ONNX Runtime fails on the graph.</exception>
    /// <exception cref="OperationCanceledException">The token stopped the step.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public float Step(IReadOnlyDictionary<string, TrainingFeed> feeds, CancellationToken cancellationToken = default)
    {
        FeedCheck.Check(_graph, feeds);
        var fetched = _bound.Run([.. feeds.Select(f => (f.Key, f.Value)), .. _masks.Draw(feeds, NextStep)], cancellationToken);
        foreach (var name in _options.Outputs) _outputs[name] = fetched[name];
        foreach (var gradient in _graph.Gradients.Skip(Parameters.Count)) _inputGradients[gradient.Tensor] = fetched[gradient.Output];
        foreach (var s in _statistics) s.Update();
        NextStep++;
        return _loss[0];
    }

    /// <summary>
    /// The network with the trained values and running statistics as initializers, in inference form: without the loss and the inputs that only
    /// the loss takes. This session stays usable.
    /// </summary>
    /// <param name="foldBatchNormalization">Whether a BatchNormalization behind a convolution or Gemm is multiplied into its weights. Default
    /// true.</param>
    public OnnxModel Export(bool foldBatchNormalization = true) =>
        TrainedNetwork.Export(_graph, [.. Parameters, .. State], foldBatchNormalization);

    /// <summary>
    /// Frees ONNX Runtime's session, at once or when the current step ends. The arrays stay usable, and <see cref="Export"/> works.
    /// </summary>
    public void Dispose() => _bound.Dispose();

    private void Bind()
    {
        foreach (var (parameter, gradient) in Parameters.Zip(_graph.Gradients))
        {
            _bound.Input(parameter.Name, parameter.Values, parameter.Shape);
            _bound.Output(gradient.Output, parameter.Gradient, parameter.Shape);
        }
        var loss = _graph.Model.Outputs.First(o => o.Name == _graph.Loss);
        _bound.Output(_graph.Loss, _loss, [.. loss.Shape.Select(_ => 1L)]);
        foreach (var s in _statistics) s.Bind(_bound);
        foreach (var name in _options.Outputs.Concat(_graph.Gradients.Skip(Parameters.Count).Select(g => g.Output)).Distinct()) _bound.Fetch(name);
    }
}

/// <summary>Settings of a <see cref="GradientSession"/>.</summary>
public sealed record GradientSessionOptions
{
    /// <summary>
    /// The device that runs the graph, and those to take in its place: <c>Device = "cuda,cpu"</c>. Null, the default: <c>cpu</c>. Devices round
    /// differently, so the same seed gives the same bits on the same device alone.
    /// </summary>
    public DeviceList? Device { get; init; }

    /// <summary>Threads for one operator; 0, the default, takes one for each physical core.</summary>
    public int Threads { get; init; }

    /// <summary>The seed of the Dropout masks. Default 0. One seed gives the same masks at the same step.</summary>
    public long Seed { get; init; }

    /// <summary>The outputs of the network, all float, that <see cref="GradientSession.Outputs"/> holds after each step. Default none.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    internal void Validate(TrainingGraph graph)
    {
        if (Threads < 0) throw new ArgumentException($"The number of threads is {Threads}, expected 0 or more.");
        var there = graph.Model.Graph.Output.Select(o => o.Name).ToArray();
        if (Outputs.FirstOrDefault(o => !there.Contains(o)) is { } missing)
            throw new ArgumentException(
                $"{graph.Model.Name}: '{missing}' is not an output of the training graph. Outputs: {string.Join(", ", there)}.");
    }
}

/// <summary>The value of a network's output, or of an input's gradient, after a step.</summary>
/// <param name="Shape">The dimensions, outermost first.</param>
/// <param name="Values">The values, the last axis running fastest. A new array at each step.</param>
public readonly record struct TrainingOutput(IReadOnlyList<long> Shape, float[] Values);
