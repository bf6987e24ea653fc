using System.Globalization;
using MlNetVision.Classification;
using MlNetVision.Data;
using MlNetVision.Models;
using MlNetVision.Onnx;

namespace MlNetVision.Training;

/// <summary>
/// Transfer learning: trains a classifier of images on the features of a network that was trained on others, and, where asked to, the
/// last layers of that network with it.
/// </summary>
/// <remarks>Donahue et al., "DeCAF", arXiv:1310.1531; Yosinski et al., "How transferable are features in deep neural networks?", arXiv:1411.1792.</remarks>
public sealed class ClassifierTrainer
{
    private readonly Featurizer _featurizer;
    private readonly ClassifierTrainingOptions _options;
    private readonly FineTuningOptions? _fineTuning;
    private readonly ClassifierRun _run;

    private ClassifierTrainer(Featurizer featurizer, ClassifierTrainingOptions options, FineTuningOptions? fineTuning, ClassifierRun run) =>
        (_featurizer, _options, _fineTuning, _run) = (featurizer, options, fineTuning, run);

    /// <summary>Trains a classifier.</summary>
    /// <param name="featurizer">The network whose features are classified; it stays the caller's.</param>
    /// <param name="train">The images to train on. Those that cannot be read are left out.</param>
    /// <param name="validation">Images to measure by after each epoch, with the same labels; null: none, and the last epoch is kept.</param>
    /// <param name="options">How the head is trained; null: the defaults.</param>
    /// <param name="fineTuning">How layers of the network are trained after it; null: not at all.</param>
    /// <param name="run">Where things are kept, and who is told; null: nowhere and nobody.</param>
    /// <param name="cancellation">Ends training; what the epochs before came to is the result.</param>
    /// <exception cref="BadDataSetException">A class has no image that can be read, or the labels of both sets differ.</exception>
    /// <exception cref="BadModelException">The network has no such layers to train, or an operator without a gradient among them.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, or the workspace has a file of another kind under a checkpoint's name.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the first epoch was done; features that are kept stay.</exception>
    public static TrainedClassifier Train(
        Featurizer featurizer, LabeledImages train, LabeledImages? validation = null, ClassifierTrainingOptions? options = null,
        FineTuningOptions? fineTuning = null, ClassifierRun? run = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(featurizer);
        ArgumentNullException.ThrowIfNull(train);
        options ??= new ClassifierTrainingOptions();
        options.Validate(train.Labels.Count);
        if (validation is not null && !validation.Labels.SequenceEqual(train.Labels, StringComparer.Ordinal))
            throw new BadDataSetException($"{validation.Source}: its classes ({string.Join(", ", validation.Labels)}) are not those of {train.Source} ({string.Join(", ", train.Labels)}).");
        run ??= new ClassifierRun();
        run.Check();
        return new ClassifierTrainer(featurizer, options, fineTuning, run).Train(train, validation, cancellation);
    }

    private TrainedClassifier Train(LabeledImages train, LabeledImages? validation, CancellationToken cancellation)
    {
        // Before minutes are spent on features: whether there is such a layer.
        var tail = _fineTuning is null ? null : NetworkTail.Find(_featurizer.Model, _fineTuning.Unfreeze);
        using var rows = new ImageRows(_featurizer, train, validation, _run, cancellation);
        var network = TrainableNetwork.OfHead(_options.Head, rows.Train.Rows, train.Labels.Count, _options.Seed);
        var outcome = new ClassifierLoop(network, rows.Train.Rows, rows.Validation?.Rows, _options).Run(_run.Of(fineTunes: false, 0), cancellation);
        var (trained, history, best, answers) = (outcome.Model, outcome.History, outcome.BestEpoch, outcome.Validation);
        if (tail is not null && !cancellation.IsCancellationRequested && Tune(tail, outcome, rows, cancellation) is { } tuned)
        {
            history = [.. history, .. tuned.History.Select(e => e with { Epoch = e.Epoch + outcome.History.Count })];
            if (answers is null || !IsBetter(answers, tuned.Validation!)) (trained, best, answers) = (tuned.Model, tuned.BestEpoch + outcome.History.Count, tuned.Validation);
        }
        var evaluation = answers is null ? null : ClassificationEvaluation.Of(train.Labels,
            [.. rows.Validation!.Images.Images.Select((image, i) => new ClassificationCase(image.Path, image.ClassIndex, answers.Scores[i]))]);
        return new TrainedClassifier(Export(trained, train.Labels), history, best, evaluation, cancellation.IsCancellationRequested)
        {
            Unreadable = rows.Unreadable, Settings = Settings(rows),
        };
    }

    /// <summary>Trains the tail with the head; null where it was cancelled before one epoch was done.</summary>
    private LoopOutcome? Tune(NetworkTail tail, LoopOutcome head, ImageRows rows, CancellationToken cancellation)
    {
        try
        {
            return new FineTuner(_featurizer, _options, _fineTuning!, _run).Train(tail, head, rows.Train.Images, rows.Validation?.Images, cancellation);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private IReadOnlyList<KeyValuePair<string, string>> Settings(ImageRows rows) =>
    [
        new("Network", $"{_featurizer.Model.Name}, cut at {_featurizer.Layer}"),
        new("Features", string.Create(CultureInfo.InvariantCulture, $"{_featurizer.FeatureCount}, of images of {_featurizer.Resize.Width}×{_featurizer.Resize.Height}, {_featurizer.Preprocess}")),
        new("Images", string.Create(CultureInfo.InvariantCulture, $"{rows.Train.Rows.Count} for training, {rows.Validation?.Rows.Count ?? 0} for validation")),
        new("Head", _options.Head.ToString()),
        new("Training", string.Create(CultureInfo.InvariantCulture, $"{_options.Optimizer}, learning rate {_options.LearningRate} ({_options.Schedule}), batches of {_options.BatchSize}, seed {_options.Seed}")),
        .. _fineTuning is null ? [] : new KeyValuePair<string, string>[]
        {
            new("Fine-tuning", string.Create(CultureInfo.InvariantCulture, $"from {_fineTuning.Unfreeze} on, {_fineTuning.Epochs} epochs, learning rate {_fineTuning.LearningRate}, batches of {_fineTuning.BatchSize}{(_fineTuning.Augmentation is null ? "" : ", varied images")}")),
        },
    ];

    /// <summary>Whether the first answers are better than the second, by the figure that epochs are compared by.</summary>
    private bool IsBetter(Answers first, Answers second) => _options.KeepBestBy == WatchedMetric.Accuracy && first.Accuracy != second.Accuracy
        ? first.Accuracy > second.Accuracy
        : first.Loss < second.Loss;

    /// <summary>Network and head in one, with what a lone <c>.onnx</c> says of itself.</summary>
    private OnnxModel Export(OnnxModel trained, IReadOnlyList<string> labels)
    {
        var model = GraphJoin.WithValues(_featurizer.Model, trained);
        GraphJoin.Append(model, HeadGraph.Fold(trained, "probabilities"));
        model.Metadata[VisionMetadata.TaskKey] = "classify";
        model.SetNames(labels);
        return model;
    }
}
