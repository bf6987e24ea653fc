using MlNetVision.Classification;
using MlNetVision.Data;
using MlNetVision.Inference;
using MlNetVision.Onnx.Upgrading;

namespace MlNetVision.Training;

/// <summary>Trains the last layers of a network together with a head that was trained alone before.</summary>
/// <param name="featurizer">The network.</param>
/// <param name="options">The settings of the head's training.</param>
/// <param name="fineTuning">The settings of fine-tuning, which override them.</param>
/// <param name="run">Folders and callbacks.</param>
internal sealed class FineTuner(Featurizer featurizer, ClassifierTrainingOptions options, FineTuningOptions fineTuning, ClassifierRun run)
{
    private readonly ClassifierTrainingOptions _options = options with
    {
        Epochs = fineTuning.Epochs, LearningRate = fineTuning.LearningRate, BatchSize = fineTuning.BatchSize,
        Rates = null, Schedule = RateSchedule.Constant, WarmUpEpochs = 0, EarlyStopping = null,
    };

    private readonly IReadOnlyList<string> _headParameters = HeadGraph.Parameters(options.Head);

    /// <param name="tail">The layers.</param>
    /// <param name="head">The trained head.</param>
    /// <param name="train">The training images, all readable.</param>
    /// <param name="validation">The validation images; null: none.</param>
    /// <param name="cancellationToken">Ends training; the current epoch is dropped.</param>
    /// <exception cref="OperationCanceledException">Cancelled before one epoch was done.</exception>
    public LoopOutcome Train(NetworkTail tail, LoopOutcome head, LabeledImages train, LabeledImages? validation, CancellationToken cancellationToken)
    {
        _options.Validate(train.Labels.Count);
        var kept = run.Of(fineTunes: true, head.History.Count);
        if (fineTuning.Augmentation is { } augmentation)
        {
            var held = validation is null ? null : Images(validation, null);
            return new ClassifierLoop(Whole(tail, head, train.Labels.Count), Images(train, augmentation with { Seed = options.Seed }), held, _options)
                .Run(kept, cancellationToken);
        }
        using var below = Below(tail);
        using var rows = new ImageRows(below, train, validation, run, cancellationToken);
        var network = tail.With(featurizer.Model, head.Model, _headParameters, train.Labels.Count);
        return new ClassifierLoop(network, rows.Train.Rows, rows.Validation?.Rows, _options).Run(kept, cancellationToken);
    }

    /// <summary>The whole network with the head; the tail and the head are trainable.</summary>
    private TrainableNetwork Whole(NetworkTail tail, LoopOutcome head, int classes)
    {
        var whole = featurizer.Model.Clone();
        OperatorSetUpgrade.Raise(whole);
        GraphJoin.Append(whole, head.Model);
        return new TrainableNetwork(whole, [.. tail.Weights, .. _headParameters], [.. NetworkInput.Of(whole).Shape.Skip(1)], classes);
    }

    private AugmentedImages Images(LabeledImages images, AugmentationOptions? varied) => new(images.Images, featurizer, varied, options.Threads);

    /// <summary>A featurizer that ends below the tail, with the same resize and normalisation.</summary>
    private Featurizer Below(NetworkTail tail) => Featurizer.Load(featurizer.Model, new FeaturizerOptions
    {
        Cut = tail.Boundary, Pooling = FeaturePooling.Flatten, Resampler = featurizer.Resize.Resampler, PadColor = featurizer.Resize.PadColor,
            Device = options.Device, Threads = options.Threads,
    });
}

/// <summary>Fine-tuning: the last layers of the network are trained with the head, after the head was trained alone.</summary>
public sealed record FineTuningOptions
{
    /// <summary>The prefix of the first trained layers' names, such as <c>block5</c>; all layers after them are trained too.</summary>
    public required string Unfreeze { get; init; }

    /// <summary>The number of epochs, 1 or more. Default 3.</summary>
    public int Epochs { get; init; } = 3;

    /// <summary>The learning rate, above 0; small, because these layers are pretrained. Default 0.00001.</summary>
    public float LearningRate { get; init; } = 1e-5f;

    /// <summary>The batch size, 1 or more. Default 16.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>
    /// The augmentation; with it, images go through the whole network in every epoch. Null (default): none; then the output of the frozen layers
    /// is computed once and cached.
    /// </summary>
    public AugmentationOptions? Augmentation { get; init; }
}
