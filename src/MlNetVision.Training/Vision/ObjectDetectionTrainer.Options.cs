using Microsoft.ML;
using MlNetVision.Training.Detection;

namespace MlNetVision.Training.Vision;

public sealed partial class ObjectDetectionTrainer
{
    /// <summary>Options under the names of Microsoft.ML.TorchSharp where they mean the same, and some of our own.</summary>
    public sealed class Options
    {
        /// <summary>The column of labels: a vector of keys, one per box. Default: Label.</summary>
        public string LabelColumnName { get; set; } = "Label";

        /// <summary>The output column of predicted labels: a vector of keys with the values of the labels, one per detection. Default: PredictedLabel.</summary>
        public string PredictedLabelColumnName { get; set; } = "PredictedLabel";

        /// <summary>
        /// The column of boxes: a vector of float, four per box (left, top, right, bottom), in pixels of the image. Default: BoundingBoxes.
        /// </summary>
        public string BoundingBoxColumnName { get; set; } = "BoundingBoxes";

        /// <summary>The output column of predicted boxes, likewise. Default: PredictedBoundingBoxes.</summary>
        public string PredictedBoundingBoxColumnName { get; set; } = "PredictedBoundingBoxes";

        /// <summary>The column of images (<c>MLImage</c>, such as <c>LoadImages</c> gives), or of text, their paths. Default: Image.</summary>
        public string ImageColumnName { get; set; } = "Image";

        /// <summary>The output column of scores: a vector of float, one per detection, the best first. Default: Score.</summary>
        public string ScoreColumnName { get; set; } = "Score";

        /// <summary>
        /// Ours: the output column of the detections as <see cref="MlNet.DetectionList"/>, for drawing and export; beside it stands the column
        /// <c>Error</c>, which says why a row has no image. Default: Detections.
        /// </summary>
        public string DetectionsColumnName { get; set; } = "Detections";

        /// <summary>The IoU above which the lower-scored of two boxes of one class is removed, 0 to 1. Default: 0.45.</summary>
        public double IOUThreshold { get; set; } = 0.45;

        /// <summary>The least score of a detection, 0 to 1. Default: 0.25, that of all detectors of this library.</summary>
        public double ScoreThreshold { get; set; } = 0.25;

        /// <summary>
        /// The epochs after which the learning rate falls to a tenth, rising. Null, the default: it falls along half a cosine to the last epoch.
        /// </summary>
        public IReadOnlyList<int>? Steps { get; set; }

        /// <summary>The number of epochs. Default: 100.</summary>
        public int MaxEpoch { get; set; } = 100;

        /// <summary>The batch size. Default: 8.</summary>
        public int BatchSize { get; set; } = 8;

        /// <summary>
        /// The first learning rate, of AdamW. Null, the default: 0.001, or 0.0003 where <see cref="Start"/> detects the same classes already.
        /// </summary>
        public double? InitLearningRate { get; set; }

        /// <summary>The weight decay. Default: 0.0005.</summary>
        public double WeightDecay { get; set; } = 0.0005;

        /// <summary>The rows by which the best epoch is chosen, with the same columns. Null, the default: see <see cref="ValidationSetFraction"/>.</summary>
        public IDataView? ValidationSet { get; set; }

        /// <summary>
        /// Ours: the share of the rows that is held out where there is no <see cref="ValidationSet"/>, in which each class has its part; null: none, and the
        /// last epoch is kept. Default: 0.2.
        /// </summary>
        public float? ValidationSetFraction { get; set; } = 0.2f;

        /// <summary>How many steps lie between two messages on the loss. Default: 50.</summary>
        public int LogEveryNStep { get; set; } = 50;

        /// <summary>Ours: receives those messages, and what was left out of the rows. Default: nobody.</summary>
        public Action<string>? Log { get; set; }

        /// <summary>Ours: called after each epoch with its losses and its mean average precision on the validation rows. Default: no callback.</summary>
        public Action<DetectorEpoch>? MetricsCallback { get; set; }

        /// <summary>
        /// Ours: <c>small</c>, <c>base</c>, or a <c>.cfg</c> file of Darknet; see <see cref="DetectorStartOptions.Network"/>. Null, the default: that of
        /// <see cref="Start"/>, else <c>small</c>.
        /// </summary>
        public string? Network { get; set; }

        /// <summary>
        /// Ours: a detector or weights to start from; see <see cref="DetectorStartOptions.Start"/>. Null, the default: random weights.
        /// </summary>
        public string? Start { get; set; }

        /// <summary>Ours: the size of the network's input in pixels. Null, the default: that of the network.</summary>
        public (int Width, int Height)? Size { get; set; }

        /// <summary>Ours: the random seed of weights, row order, augmentation and split. The same seed gives the same model. Default: 1.</summary>
        public int Seed { get; set; } = 1;

        /// <summary>Ours: the folder of the checkpoint, from which an interrupted training resumes. Null, the default: none.</summary>
        public string? WorkspacePath { get; set; }

        /// <summary>Ours: ends the training after the current step; the model is the best so far. Default: never.</summary>
        public CancellationToken CancellationToken { get; set; }

        /// <summary>Ours: changes what the other options do not reach, such as the augmentation. Null, the default: nothing.</summary>
        public Func<DetectorTrainingOptions, DetectorTrainingOptions>? Adjust { get; set; }

        /// <summary>The full path of the workspace; null: none.</summary>
        internal string? Workspace => string.IsNullOrEmpty(WorkspacePath) ? null : Path.GetFullPath(WorkspacePath);

        internal void Validate()
        {
            CheckPart(nameof(IOUThreshold), IOUThreshold);
            CheckPart(nameof(ScoreThreshold), ScoreThreshold);
            if (LogEveryNStep < 1) throw new ArgumentException($"{nameof(LogEveryNStep)} is {LogEveryNStep}, expected 1 or more.");
            if (ValidationSetFraction is not (null or (> 0 and < 1)))
                throw new ArgumentException(FormattableString.Invariant($"{nameof(ValidationSetFraction)} is {ValidationSetFraction}, expected a number between 0 and 1, or null."));
        }

        internal DetectorTrainingOptions ToTraining()
        {
            var options = new DetectorTrainingOptions
            {
                Epochs = MaxEpoch, BatchSize = BatchSize, LearningRate = (float?)InitLearningRate, WeightDecay = (float)WeightDecay, Seed = Seed,
                Schedule = Steps is null ? RateSchedule.Cosine : RateSchedule.Step, StepEpochs = Steps,
            };
            return Adjust?.Invoke(options) ?? options;
        }

        private static void CheckPart(string name, double value)
        {
            if (value is not (>= 0 and <= 1)) throw new ArgumentException(FormattableString.Invariant($"{name} is {value}, expected 0 to 1."));
        }
    }
}
