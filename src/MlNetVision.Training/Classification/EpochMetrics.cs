namespace MlNetVision.Training;

/// <summary>The metrics of one epoch.</summary>
public sealed record EpochMetrics
{
    /// <summary>The epoch, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The loss on the training rows, averaged over the epoch as the weights changed.</summary>
    public required float TrainLoss { get; init; }

    /// <summary>The accuracy on the training rows, 0 to 1, averaged over the epoch as the weights changed.</summary>
    public required float TrainAccuracy { get; init; }

    /// <summary>The loss on the validation rows after the epoch; null without such rows.</summary>
    public float? ValidationLoss { get; init; }

    /// <summary>The accuracy on the validation rows after the epoch, 0 to 1; null without such rows.</summary>
    public float? ValidationAccuracy { get; init; }

    /// <summary>The learning rate of the epoch's last step.</summary>
    public required float LearningRate { get; init; }

    /// <summary>The duration of the epoch in seconds.</summary>
    public required double Seconds { get; init; }
}
