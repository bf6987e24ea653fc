using MlNetVision.Classification;

namespace MlNetVision.Training;

/// <summary>What a report on a training tells.</summary>
public sealed record TrainingReportContent
{
    /// <summary>The heading, such as the data set's name.</summary>
    public required string Title { get; init; }

    /// <summary>The epochs in order; empty where there were none.</summary>
    public IReadOnlyList<EpochMetrics> Epochs { get; init; } = [];

    /// <summary>The epoch whose weights the model has, counted from 1; null: not told.</summary>
    public int? ModelEpoch { get; init; }

    /// <summary>How the model classifies the validation images; null where there are none.</summary>
    public ClassificationEvaluation? Evaluation { get; init; }

    /// <summary>Names and values of what the training was: network, head, numbers of images, learning rate, seed.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>What the reader should know: images that stand in training and validation, unreadable ones.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>How many misclassified images are shown at most, 0 to 1000, the most confident first. Default: 60.</summary>
    public int MaxMistakes { get; init; } = 60;
}
