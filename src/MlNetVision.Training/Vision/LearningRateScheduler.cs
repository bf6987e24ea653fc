using MlNetVision.Gradients.Schedules;

namespace MlNetVision.Training.Vision;

/// <summary>How the learning rate changes, under the names of Microsoft.ML.Vision; see <see cref="LearningRateSchedule"/> for our own.</summary>
public abstract class LearningRateScheduler
{
    private protected LearningRateScheduler() { }

    /// <summary>The rates by step.</summary>
    /// <param name="batchSize">Rows a step.</param>
    /// <param name="batchesPerEpoch">Steps an epoch.</param>
    internal abstract LearningRateSchedule CreateRates(int batchSize, int batchesPerEpoch);
}
