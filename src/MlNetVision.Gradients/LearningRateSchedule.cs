namespace MlNetVision.Gradients.Schedules;

/// <summary>A learning rate schedule: a pure function of the step, so a resumed run needs no state of it.</summary>
public abstract record LearningRateSchedule
{
    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">The number of steps taken before, from 0 on.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public float At(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return (float)Rate(step);
    }

    /// <summary>The learning rate of a step that is 0 or more.</summary>
    protected abstract double Rate(long step);

    /// <summary>A rate as it is, where it is finite and not negative.</summary>
    private protected static float Checked(float rate) =>
        rate >= 0 && float.IsFinite(rate) ? rate
            : throw new ArgumentOutOfRangeException(nameof(rate), rate, "Expected a learning rate of 0 or more.");

    /// <summary>A factor as it is, where it is finite and above 0.</summary>
    private protected static float CheckedFactor(float factor) =>
        factor > 0 && float.IsFinite(factor) ? factor
            : throw new ArgumentOutOfRangeException(nameof(factor), factor, "Expected a factor above 0.");

    /// <summary>A number of steps as it is, where it is above 0.</summary>
    private protected static long Checked(long steps) =>
        steps > 0 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "Expected one step or more.");
}

/// <summary>The same rate throughout.</summary>
/// <param name="LearningRate">The rate, 0 or more.</param>
public sealed record ConstantSchedule(float LearningRate) : LearningRateSchedule
{
    /// <summary>The rate, 0 or more.</summary>
    public float LearningRate { get; } = Checked(LearningRate);

    /// <inheritdoc/>
    protected override double Rate(long step) => LearningRate;
}

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
    public float Factor { get; } = CheckedFactor(Factor);

    /// <inheritdoc/>
    protected override double Rate(long step) => LearningRate * Math.Pow(Factor, step / Every);
}

/// <summary>Falls at given steps: η·fᵏ, k the number of <paramref name="Milestones"/> that are passed. Darknet's <c>policy=steps</c>.</summary>
/// <param name="LearningRate">The first rate η, 0 or more.</param>
/// <param name="Milestones">The steps at which the rate falls, 1 or more, rising.</param>
/// <param name="Factor">The factor f, above 0. Default 0.1.</param>
public sealed record MilestoneSchedule(float LearningRate, IReadOnlyList<long> Milestones, float Factor = 0.1f) : LearningRateSchedule
{
    /// <summary>The first rate, 0 or more.</summary>
    public float LearningRate { get; } = Checked(LearningRate);

    /// <summary>The steps at which the rate falls.</summary>
    public IReadOnlyList<long> Milestones { get; } = Rising(Milestones);

    /// <summary>What a rate is multiplied by to give the next, above 0.</summary>
    public float Factor { get; } = CheckedFactor(Factor);

    /// <inheritdoc/>
    protected override double Rate(long step) => LearningRate * Math.Pow(Factor, Milestones.Count(m => step >= m));

    private static long[] Rising(IReadOnlyList<long> milestones)
    {
        ArgumentNullException.ThrowIfNull(milestones);
        long[] steps = [.. milestones];
        return steps.Zip([0, .. steps], (step, before) => step > before).All(rises => rises) ? steps : throw new ArgumentOutOfRangeException(
            nameof(milestones), string.Join(", ", steps), "Expected steps of 1 or more, each after the one before.");
    }
}

/// <summary>
/// Falls along half a cosine: last + (η − last)·(1 + cos(π·t/T))/2, and stays at the last rate from step T on.
/// Loshchilov and Hutter, "SGDR", arXiv:1608.03983, equation 5, without restarts.
/// </summary>
/// <param name="LearningRate">The first rate η, 0 or more.</param>
/// <param name="Steps">The number of steps T until the last rate, 1 or more.</param>
/// <param name="Last">The last rate, 0 or more. Default 0.</param>
public sealed record CosineSchedule(float LearningRate, long Steps, float Last = 0) : LearningRateSchedule
{
    /// <summary>The first rate, 0 or more.</summary>
    public float LearningRate { get; } = Checked(LearningRate);

    /// <summary>The number of steps until the last rate, 1 or more.</summary>
    public long Steps { get; } = Checked(Steps);

    /// <summary>The last rate, 0 or more.</summary>
    public float Last { get; } = Checked(Last);

    /// <inheritdoc/>
    protected override double Rate(long step) => step >= Steps
        ? Last
        : Last + (((double)LearningRate - Last) * (1 + Math.Cos(Math.PI * step / Steps)) / 2);
}

/// <summary>
/// Rises in equal parts to the first rate of another schedule, which then starts: at step t below W it is (t + 1)/(W + 1) of that rate.
/// Goyal et al., "Accurate, large minibatch SGD", arXiv:1706.02677, section 2.2.
/// </summary>
/// <param name="Steps">The number of steps W of the rise, 1 or more.</param>
/// <param name="Then">The schedule that follows; its step 0 is step W.</param>
public sealed record WarmUpSchedule(long Steps, LearningRateSchedule Then) : LearningRateSchedule
{
    /// <summary>The number of steps of the rise, 1 or more.</summary>
    public long Steps { get; } = Checked(Steps);

    /// <summary>The schedule that follows.</summary>
    public LearningRateSchedule Then { get; } = Then ?? throw new ArgumentNullException(nameof(Then));

    /// <inheritdoc/>
    protected override double Rate(long step) => step < Steps
        ? Then.At(0) * (step + 1.0) / (Steps + 1.0)
        : Then.At(step - Steps);
}
