using System.Globalization;
using MlNetVision.Classification;
using MlNetVision.Data;
using MlNetVision.Models;
using MlNetVision.Onnx;

namespace MlNetVision.Training;

/// <summary>
/// Transfer learning: trains an image classifier on the features of a pretrained network and, on request, fine-tunes the last layers of that
/// network.
/// </summary>
/// <remarks>Donahue et al., "DeCAF", arXiv:1310.1531; Yosinski et al., "How transferable are features in deep neural networks?",
/// arXiv:1411.1792.</remarks>
public sealed class ClassifierTrainer
{
    private readonly Featurizer _featurizer;
    private readonly ClassifierTrainingOptions _options;
    private readonly FineTuningOptions? _fineTuning;
    private readonly ClassifierRun _run;

    private ClassifierTrainer(Featurizer featurizer, ClassifierTrainingOptions options, FineTuningOptions? fineTuning, ClassifierRun run) =>
        (_featurizer, _options, _fineTuning, _run) = (featurizer, options, fineTuning, run);

    /// <summary>Trains a classifier.</summary>
    /// <param name="featurizer">The pretrained network; the caller keeps ownership.</param>
    /// <param name="train">The training images. Unreadable ones are left out.</param>
    /// <param name="validation">The validation images, evaluated after each epoch, with the same labels; null: none, and the last epoch is
    /// kept.</param>
    /// <param name="options">The settings of the head's training; null: the defaults.</param>
    /// <param name="fineTuning">The settings of fine-tuning; null: no fine-tuning.</param>
    /// <param name="run">Folders and callbacks; null: none.</param>
    /// <param name="cancellationToken">Ends training; the result has the epochs before.</param>
    /// <exception cref="BadDataSetException">A class has no readable image, or the labels of the two sets differ.</exception>
    /// <exception cref="BadModelException">The network has no such layers, or one of them has an operator without a gradient.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, a file of another kind has a checkpoint's name, or another training
    /// works in the workspace.</exception>
    /// <exception cref="OperationCanceledException">Cancelled in the first epoch; cached features stay.</exception>
    public static TrainedClassifier Train(
        Featurizer featurizer, LabeledImages train, LabeledImages? validation = null, ClassifierTrainingOptions? options = null,
        FineTuningOptions? fineTuning = null, ClassifierRun? run = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(featurizer);
        ArgumentNullException.ThrowIfNull(train);
        options ??= new ClassifierTrainingOptions();
        options.Validate(train.Labels.Count);
        if (validation is not null && !validation.Labels.SequenceEqual(train.Labels, StringComparer.Ordinal))
            throw new BadDataSetException(
                $"{validation.Source}: its classes ({string.Join(", ", validation.Labels)}) are not those of {train.Source} "
                + $"({string.Join(", ", train.Labels)}).");
        run ??= new ClassifierRun();
        run.Check();
        using var held = WorkspaceLock.Take(run.Workspace);
        return new ClassifierTrainer(featurizer, options, fineTuning, run).Train(train, validation, cancellationToken);
    }

    private TrainedClassifier Train(LabeledImages train, LabeledImages? validation, CancellationToken cancellationToken)
    {
        // Fails before minutes are spent on features if there is no such layer.
        var tail = _fineTuning is null ? null : NetworkTail.Find(_featurizer.Model, _fineTuning.Unfreeze);
        using var rows = new ImageRows(_featurizer, train, validation, _run, cancellationToken);
        var network = TrainableNetwork.OfHead(_options.Head, rows.Train.Rows, train.Labels.Count, _options.Seed);
        var outcome = new ClassifierLoop(network, rows.Train.Rows, rows.Validation?.Rows, _options)
            .Run(_run.Of(fineTunes: false, 0), cancellationToken);
        var (trained, history, best, answers) = (outcome.Model, outcome.History, outcome.BestEpoch, outcome.Validation);
        if (tail is not null && !cancellationToken.IsCancellationRequested && Tune(tail, outcome, rows, cancellationToken) is { } tuned)
        {
            history = [.. history, .. tuned.History.Select(e => e with { Epoch = e.Epoch + outcome.History.Count })];
            if (answers is null || !IsBetter(answers, tuned.Validation!)) (trained, best, answers) = (tuned.Model,
                tuned.BestEpoch + outcome.History.Count, tuned.Validation);
        }
        var evaluation = answers is null ? null : ClassificationEvaluation.Of(train.Labels,
            [.. rows.Validation!.Images.Images.Select((image, i) => new ClassificationCase(image.Path, image.ClassIndex, answers.Scores[i]))]);
        return new TrainedClassifier(Export(trained, train.Labels), history, best, evaluation, cancellationToken.IsCancellationRequested)
        {
            Unreadable = rows.Unreadable, Settings = Settings(rows),
        };
    }

    /// <summary>Trains the tail with the head; null where it was cancelled in the first epoch.</summary>
    private LoopOutcome? Tune(NetworkTail tail, LoopOutcome head, ImageRows rows, CancellationToken cancellationToken)
    {
        try
        {
            return new FineTuner(_featurizer, _options, _fineTuning!, _run)
                .Train(tail, head, rows.Train.Images, rows.Validation?.Images, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private IReadOnlyList<KeyValuePair<string, string>> Settings(ImageRows rows) =>
    [
        new("Network", $"{_featurizer.Model.Name}, cut at {_featurizer.Layer}"),
        new("Features", string.Create(CultureInfo.InvariantCulture,
            $"{_featurizer.FeatureCount}, from images of {_featurizer.Resize.Width}×{_featurizer.Resize.Height}, {_featurizer.Preprocess}")),
        new("Images", string.Create(CultureInfo.InvariantCulture,
            $"{rows.Train.Rows.Count} for training, {rows.Validation?.Rows.Count ?? 0} for validation")),
        new("Head", _options.Head.ToString()),
        new("Training", string.Create(CultureInfo.InvariantCulture,
            $"{_options.Optimizer}, learning rate {_options.LearningRate} ({_options.Schedule}), "
            + $"batch size {_options.BatchSize}, random seed {_options.Seed}")),
        .. _fineTuning is null ? [] : new KeyValuePair<string, string>[]
        {
            new("Fine-tuning", string.Create(CultureInfo.InvariantCulture,
                $"from {_fineTuning.Unfreeze} on, {_fineTuning.Epochs} epochs, learning rate {_fineTuning.LearningRate}, "
                + $"batch size {_fineTuning.BatchSize}{(_fineTuning.Augmentation is null ? "" : ", augmented images")}")),
        },
    ];

    /// <summary>Whether the first evaluation is better than the second, by the metric that selects the best epoch.</summary>
    private bool IsBetter(EvaluatedRows first, EvaluatedRows second) =>
        _options.KeepBestBy == WatchedMetric.Accuracy && first.Accuracy != second.Accuracy
        ? first.Accuracy > second.Accuracy
        : first.Loss < second.Loss;

    /// <summary>Network and head as one model with its metadata.</summary>
    private OnnxModel Export(OnnxModel trained, IReadOnlyList<string> labels)
    {
        var model = GraphJoin.WithValues(_featurizer.Model, trained);
        GraphJoin.Append(model, HeadGraph.Fold(trained, "probabilities"));
        model.Metadata[VisionMetadata.TaskKey] = "classify";
        model.SetNames(labels);
        return model;
    }
}
