namespace MlNetVision.Gradients.Schedules;

/// <summary>The same rate throughout.</summary>
/// <param name="LearningRate">The rate, 0 or more.</param>
public sealed record ConstantSchedule(float LearningRate) : LearningRateSchedule
{
    /// <summary>The rate, 0 or more.</summary>
    public float LearningRate { get; } = Checked(LearningRate);

    /// <inheritdoc/>
    protected override double Rate(long step) => LearningRate;
}
