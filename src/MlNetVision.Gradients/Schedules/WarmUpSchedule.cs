namespace MlNetVision.Gradients.Schedules;

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
