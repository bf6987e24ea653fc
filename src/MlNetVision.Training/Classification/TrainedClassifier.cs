using MlNetVision.Classification;
using MlNetVision.Data;
using MlNetVision.MlNet;
using MlNetVision.Onnx;

namespace MlNetVision.Training;

/// <summary>A classifier of images that was trained: one network from images to probabilities, and how it came about.</summary>
public sealed class TrainedClassifier
{
    internal TrainedClassifier(OnnxModel model, IReadOnlyList<EpochMetrics> history, int bestEpoch, ClassificationEvaluation? evaluation, bool isCancelled) =>
        (Model, History, BestEpoch, Evaluation, IsCancelled) = (model, history, bestEpoch, evaluation, isCancelled);

    /// <summary>
    /// The network, head included: one image in, <c>probabilities</c> [N, classes] out. Its metadata say the task, the classes, the size and
    /// the pre-processing, so that <see cref="ImageClassifier.Load"/> opens it as it is.
    /// </summary>
    public OnnxModel Model { get; }

    /// <summary>The epochs; those of fine-tuning follow those of the head.</summary>
    public IReadOnlyList<EpochMetrics> History { get; }

    /// <summary>The epoch whose weights were kept.</summary>
    public int BestEpoch { get; }

    /// <summary>How the network answers for the validation images; null without such images.</summary>
    public ClassificationEvaluation? Evaluation { get; }

    /// <summary>Images that could not be read, and were left out.</summary>
    public IReadOnlyList<UnreadableImage> Unreadable { get; internal init; } = [];

    /// <summary>What the training was, in names and values, for reports.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; internal init; } = [];

    /// <summary>Whether training was ended by its caller before its last epoch.</summary>
    public bool IsCancelled { get; }

    /// <summary>Writes the network as an <c>.onnx</c> file for any runtime; it appears under its name when whole.</summary>
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
    /// <param name="folder">Where to; made where it is missing.</param>
    /// <param name="title">The heading. Default: Classifier.</param>
    /// <param name="warnings">What the reader should know besides unreadable images; null: nothing.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void WriteReport(string folder, string title = "Classifier", IReadOnlyList<string>? warnings = null) => TrainingReport.Write(folder, new TrainingReportContent
    {
        Title = title,
        Epochs = History,
        ModelEpoch = BestEpoch,
        Evaluation = Evaluation,
        Settings = Settings,
        Warnings = [.. warnings ?? [], .. Unreadable.Select(u => u.Error)],
    });
}
