using Microsoft.ML;

namespace MlNetVision.Training;

/// <summary>Which columns <see cref="FeatureClassifierTrainer"/> reads and gives, and how it trains.</summary>
public sealed record FeatureClassifierOptions
{
    /// <summary>The column of features: a vector of floats of known size. Default: Features.</summary>
    public string FeatureColumnName { get; init; } = "Features";

    /// <summary>The column of labels: keys, such as <c>MapValueToKey</c> gives. Rows without a label are left out. Default: Label.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The column of probabilities, one a class. Default: Score.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>The column of answers: keys with the values of the labels. Default: PredictedLabel.</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>How it is trained. Default: the defaults.</summary>
    public ClassifierTrainingOptions Training { get; init; } = new();

    /// <summary>Rows to measure by after each epoch; null (default): none.</summary>
    public IDataView? ValidationSet { get; init; }

    /// <summary>How the run is watched and kept; null (default): not at all.</summary>
    public TrainingRun? Run { get; init; }
}
