using MlNetVision.Classification;

namespace MlNetVision.Training;

/// <summary>The content of a report on a training.</summary>
public sealed record TrainingReportContent
{
    /// <summary>The heading, such as the data set's name.</summary>
    public required string Title { get; init; }

    /// <summary>The epochs in order; empty where there were none.</summary>
    public IReadOnlyList<EpochMetrics> Epochs { get; init; } = [];

    /// <summary>The epoch whose weights the model has, counted from 1; null: unknown.</summary>
    public int? ModelEpoch { get; init; }

    /// <summary>The evaluation on the validation images; null where there are none.</summary>
    public ClassificationEvaluation? Evaluation { get; init; }

    /// <summary>The settings of the training by name: network, head, numbers of images, learning rate, random seed.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>Warnings, such as images in both training and validation, or unreadable ones.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The maximum number of misclassified images shown, 0 to 1000, the most confident first. Default: 60.</summary>
    public int MaxMisclassified { get; init; } = 60;
}
