using Microsoft.ML;

namespace MlNetVision.Training.Vision;

public sealed partial class ImageClassificationTrainer
{
    /// <summary>Options under the names of Microsoft.ML.Vision, with its defaults, and a few of our own.</summary>
    public sealed class Options
    {
        /// <summary>The column of image files: bytes, such as <c>LoadRawImageBytes</c> gives. Default: Features.</summary>
        public string FeatureColumnName { get; set; } = "Features";

        /// <summary>The column of labels: keys, such as <c>MapValueToKey</c> gives. Default: Label.</summary>
        public string LabelColumnName { get; set; } = "Label";

        /// <summary>The output column of probabilities, one per class. Default: Score.</summary>
        public string ScoreColumnName { get; set; } = "Score";

        /// <summary>The output column of predicted labels: keys with the values of the labels. Default: PredictedLabel.</summary>
        public string PredictedLabelColumnName { get; set; } = "PredictedLabel";

        /// <summary>The network whose features are classified. Default: <see cref="Architecture.ResnetV250"/>.</summary>
        public Architecture Arch { get; set; } = Architecture.ResnetV250;

        /// <summary>Ours: a network that replaces <see cref="Arch"/>: a name of the catalogue, or an .onnx file. Default: none.</summary>
        public string? Featurizer { get; set; }

        /// <summary>Ours: the layer at which it is cut; null: its last pooling. Default: null.</summary>
        public string? Cut { get; set; }

        /// <summary>Ours: what is trained on the features. Default: softmax, as in Microsoft.ML.Vision.</summary>
        public ClassifierHead Head { get; set; } = ClassifierHead.Softmax;

        /// <summary>Ours: the random seed of initial weights, row order and validation split. Default 1.</summary>
        public int Seed { get; set; } = 1;

        /// <summary>The number of epochs. Default 200.</summary>
        public int Epoch { get; set; } = 200;

        /// <summary>The batch size. Default 10.</summary>
        public int BatchSize { get; set; } = 10;

        /// <summary>The learning rate where there is no <see cref="LearningRateScheduler"/>. Default 0.01.</summary>
        public float LearningRate { get; set; } = 0.01f;

        /// <summary>How the learning rate changes; null: not at all. Default: <see cref="ExponentialLRDecay"/>.</summary>
        public LearningRateScheduler? LearningRateScheduler { get; set; } = new ExponentialLRDecay();

        /// <summary>Early stopping; null: none. Default: after 20 epochs whose accuracy is not better by 0.01.</summary>
        public EarlyStopping? EarlyStoppingCriteria { get; set; } = new();

        /// <summary>Called for each image's features and each epoch. Default: no callback.</summary>
        public Action<ImageClassificationMetrics>? MetricsCallback { get; set; }

        /// <summary>The validation rows. Default: none.</summary>
        public IDataView? ValidationSet { get; set; }

        /// <summary>
        /// The share of the training rows held out for validation where there is no <see cref="ValidationSet"/>; null: none. Default 0.1.
        /// </summary>
        public float? ValidationSetFraction { get; set; } = 0.1f;

        /// <summary>Whether the callback gets metrics of the training rows too. Default: yes.</summary>
        public bool TestOnTrainSet { get; set; } = true;

        /// <summary>
        /// The folder of features, of the checkpoint and of the trained network; null: a temporary one, gone after the training. Default: null.
        /// In an existing folder, files that no training wrote are never changed.
        /// </summary>
        public string? WorkspacePath { get; set; }

        /// <summary>
        /// Whether cached features of training images in the workspace are reused, by the images' content and the network; if not,
        /// they are removed and computed anew. Default: no.
        /// </summary>
        public bool ReuseTrainSetBottleneckCachedValues { get; set; }

        /// <summary>
        /// Whether cached features of validation images in the workspace are reused, by the images' content and the network; if not,
        /// they are removed and computed anew. Default: no. An image that is among the training images, too, counts as one of those.
        /// </summary>
        public bool ReuseValidationSetBottleneckCachedValues { get; set; }

        /// <summary>
        /// The name, within the workspace, of what holds the features of training images. Ours is a folder. A plain name that nothing else in
        /// the workspace has: no path, no dot or space at its end. Only files of features are removed from it.
        /// </summary>
        public string TrainSetBottleneckCachedValuesFileName { get; set; } = "trainSetBottleneckFile.csv";

        /// <summary>
        /// The name, within the workspace, of what holds the features of validation images. Ours is a folder. As for
        /// <see cref="TrainSetBottleneckCachedValuesFileName"/>, another name than that.
        /// </summary>
        public string ValidationSetBottleneckCachedValuesFileName { get; set; } = "validationSetBottleneckFile.csv";

        /// <summary>
        /// What the name of the trained network's file in the workspace starts with, before that of <see cref="Arch"/>'s network or
        /// <see cref="Featurizer"/>; may be empty, no path. A network of an earlier training is replaced, no other file.
        /// </summary>
        public string FinalModelPrefix { get; set; } = "custom_retrained_model_based_on_";
    }
}
