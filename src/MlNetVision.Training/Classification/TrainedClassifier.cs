using MlNetVision.Classification;
using MlNetVision.Data;
using MlNetVision.MlNet;
using MlNetVision.Onnx;

namespace MlNetVision.Training;

/// <summary>A trained image classifier: one network from images to probabilities, and the history of its training.</summary>
public sealed class TrainedClassifier
{
    internal TrainedClassifier(OnnxModel model, IReadOnlyList<EpochMetrics> history, int bestEpoch, ClassificationEvaluation? evaluation,
        bool isCancelled) =>
        (Model, History, BestEpoch, Evaluation, IsCancelled) = (model, history, bestEpoch, evaluation, isCancelled);

    /// <summary>
    /// The network with the head: one image in, <c>probabilities</c> [N, classes] out. Its metadata has the task, the classes, the size and the
    /// input normalisation, so <see cref="ImageClassifier.Load"/> needs no options.
    /// </summary>
    public OnnxModel Model { get; }

    /// <summary>The epochs; those of fine-tuning follow those of the head.</summary>
    public IReadOnlyList<EpochMetrics> History { get; }

    /// <summary>The epoch whose weights were kept.</summary>
    public int BestEpoch { get; }

    /// <summary>The evaluation on the validation images; null without such images.</summary>
    public ClassificationEvaluation? Evaluation { get; }

    /// <summary>The unreadable images, which were left out.</summary>
    public IReadOnlyList<UnreadableImage> Unreadable { get; internal init; } = [];

    /// <summary>The settings of the training by name, for reports.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; internal init; } = [];

    /// <summary>Whether the caller cancelled training before its last epoch.</summary>
    public bool IsCancelled { get; }

    /// <summary>Writes the network atomically as an <c>.onnx</c> file for any runtime.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveOnnx(string path) => Model.Save(path);

    /// <summary>
    /// Writes an ML.NET model of ML.NET's own transforms: any app with Microsoft.ML, ImageAnalytics and OnnxTransformer loads it.
    /// See <see cref="SavedModels.SaveStandaloneZip(ImageClassifier, string)"/>. The same network gives the same bytes.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveZip(string path)
    {
        using var classifier = ImageClassifier.Load(Model);
        classifier.SaveStandaloneZip(path);
    }

    /// <summary>Writes <c>report.html</c> and <c>metrics.json</c>; see <see cref="TrainingReport.Write"/>.</summary>
    /// <param name="folder">The folder; created where it is missing.</param>
    /// <param name="title">The heading. Default: Classifier.</param>
    /// <param name="warnings">Further warnings beside unreadable images; null: none.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void WriteReport(string folder, string title = "Classifier", IReadOnlyList<string>? warnings = null) =>
        TrainingReport.Write(folder, new TrainingReportContent
    {
        Title = title,
        Epochs = History,
        ModelEpoch = BestEpoch,
        Evaluation = Evaluation,
        Settings = Settings,
        Warnings = [.. warnings ?? [], .. Unreadable.Select(u => u.Error)],
    });
}

/// <summary>The metrics of one epoch.</summary>
public sealed record EpochMetrics
{
    /// <summary>The epoch, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The loss on the training rows, averaged over the epoch as the weights changed.</summary>
    public required float TrainLoss { get; init; }

    /// <summary>The accuracy on the training rows, 0 to 1, averaged over the epoch as the weights changed.</summary>
    public required float TrainAccuracy { get; init; }

    /// <summary>The loss on the validation rows after the epoch; null without such rows.</summary>
    public float? ValidationLoss { get; init; }

    /// <summary>The accuracy on the validation rows after the epoch, 0 to 1; null without such rows.</summary>
    public float? ValidationAccuracy { get; init; }

    /// <summary>The learning rate of the epoch's last step.</summary>
    public required float LearningRate { get; init; }

    /// <summary>The duration of the epoch in seconds.</summary>
    public required double Seconds { get; init; }
}
