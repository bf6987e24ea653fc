namespace MlNetVision.Training.Vision;

public sealed partial class ImageClassificationTrainer
{
    /// <summary>The metric of early stopping.</summary>
    public enum EarlyStoppingMetric
    {
        /// <summary>The accuracy.</summary>
        Accuracy,

        /// <summary>The cross-entropy.</summary>
        Loss,
    }

    /// <summary>Ends training when a metric has not improved for some epochs.</summary>
    /// <param name="minDelta">See <see cref="MinDelta"/>.</param>
    /// <param name="patience">See <see cref="Patience"/>.</param>
    /// <param name="metric">The metric. Default: accuracy.</param>
    /// <param name="checkIncreasing">For compatibility: the metric determines whether higher is better.</param>
    public sealed class EarlyStopping(
        float minDelta = 0.01f, int patience = 20, EarlyStoppingMetric metric = EarlyStoppingMetric.Accuracy, bool checkIncreasing = true)
    {
        private readonly List<EpochMetrics> _seen = [];

        /// <summary>The least change that counts as an improvement. Default 0.01.</summary>
        public float MinDelta { get; set; } = Math.Abs(minDelta);

        /// <summary>How many epochs without improvement end training. Default 20.</summary>
        public int Patience { get; set; } = patience;

        /// <summary>Whether higher is better: true for accuracy and false for loss, unless set otherwise.</summary>
        public bool CheckIncreasing { get; set; } = metric switch
        {
            EarlyStoppingMetric.Accuracy => true,
            EarlyStoppingMetric.Loss => false,
            _ => checkIncreasing,
        };

        /// <summary>Adds the metrics of an epoch.</summary>
        /// <returns>Whether training should end.</returns>
        public bool ShouldStop(TrainMetrics currentMetrics)
        {
            ArgumentNullException.ThrowIfNull(currentMetrics);
            _seen.Add(new EpochMetrics
            {
                Epoch = currentMetrics.Epoch, TrainAccuracy = currentMetrics.Accuracy, TrainLoss = currentMetrics.CrossEntropy,
                LearningRate = currentMetrics.LearningRate, Seconds = 0,
            });
            return ToOurs().IsOver(_seen);
        }

        internal Training.EarlyStopping ToOurs() => new()
        {
            Metric = CheckIncreasing ? WatchedMetric.Accuracy : WatchedMetric.Loss,
            MinDelta = MinDelta,
            Patience = Patience,
        };
    }
}
