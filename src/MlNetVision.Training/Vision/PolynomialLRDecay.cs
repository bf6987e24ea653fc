using MlNetVision.Gradients.Schedules;

namespace MlNetVision.Training.Vision;

/// <summary>(η − last)·(1 − t/T)^p + last, T the steps of <see cref="NumEpochsPerDecay"/> epochs; at T it stays, or starts on a longer T.</summary>
/// <param name="learningRate">See <see cref="LearningRate"/>.</param>
/// <param name="numEpochsPerDecay">See <see cref="NumEpochsPerDecay"/>.</param>
/// <param name="endLearningRate">See <see cref="EndLearningRate"/>.</param>
/// <param name="power">See <see cref="Power"/>.</param>
/// <param name="cycle">See <see cref="Cycle"/>.</param>
public sealed class PolynomialLRDecay(
    float learningRate = 0.01f, float numEpochsPerDecay = 2, float endLearningRate = 0.0001f, float power = 1, bool cycle = false) : LearningRateScheduler
{
    /// <summary>The first rate η. Default 0.01.</summary>
    public float LearningRate { get; } = learningRate;

    /// <summary>After how many epochs the last rate is reached. Default 2.</summary>
    public float NumEpochsPerDecay { get; } = numEpochsPerDecay;

    /// <summary>The last rate. Default 0.0001.</summary>
    public float EndLearningRate { get; } = endLearningRate;

    /// <summary>The power p. Default 1: a straight line.</summary>
    public float Power { get; } = power;

    /// <summary>Whether T is taken two, three, … times once it is passed, so that the rate rises again. Default: no.</summary>
    public bool Cycle { get; } = cycle;

    internal override LearningRateSchedule CreateRates(int batchSize, int batchesPerEpoch)
    {
        var steps = Math.Max(1, (long)(batchesPerEpoch * NumEpochsPerDecay));
        return new ComputedSchedule(FormattableString.Invariant($"polynomial {LearningRate:R} {steps} {EndLearningRate:R} {Power:R} {Cycle}"), t =>
        {
            var end = Cycle && t > steps ? steps * Math.Ceiling((double)t / steps) : steps;
            return ((LearningRate - EndLearningRate) * Math.Pow(1 - (Math.Min(t, end) / end), Power)) + EndLearningRate;
        });
    }
}
