using System.Globalization;

namespace MlNetVision.Training.Vision;

public sealed partial class ImageClassificationTrainer
{
    /// <summary>The argument of <see cref="Options.MetricsCallback"/>: one of the two members is null.</summary>
    public sealed class ImageClassificationMetrics
    {
        /// <summary>The set of images that metrics are about.</summary>
        public enum Dataset
        {
            /// <summary>Training images.</summary>
            Train,

            /// <summary>Validation images.</summary>
            Validation,
        }

        /// <summary>An epoch.</summary>
        public TrainMetrics? Train { get; set; }

        /// <summary>An image whose features are there.</summary>
        public BottleneckMetrics? Bottleneck { get; set; }

        /// <summary>The metrics in one line.</summary>
        public override string ToString() => Train?.ToString() ?? Bottleneck?.ToString() ?? "";
    }

    /// <summary>The metrics of an epoch.</summary>
    public sealed class TrainMetrics
    {
        /// <summary>The images that they are about.</summary>
        public ImageClassificationMetrics.Dataset DatasetUsed { get; set; }

        /// <summary>The number of batches.</summary>
        public int BatchProcessedCount { get; set; }

        /// <summary>The epoch, from 0.</summary>
        public int Epoch { get; set; }

        /// <summary>The accuracy, 0 to 1.</summary>
        public float Accuracy { get; set; }

        /// <summary>The loss.</summary>
        public float CrossEntropy { get; set; }

        /// <summary>The learning rate; 0 for validation.</summary>
        public float LearningRate { get; set; }

        /// <summary>The metrics in one line.</summary>
        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"Phase: Training, dataset: {DatasetUsed}, batches: {BatchProcessedCount}, epoch: {Epoch}, "
            + $"accuracy: {Accuracy:0.0000}, cross-entropy: {CrossEntropy:0.0000}")
            + (DatasetUsed == ImageClassificationMetrics.Dataset.Train
                ? string.Create(CultureInfo.InvariantCulture, $", learning rate: {LearningRate}") : "");
    }

    /// <summary>An image whose features are there.</summary>
    public sealed class BottleneckMetrics
    {
        /// <summary>The images that it is of.</summary>
        public ImageClassificationMetrics.Dataset DatasetUsed { get; set; }

        /// <summary>The row of the image, from 0.</summary>
        public int Index { get; set; }

        /// <summary>Both in one line.</summary>
        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"Phase: Bottleneck Computation, dataset: {DatasetUsed}, image: {Index}");
    }
}

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
