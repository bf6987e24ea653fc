using System.Globalization;
using MlNetVision.Gradients.Schedules;

namespace MlNetVision.Training.Vision;

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
