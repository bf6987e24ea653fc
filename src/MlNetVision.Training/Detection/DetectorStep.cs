using MlNetVision.Gradients;
using MlNetVision.Gradients.Losses;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Import.Darknet;

namespace MlNetVision.Training.Detection;

/// <summary>
/// One step of a detector's training: a batch in, losses and gradients out. Each size of input has a graph of its own, which is opened when its turn
/// comes; the values go along. The caller disposes it.
/// </summary>
internal sealed class DetectorStep : IDisposable
{
    private readonly DarknetTrainingNetwork _network;
    private readonly DetectorTrainingOptions _options;
    private readonly IReadOnlyList<string> _trained;
    private DarknetTrainingNetwork _sized;
    private (GradientSession Session, YoloLoss Loss) _open;

    /// <param name="network">The network; it is not changed.</param>
    /// <param name="trained">The names of the trained tensors.</param>
    /// <param name="options">The settings.</param>
    public DetectorStep(DarknetTrainingNetwork network, IReadOnlyList<string> trained, DetectorTrainingOptions options)
    {
        (_network, _sized, _trained, _options) = (network, network, trained, options);
        _open = Open(network);
    }

    /// <summary>Why another device than the first that was asked for trains, in a sentence; null: it is the first.</summary>
    public string? DeviceNote => _open.Session.DeviceNote;

    /// <summary>The trained tensors, until the next <see cref="Run"/>.</summary>
    public IReadOnlyList<TrainableTensor> Parameters => _open.Session.Parameters;

    /// <summary>The trained tensors and the running statistics, until the next <see cref="Run"/>.</summary>
    public IReadOnlyList<TrainableTensor> Tensors => [.. _open.Session.Parameters, .. _open.Session.State];

    /// <summary>Runs a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="prior">Whether predictions are pulled towards their anchors.</param>
    /// <param name="cancellationToken">Stops the step between two layers.</param>
    public DetectorTerms Run(DetectorBatch batch, bool prior, CancellationToken cancellationToken)
    {
        Resize(batch.Width, batch.Height);
        var feeds = new Dictionary<string, TrainingFeed>(_open.Loss.Feeds(batch.Objects, prior), StringComparer.Ordinal)
        {
            [_sized.Model.Inputs[0].Name] = TrainingFeed.Of<float>(batch.Pixels, batch.Objects.Count, 3, batch.Height, batch.Width),
        };
        var total = _open.Session.Step(feeds, cancellationToken);
        float Term(string name) => _open.Session.Outputs[name].Values[0];
        var loss = _open.Loss;
        return new DetectorTerms(total, Term(loss.Box), Term(loss.Objectness), Term(loss.NoObject), Term(loss.Class), Term(loss.Prior));
    }

    /// <summary>The network in training form with given values of <see cref="Tensors"/>.</summary>
    public OnnxModel Export(IReadOnlyList<float[]> values) =>
        InitializerValues.In(_network.Model, Tensors.Zip(values, (t, v) => (t.Name, v)));

    public void Dispose() => _open.Session.Dispose();

    private void Resize(int width, int height)
    {
        var shape = _sized.Model.Inputs[0].Shape;
        if ((shape[2], shape[3]) == (height, width)) return;
        var sized = _network.WithSize(height, width);
        var open = Open(sized);
        foreach (var (from, to) in Tensors.Zip([.. open.Session.Parameters, .. open.Session.State])) from.Values.CopyTo(to.Values, 0);
        open.Session.NextStep = _open.Session.NextStep;
        _open.Session.Dispose();
        (_sized, _open) = (sized, open);
    }

    private (GradientSession Session, YoloLoss Loss) Open(DarknetTrainingNetwork network)
    {
        var model = network.Model.Clone();
        var loss = YoloLoss.Add(model, DetectorHeads.Of(network));
        var graph = TrainingGraph.Differentiate(model, loss.Total, _trained, new TrainingGraphOptions { KeepOutputs = true });
        return (new GradientSession(graph, new GradientSessionOptions
        {
            Device = _options.Device, Threads = _options.Threads, Seed = _options.Seed, Outputs = loss.Terms,
        }), loss);
    }
}

/// <summary>The loss of a detector and its terms, which add up to it: sums over an image, averaged over images.</summary>
/// <param name="Total">The loss.</param>
/// <param name="Box">Of the boxes' positions and sizes.</param>
/// <param name="Objectness">Of the objectness where there is an object.</param>
/// <param name="NoObject">Of the objectness where there is none.</param>
/// <param name="Class">Of the classes.</param>
/// <param name="Prior">Of the pull towards the anchors in the beginning, for <c>[region]</c>.</param>
public sealed record DetectorTerms(double Total, double Box, double Objectness, double NoObject, double Class, double Prior)
{
    internal static DetectorTerms Zero { get; } = new(0, 0, 0, 0, 0, 0);

    internal DetectorTerms Add(DetectorTerms other, double weight) => new(
        Total + (weight * other.Total), Box + (weight * other.Box), Objectness + (weight * other.Objectness), NoObject + (weight * other.NoObject),
        Class + (weight * other.Class), Prior + (weight * other.Prior));
}
