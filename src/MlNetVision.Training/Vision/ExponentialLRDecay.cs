using MlNetVision.Gradients.Schedules;

namespace MlNetVision.Training.Vision;

/// <summary>η·f^(t/T), T the steps of <see cref="NumEpochsPerDecay"/> epochs; in stairs, or smooth.</summary>
/// <param name="learningRate">See <see cref="LearningRate"/>.</param>
/// <param name="numEpochsPerDecay">See <see cref="NumEpochsPerDecay"/>.</param>
/// <param name="decayRate">See <see cref="DecayRate"/>.</param>
/// <param name="staircase">See <see cref="Staircase"/>.</param>
public sealed class ExponentialLRDecay(float learningRate = 0.01f, float numEpochsPerDecay = 2, float decayRate = 0.94f, bool staircase = true) : LearningRateScheduler
{
    /// <summary>The first rate η. Default 0.01.</summary>
    public float LearningRate { get; } = learningRate;

    /// <summary>After how many epochs the rate has fallen by <see cref="DecayRate"/>. Default 2.</summary>
    public float NumEpochsPerDecay { get; } = numEpochsPerDecay;

    /// <summary>The factor f. Default 0.94.</summary>
    public float DecayRate { get; } = decayRate;

    /// <summary>Whether the rate falls in stairs. Default: yes.</summary>
    public bool Staircase { get; } = staircase;

    internal override LearningRateSchedule CreateRates(int batchSize, int batchesPerEpoch)
    {
        var steps = Math.Max(1, (long)(batchesPerEpoch * NumEpochsPerDecay));
        return new ComputedSchedule(FormattableString.Invariant($"exponential {LearningRate:R} {steps} {DecayRate:R} {Staircase}"),
            t => LearningRate * Math.Pow(DecayRate, Staircase ? t / steps : (double)t / steps));
    }
}
