using MlNetVision.Onnx;

namespace MlNetVision.Training;

/// <summary>Trains a classifier on rows of features in memory.</summary>
public static class HeadTrainer
{
    /// <summary>Trains a head.</summary>
    /// <param name="train">The training rows.</param>
    /// <param name="validation">The validation rows, evaluated after each epoch, with the same number of features; null: none, and the last epoch is
    /// kept.</param>
    /// <param name="classes">The number of classes, 2 or more.</param>
    /// <param name="options">The settings; null: the defaults.</param>
    /// <param name="run">Callbacks and checkpoint; null: none.</param>
    /// <param name="cancellationToken">Ends training; the result has the epochs before.</param>
    /// <exception cref="ArgumentException">An option or a row's class is out of its range, or the checkpoint's file is of another kind.</exception>
    /// <exception cref="OperationCanceledException">Cancelled in the first epoch.</exception>
    public static TrainedHead Train(
        LabeledFeatures train, LabeledFeatures? validation, int classes,
        ClassifierTrainingOptions? options = null, TrainingRun? run = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        options ??= new ClassifierTrainingOptions();
        if (classes < 2) throw new ArgumentException($"There are {classes} classes, expected 2 or more.", nameof(classes));
        options.Validate(classes);
        Check(train, classes, train.Columns, "training");
        if (validation is not null) Check(validation, classes, train.Columns, "validation");
        var network = TrainableNetwork.OfHead(options.Head, train, classes, options.Seed);
        var outcome = new ClassifierLoop(network, train, validation, options).Run(run, cancellationToken);
        return new TrainedHead(HeadGraph.Fold(outcome.Model, "probabilities"), outcome.History, outcome.BestEpoch, outcome.Validation?.Scores,
            outcome.IsCancelled);
    }

    private static void Check(LabeledFeatures rows, int classes, int columns, string what)
    {
        if (rows.Columns != columns) throw new ArgumentException($"The {what} rows have {rows.Columns} features, expected {columns}.");
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows.Label(i) >= classes)
                throw new ArgumentException($"The class of {what} row {i} is {rows.Label(i)}, expected 0 to {classes - 1}.");
        }
    }
}

/// <summary>A trained head.</summary>
/// <param name="Model">The head: <c>features</c> [N, features] in, <c>probabilities</c> [N, classes] out; batch normalisation is folded in.</param>
/// <param name="History">The epochs.</param>
/// <param name="BestEpoch">The epoch whose weights were kept: the best by validation, or the last.</param>
/// <param name="ValidationScores">The probabilities for each validation row; null without such rows.</param>
/// <param name="IsCancelled">Whether the caller cancelled training before its last epoch.</param>
public sealed record TrainedHead(
    OnnxModel Model, IReadOnlyList<EpochMetrics> History, int BestEpoch, IReadOnlyList<float[]>? ValidationScores, bool IsCancelled);
