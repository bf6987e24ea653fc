namespace MlNetVision.Training;

/// <summary>Where a run stands after an epoch: all that the epochs after it depend on.</summary>
internal sealed record TrainingCheckpoint
{
    /// <summary>The epochs so far.</summary>
    public required IReadOnlyList<EpochMetrics> History { get; init; }

    /// <summary>The trained tensors and running statistics, in the order of the network.</summary>
    public required IReadOnlyList<float[]> Values { get; init; }

    /// <summary>The same after the best epoch.</summary>
    public required IReadOnlyList<float[]> Best { get; init; }

    /// <summary>What the optimiser remembers.</summary>
    public required byte[] Optimizer { get; init; }
}
