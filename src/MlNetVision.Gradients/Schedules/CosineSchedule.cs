namespace MlNetVision.Gradients.Schedules;

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
