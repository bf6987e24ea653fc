namespace MlNetVision.Training;

/// <summary>The metric by which epochs are compared: of the validation rows or, without these, of the training rows.</summary>
public enum WatchedMetric
{
    /// <summary>The accuracy; higher is better. Among equals, the lower loss.</summary>
    Accuracy,

    /// <summary>The cross-entropy; lower is better.</summary>
    Loss,
}
