namespace MlNetVision.Training.Vision;

/// <summary>Calls a callback of Microsoft.ML.Vision's form.</summary>
/// <param name="options">The options with the callback.</param>
/// <param name="trainCount">The number of training images, which come before those of validation.</param>
internal sealed class MetricsReport(ImageClassificationTrainer.Options options, int trainCount) : IProgress<FeatureProgress>
{
    public void Report(FeatureProgress value)
    {
        if (value.Done == 0) return;
        var isTrain = value.Done <= trainCount;
        options.MetricsCallback?.Invoke(new()
        {
            Bottleneck = new() { DatasetUsed = DataSet(isTrain), Index = isTrain ? value.Done - 1 : value.Done - trainCount - 1 },
        });
    }

    public void Report(EpochMetrics epoch)
    {
        if (options.TestOnTrainSet) Tell(epoch, isTrain: true, epoch.TrainAccuracy, epoch.TrainLoss);
        if (epoch.ValidationAccuracy is { } accuracy) Tell(epoch, isTrain: false, accuracy, epoch.ValidationLoss!.Value);
    }

    private void Tell(EpochMetrics epoch, bool isTrain, float accuracy, float loss) => options.MetricsCallback?.Invoke(new()
    {
        Train = new()
        {
            DatasetUsed = DataSet(isTrain),
            BatchProcessedCount = (trainCount + options.BatchSize - 1) / options.BatchSize,
            Epoch = epoch.Epoch - 1,
            Accuracy = accuracy,
            CrossEntropy = loss,
            LearningRate = isTrain ? epoch.LearningRate : 0,
        },
    });

    private static ImageClassificationTrainer.ImageClassificationMetrics.Dataset DataSet(bool isTrain) => isTrain
        ? ImageClassificationTrainer.ImageClassificationMetrics.Dataset.Train
        : ImageClassificationTrainer.ImageClassificationMetrics.Dataset.Validation;
}
