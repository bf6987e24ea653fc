namespace MlNetVision.Training;

/// <summary>Early stopping: training ends when a metric has not improved for some epochs.</summary>
public sealed record EarlyStopping
{
    /// <summary>The metric. Default: accuracy.</summary>
    public WatchedMetric Metric { get; init; } = WatchedMetric.Accuracy;

    /// <summary>The number of epochs without improvement after which training ends, 1 or more. Default 20.</summary>
    public int Patience { get; init; } = 20;

    /// <summary>The smallest change that counts as an improvement, 0 or more. Default 0: any.</summary>
    public float MinDelta { get; init; }

    internal void Validate()
    {
        if (Patience < 1) throw new ArgumentException($"The patience of early stopping is {Patience}, expected 1 or more.");
        if (!(MinDelta >= 0)) throw new ArgumentException(FormattableString.Invariant($"{nameof(MinDelta)} of early stopping is {MinDelta}, expected 0 or more."));
    }

    /// <summary>Whether training ends after these epochs. It depends on them alone, so a resumed run ends like an unbroken one.</summary>
    internal bool IsOver(IReadOnlyList<EpochMetrics> history)
    {
        var (best, since) = (double.NegativeInfinity, 0);
        foreach (var epoch in history)
        {
            var value = Value(epoch);
            if (value > best && value - best >= MinDelta) (best, since) = (value, 0);
            else since++;
        }
        return since >= Patience;
    }

    // More is better.
    private double Value(EpochMetrics epoch) => Metric == WatchedMetric.Accuracy
        ? epoch.ValidationAccuracy ?? epoch.TrainAccuracy
        : -(epoch.ValidationLoss ?? epoch.TrainLoss);
}
