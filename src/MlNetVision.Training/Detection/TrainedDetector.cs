using MlNetVision.Data;
using MlNetVision.Detection;
using MlNetVision.Detection.Evaluation;
using MlNetVision.Files;
using MlNetVision.MlNet;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Import.Darknet;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Training.Detection;

/// <summary>A trained detector and the history of its training.</summary>
public sealed class TrainedDetector
{
    private readonly DarknetFiles _files;

    internal TrainedDetector(OnnxModel model, DarknetFiles files, IReadOnlyList<DetectorEpoch> history, int bestEpoch, DetectionEvaluation? evaluation,
        long steps, bool isCancelled, IReadOnlyList<UnreadableImage> unreadable) =>
        (Model, _files, History, BestEpoch, Evaluation, Steps, IsCancelled, Unreadable) =
            (model, files, history, bestEpoch, evaluation, steps, isCancelled, unreadable);

    /// <summary>
    /// The network; its metadata has the task, the classes, the size, anchors and input normalisation, so <see cref="ObjectDetector.Load"/> needs no options.
    /// </summary>
    public OnnxModel Model { get; }

    /// <summary>The finished epochs.</summary>
    public IReadOnlyList<DetectorEpoch> History { get; }

    /// <summary>The epoch whose weights were kept, from 1; 0: none was finished, and the weights are those of the last step.</summary>
    public int BestEpoch { get; }

    /// <summary>The evaluation on the validation images; null without such images, and where training was cancelled.</summary>
    public DetectionEvaluation? Evaluation { get; }

    /// <summary>The number of finished steps.</summary>
    public long Steps { get; }

    /// <summary>Whether the caller cancelled training before its last step.</summary>
    public bool IsCancelled { get; }

    /// <summary>The images that could not be decoded, which were left out.</summary>
    public IReadOnlyList<UnreadableImage> Unreadable { get; }

    /// <summary>Writes the network atomically as an <c>.onnx</c> file.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveOnnx(string path) => Model.Save(path);

    /// <summary>Writes an ML.NET model. The same network gives the same bytes.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveZip(string path)
    {
        using var detector = ObjectDetector.Load(Model);
        detector.SaveZip(path);
    }

    /// <summary>The settings of the training by name, for reports.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; internal init; } = [];

    /// <summary>The devices and threads of the training, for detection after it.</summary>
    internal (DeviceList? Device, int Threads) Running { get; init; }

    /// <summary>Writes a report of the training: <c>report.html</c> and <c>metrics.json</c>; see <see cref="DetectorReport"/>.</summary>
    /// <param name="folder">The folder; created where it is missing.</param>
    /// <param name="title">The heading, such as the data set's name.</param>
    /// <param name="validation">The validation images; null: none.</param>
    /// <param name="warnings">Warnings beside unreadable images; null: none.</param>
    /// <param name="before">The detector that training started with, of the same classes, for metrics before and after; null: none.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="BadDataSetException">An image has a class that the detector lacks.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void WriteReport(
        string folder, string title, DetectionDataSet? validation, IReadOnlyList<string>? warnings = null, OnnxModel? before = null,
        CancellationToken cancellationToken = default) => WriteReport(folder, title, validation, Settings, warnings, before, Running, cancellationToken);

    /// <summary>Writes a report of the training: <c>report.html</c> and <c>metrics.json</c>; see <see cref="DetectorReport"/>.</summary>
    /// <param name="folder">The folder; created where it is missing.</param>
    /// <param name="title">The heading, such as the data set's name.</param>
    /// <param name="start">What the training started with. Where that detects the classes already, the report has its metrics too.</param>
    /// <param name="train">The training images.</param>
    /// <param name="validation">The validation images; null: none.</param>
    /// <param name="options">The settings of the training.</param>
    /// <param name="warnings">Warnings that the report repeats; null: none.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void WriteReport(
        string folder, string title, DetectorStart start, DetectionDataSet train, DetectionDataSet? validation, DetectorTrainingOptions options,
        IReadOnlyList<string>? warnings = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(options);
        var settings = DetectorSettings.Of(
            start.Network, (train.Images.Count, validation?.Images.Count ?? 0), (History.Count, Steps), options, start);
        WriteReport(
            folder, title, validation, settings, warnings, start.IsWhole && validation is not null ? start.ToModel() : null,
            (options.Device, options.Threads), cancellationToken);
    }

    private void WriteReport(
        string folder, string title, DetectionDataSet? validation, IReadOnlyList<KeyValuePair<string, string>> settings, IReadOnlyList<string>? warnings,
        OnnxModel? before, (DeviceList? Device, int Threads) running, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(title);
        if (validation?.ClassNames.Except(_files.Labels, StringComparer.Ordinal).ToArray() is { Length: > 0 } others)
            throw new BadDataSetException($"{validation.Source}: the classes {string.Join(", ", others)} are not among those of the detector: {string.Join(", ", _files.Labels)}.");
        IReadOnlyList<DetectedImage> Detect(OnnxModel? model) => validation is null || model is null ? []
            : DetectorReport.Detect(model, validation.Images, running.Device, running.Threads, cancellationToken);
        DetectorReport.Write(folder, new DetectorReportContent
        {
            Title = title, Labels = _files.Labels, Epochs = History, ModelEpoch = BestEpoch == 0 ? null : BestEpoch, Settings = settings,
            Warnings = [.. (warnings ?? []).Concat(Unreadable.Select(u => u.Error)).Distinct(StringComparer.Ordinal)],
            Validation = Detect(Model), Before = Detect(before),
        });
    }

    /// <summary>Writes the network for Darknet: <c>.weights</c>, with <c>.cfg</c> and <c>.names</c> of the same stem beside it, each atomically.</summary>
    /// <param name="path">The <c>.weights</c> file.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void SaveDarknet(string path) => _files.Write(path);
}

/// <summary>A network in Darknet's own files.</summary>
/// <param name="Cfg">The text of the <c>.cfg</c>.</param>
/// <param name="Weights">The bytes of the <c>.weights</c>.</param>
/// <param name="Labels">The class names.</param>
internal sealed record DarknetFiles(string Cfg, byte[] Weights, IReadOnlyList<string> Labels)
{
    /// <summary>The files of a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="values">A model with its values, batch normalisation apart.</param>
    /// <param name="seen">The number of images it was trained on.</param>
    /// <param name="labels">The class names.</param>
    public static DarknetFiles Of(DarknetTrainingNetwork network, OnnxModel values, long seen, IReadOnlyList<string> labels)
    {
        var folder = Directory.CreateTempSubdirectory("mlnetvision-");
        try
        {
            var weights = Path.Combine(folder.FullName, "network.weights");
            network.WriteWeights(values, weights, seen);
            return new(network.Text, File.ReadAllBytes(weights), labels);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public void Write(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(Path.ChangeExtension(path, ".cfg"), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(Cfg)));
        AtomicFile.Write(Path.ChangeExtension(path, ".names"), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(string.Concat(Labels.Select(l => l + "\n")))));
        AtomicFile.Write(path, stream => stream.Write(Weights));
    }

    /// <summary>The network with its metadata.</summary>
    public OnnxModel Import()
    {
        var folder = Directory.CreateTempSubdirectory("mlnetvision-");
        try
        {
            var weights = Path.Combine(folder.FullName, "detector.weights");
            Write(weights);
            var model = ModelSource.FromPath(Path.ChangeExtension(weights, ".cfg")).Open();
            // A later training can start from it.
            model.Metadata[DetectorStart.NetworkKey] = Cfg;
            return model;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
