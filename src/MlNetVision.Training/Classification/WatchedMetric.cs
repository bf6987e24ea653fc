namespace MlNetVision.Training;

/// <summary>The figure by which epochs are compared. Without validation rows, that of the training rows.</summary>
public enum WatchedMetric
{
    /// <summary>The share answered rightly; more is better. Among equals, the lower loss.</summary>
    Accuracy,

    /// <summary>The cross-entropy; less is better.</summary>
    Loss,
}
