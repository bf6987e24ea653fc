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
