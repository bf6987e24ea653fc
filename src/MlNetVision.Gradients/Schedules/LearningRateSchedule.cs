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
        rate >= 0 && float.IsFinite(rate) ? rate : throw new ArgumentOutOfRangeException(nameof(rate), rate, "Expected a learning rate of 0 or more.");

    /// <summary>A number of steps as it is, where it is above 0.</summary>
    private protected static long Checked(long steps) =>
        steps > 0 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "Expected one step or more.");
}
