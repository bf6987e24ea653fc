namespace MlNetVision.Training;

/// <summary>What one epoch of training came to.</summary>
public sealed record EpochMetrics
{
    /// <summary>The epoch, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The loss over the training rows, averaged over the epoch as the weights changed.</summary>
    public required float TrainLoss { get; init; }

    /// <summary>The share of training rows answered rightly, 0 to 1, likewise averaged over the epoch.</summary>
    public required float TrainAccuracy { get; init; }

    /// <summary>The loss over the validation rows after the epoch; null without such rows.</summary>
    public float? ValidationLoss { get; init; }

    /// <summary>The share of validation rows answered rightly after the epoch, 0 to 1; null without such rows.</summary>
    public float? ValidationAccuracy { get; init; }

    /// <summary>The learning rate of the epoch's last step.</summary>
    public required float LearningRate { get; init; }

    /// <summary>How long the epoch took, in seconds.</summary>
    public required double Seconds { get; init; }
}
