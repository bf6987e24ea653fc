using MlNetVision.Gradients;
using MlNetVision.Gradients.Losses;
using MlNetVision.Onnx;

namespace MlNetVision.Training;

/// <summary>One step of training: a batch in, loss, logits and gradients out. The caller disposes it.</summary>
internal sealed class TrainingStep : IDisposable
{
    private const string LabelsInput = "MlNetVision.Labels";
    private const string Loss = "MlNetVision.Loss";

    private readonly TrainableNetwork _network;
    private readonly GradientSession _session;
    private readonly float[] _batch;
    private readonly string _input;
    private readonly int _columns;

    /// <param name="network">The network to train.</param>
    /// <param name="options">The settings.</param>
    /// <param name="most">The maximum number of rows per batch.</param>
    public TrainingStep(TrainableNetwork network, ClassifierTrainingOptions options, int most)
    {
        _network = network;
        _columns = checked((int)network.RowShape.Aggregate(1L, (a, b) => a * b));
        _batch = new float[checked(most * _columns)];
        Labels = new long[most];
        _input = network.Model.Inputs[0].Name;
        var model = LossGraph.AddCrossEntropy(network.Model.Clone(), HeadGraph.Logits, new CrossEntropyOptions
        {
            Labels = LabelsInput, Output = Loss, LabelSmoothing = options.LabelSmoothing, ClassWeights = options.ClassWeights,
        });
        _session = new GradientSession(TrainingGraph.Differentiate(model, Loss, network.Parameters), new GradientSessionOptions
        {
            Device = options.Device, Threads = options.Threads, Seed = options.Seed, Outputs = [HeadGraph.Logits],
        });
        Tensors = [.. _session.Parameters, .. _session.State];
    }

    /// <summary>Why another device than the first that was asked for trains, in a sentence; null: it is the first.</summary>
    public string? DeviceNote => _session.DeviceNote;

    /// <summary>The trained tensors.</summary>
    public IReadOnlyList<TrainableTensor> Parameters => _session.Parameters;

    /// <summary>The trained tensors and the running statistics.</summary>
    public IReadOnlyList<TrainableTensor> Tensors { get; }

    /// <summary>The classes of the batch, to be filled before a step.</summary>
    public long[] Labels { get; }

    /// <summary>The logits of the last step.</summary>
    public ReadOnlySpan<float> Logits => _session.Outputs[HeadGraph.Logits].Values;

    /// <summary>The rows of the batch, to be filled before a step.</summary>
    public Memory<float> Batch(int rows) => _batch.AsMemory(0, rows * _columns);

    /// <summary>Runs the batch.</summary>
    /// <param name="rows">The number of rows in it.</param>
    /// <param name="step">The number of the step in the run, from 0.</param>
    /// <param name="cancellationToken">Stops the step between two layers.</param>
    /// <returns>The loss.</returns>
    public float Run(int rows, long step, CancellationToken cancellationToken = default)
    {
        _session.NextStep = step;
        return _session.Step(new Dictionary<string, TrainingFeed>(StringComparer.Ordinal)
        {
            [_input] = TrainingFeed.Of(Batch(rows), [rows, .. _network.RowShape]),
            [LabelsInput] = TrainingFeed.Of(Labels.AsMemory(0, rows), rows),
        }, cancellationToken);
    }

    /// <summary>A copy of all values.</summary>
    public IReadOnlyList<float[]> Snapshot() => [.. Tensors.Select(t => t.Values.ToArray())];

    /// <summary>Restores values.</summary>
    public void Restore(IReadOnlyList<float[]> values)
    {
        foreach (var (tensor, saved) in Tensors.Zip(values)) saved.CopyTo(tensor.Values, 0);
    }

    /// <summary>The network with the trained values, still in training form.</summary>
    public OnnxModel Export() => GraphJoin.WithValues(_network.Model, _session.Export(foldBatchNormalization: false));

    public void Dispose() => _session.Dispose();
}
