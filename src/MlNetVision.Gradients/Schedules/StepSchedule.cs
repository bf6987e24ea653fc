namespace MlNetVision.Gradients.Schedules;

/// <summary>Falls in steps: η·fᵏ after k·<paramref name="Every"/> steps.</summary>
/// <param name="LearningRate">The first rate η, 0 or more.</param>
/// <param name="Every">How many steps a rate lasts, 1 or more.</param>
/// <param name="Factor">The factor f, above 0. Default 0.1.</param>
public sealed record StepSchedule(float LearningRate, long Every, float Factor = 0.1f) : LearningRateSchedule
{
    /// <summary>The first rate, 0 or more.</summary>
    public float LearningRate { get; } = Checked(LearningRate);

    /// <summary>How many steps a rate lasts, 1 or more.</summary>
    public long Every { get; } = Checked(Every);

    /// <summary>What a rate is multiplied by to give the next, above 0.</summary>
    public float Factor { get; } = Factor > 0 && float.IsFinite(Factor)
        ? Factor
        : throw new ArgumentOutOfRangeException(nameof(Factor), Factor, "Expected a factor above 0.");

    /// <inheritdoc/>
    protected override double Rate(long step) => LearningRate * Math.Pow(Factor, step / Every);
}
