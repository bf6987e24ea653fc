using System.Globalization;
using MlNetVision.Gradients.Schedules;

namespace MlNetVision.Training.Vision;

/// <summary>A learning rate schedule with the API of Microsoft.ML.Vision; see <see cref="LearningRateSchedule"/> for ours.</summary>
public abstract class LearningRateScheduler
{
    private protected LearningRateScheduler() { }

    /// <summary>The rates by step.</summary>
    /// <param name="batchSize">The batch size.</param>
    /// <param name="batchesPerEpoch">The number of batches per epoch.</param>
    internal abstract LearningRateSchedule CreateRates(int batchSize, int batchesPerEpoch);
}

/// <summary>A schedule given by a formula.</summary>
/// <param name="Name">Its identity: the kind and all numbers.</param>
/// <param name="Formula">The rate of a step.</param>
internal sealed record ComputedSchedule(string Name, Func<long, double> Formula) : LearningRateSchedule
{
    protected override double Rate(long step) => Formula(step);

    /// <summary>The name alone, by which a checkpoint identifies its schedule.</summary>
    public override string ToString() => Name;
}

/// <summary>η·f^(t/T), T the steps of <see cref="NumEpochsPerDecay"/> epochs; in stairs, or smooth.</summary>
/// <param name="learningRate">See <see cref="LearningRate"/>.</param>
/// <param name="numEpochsPerDecay">See <see cref="NumEpochsPerDecay"/>.</param>
/// <param name="decayRate">See <see cref="DecayRate"/>.</param>
/// <param name="staircase">See <see cref="Staircase"/>.</param>
public sealed class ExponentialLRDecay(float learningRate = 0.01f, float numEpochsPerDecay = 2, float decayRate = 0.94f, bool staircase = true)
    : LearningRateScheduler
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

/// <summary>(η − last)·(1 − t/T)^p + last, T the steps of <see cref="NumEpochsPerDecay"/> epochs; at T it stays, or starts on a longer T.</summary>
/// <param name="learningRate">See <see cref="LearningRate"/>.</param>
/// <param name="numEpochsPerDecay">See <see cref="NumEpochsPerDecay"/>.</param>
/// <param name="endLearningRate">See <see cref="EndLearningRate"/>.</param>
/// <param name="power">See <see cref="Power"/>.</param>
/// <param name="cycle">See <see cref="Cycle"/>.</param>
public sealed class PolynomialLRDecay(
    float learningRate = 0.01f, float numEpochsPerDecay = 2, float endLearningRate = 0.0001f, float power = 1, bool cycle = false)
        : LearningRateScheduler
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

/// <summary>
/// A rate in proportion to the batch, η·batch/128, times a factor for each stretch of epochs.
/// </summary>
/// <remarks>The linear scaling rule of Goyal et al., "Accurate, large minibatch SGD", arXiv:1706.02677, section 2.1.</remarks>
public sealed class LsrDecay : LearningRateScheduler
{
    private const float ReferenceBatch = 128;

    private static readonly LearningRateSchedulerItem[] Defaults = [new(182, 0.0001f), new(136, 0.01f), new(91, 0.1f), new(0, 1)];

    private readonly IReadOnlyList<LearningRateSchedulerItem> _items;

    /// <summary>The factors 1, 0.1, 0.01 and 0.0001 from epochs 0, 91, 136 and 182 on.</summary>
    /// <param name="baseLearningRate">See <see cref="BaseLearningRate"/>.</param>
    public LsrDecay(float baseLearningRate = 0.1f) : this(Defaults, baseLearningRate) { }

    /// <summary>Factors of choice.</summary>
    /// <param name="lrschedule">Factors by first epoch; the latest epoch that has come counts.</param>
    /// <param name="baseLearningRate">See <see cref="BaseLearningRate"/>.</param>
    public LsrDecay(IReadOnlyList<LearningRateSchedulerItem> lrschedule, float baseLearningRate = 0.1f)
    {
        ArgumentNullException.ThrowIfNull(lrschedule);
        _items = [.. lrschedule.OrderByDescending(i => i.Epoch)];
        BaseLearningRate = baseLearningRate;
    }

    /// <summary>The rate η for batches of 128. Default 0.1.</summary>
    public float BaseLearningRate { get; }

    internal override LearningRateSchedule CreateRates(int batchSize, int batchesPerEpoch)
    {
        var first = BaseLearningRate * batchSize / ReferenceBatch;
        var name = string.Join(' ', _items.Select(i => string.Create(CultureInfo.InvariantCulture, $"{i.Epoch}:{i.ScalingFactor:R}")));
        return new ComputedSchedule(FormattableString.Invariant($"lsr {first:R} {batchesPerEpoch} {name}"),
            t => first * _items.Where(i => t / batchesPerEpoch >= i.Epoch).Select(i => i.ScalingFactor).FirstOrDefault(1));
    }

    /// <summary>A factor and the epoch from which it counts.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="scalingfactor">The factor.</param>
    public readonly struct LearningRateSchedulerItem(int epoch, float scalingfactor)
    {
        /// <summary>The epoch, from 0.</summary>
        public int Epoch { get; } = epoch;

        /// <summary>The factor.</summary>
        public float ScalingFactor { get; } = scalingfactor;
    }
}
