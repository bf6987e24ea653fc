using Microsoft.ML;

namespace MlNetVision.Training;

/// <summary>The columns and settings of <see cref="FeatureClassifierTrainer"/>.</summary>
public sealed record FeatureClassifierOptions
{
    /// <summary>The column of features: a vector of floats of known size. Default: Features.</summary>
    public string FeatureColumnName { get; init; } = "Features";

    /// <summary>The column of labels: keys, such as <c>MapValueToKey</c> gives. Rows without a label are left out. Default: Label.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The column of probabilities, one per class. Default: Score.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>The column of predicted labels: keys with the values of the labels. Default: PredictedLabel.</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>The settings of the training.</summary>
    public ClassifierTrainingOptions Training { get; init; } = new();

    /// <summary>The validation rows, evaluated after each epoch; null (default): none.</summary>
    public IDataView? ValidationSet { get; init; }

    /// <summary>Callbacks and checkpoint; null (default): none.</summary>
    public TrainingRun? Run { get; init; }
}
