namespace MlNetVision.Training;

/// <summary>When training ends before its last epoch: where a figure has not become better for some epochs.</summary>
public sealed record EarlyStopping
{
    /// <summary>The figure. Default: accuracy.</summary>
    public WatchedMetric Metric { get; init; } = WatchedMetric.Accuracy;

    /// <summary>How many epochs without improvement end it, 1 or more. Default 20.</summary>
    public int Patience { get; init; } = 20;

    /// <summary>What counts as an improvement: a change of at least this much, 0 or more. Default 0: any.</summary>
    public float MinDelta { get; init; }

    internal void Validate()
    {
        if (Patience < 1) throw new ArgumentException($"The patience of early stopping is {Patience}, expected 1 or more.");
        if (!(MinDelta >= 0)) throw new ArgumentException(FormattableString.Invariant($"The least change of early stopping is {MinDelta}, expected 0 or more."));
    }

    /// <summary>Whether the epochs so far are the last. It depends on them alone, so a resumed run stops where an unbroken one does.</summary>
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
