using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MlNetVision.Data;
using MlNetVision.Detection.Evaluation;
using MlNetVision.Files;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Import.Darknet;

namespace MlNetVision.Training.Detection;

/// <summary>
/// Trains a Darknet detector with <c>[region]</c> or <c>[yolo]</c> heads: the loss of YOLO v2 or v3 on gradient graphs that ONNX Runtime executes.
/// </summary>
public sealed class DetectorTrainer
{
    private readonly DarknetTrainingNetwork _network;
    private readonly IReadOnlyList<AnnotatedImage> _train;
    private readonly IReadOnlyList<AnnotatedImage> _validation;
    private readonly IReadOnlyList<string> _labels;
    private readonly DetectorTrainingOptions _options;
    private readonly DetectorRun _run;
    private readonly DetectionBatches _batches;

    private DetectorTrainer(DarknetTrainingNetwork network, IReadOnlyList<AnnotatedImage> train, IReadOnlyList<AnnotatedImage> validation,
        IReadOnlyList<string> labels, DetectorTrainingOptions options, DetectorRun run)
    {
        (_network, _train, _validation, _labels, _options, _run) = (network, train, validation, labels, options, run);
        var input = DetectorStart.ResizeOf(network);
        _batches = new DetectionBatches(
            DetectionSampler.For(network, train, labels, options), (input.Width, input.Height), network.Facts.Stride ?? 1, options);
    }

    /// <summary>
    /// Trains a detector from a start: the data sets' classes are brought to the order of the start's, and <see cref="DetectorTrainingOptions.For"/> decides
    /// what the options leave open.
    /// </summary>
    /// <param name="start">The start.</param>
    /// <param name="train">The training images.</param>
    /// <param name="validation">The validation images; null: none.</param>
    /// <param name="options">The settings; null: the defaults.</param>
    /// <param name="run">Callbacks and workspace; null: none.</param>
    /// <param name="cancellationToken">Ends training after the current step.</param>
    /// <remarks>As <see cref="Train(DarknetTrainingNetwork, DetectionDataSet, DetectionDataSet, DetectorTrainingOptions, DetectorRun, CancellationToken)"/>.</remarks>
    public static TrainedDetector Train(DetectorStart start, DetectionDataSet train, DetectionDataSet? validation = null,
        DetectorTrainingOptions? options = null, DetectorRun? run = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(train);
        return Train(start.Network, train.WithClasses(start.Labels), validation?.WithClasses(start.Labels), (options ?? new()).For(start), run, cancellationToken);
    }

    /// <summary>Trains a detector.</summary>
    /// <param name="network">
    /// The network with the weights to start from, for as many classes as the data set has; it is not changed. Its <c>.cfg</c> states the input size and how
    /// images are resized to it (<c>letter_box</c>).
    /// </param>
    /// <param name="train">The training images, with the classes in the network's order; images that cannot be decoded are left out.</param>
    /// <param name="validation">The validation images, by which the best epoch is chosen; null: the last epoch is kept.</param>
    /// <param name="options">The settings; null: the defaults.</param>
    /// <param name="run">Callbacks and workspace; null: none.</param>
    /// <param name="cancellationToken">Ends training after the current step. The result is the network as it is then, or the best so far.</param>
    /// <exception cref="BadDataSetException">No image can be used, or the sets have other classes.</exception>
    /// <exception cref="BadModelException">The network has other classes, or an operator without a gradient.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, the workspace has a file of another kind under the checkpoint's name, another
    /// training works in it, or the learning rate is so high that the loss is not a number.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the first step was done.</exception>
    public static TrainedDetector Train(
        DarknetTrainingNetwork network, DetectionDataSet train, DetectionDataSet? validation = null, DetectorTrainingOptions? options = null,
        DetectorRun? run = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(train);
        options ??= new();
        run ??= new();
        options.Validate();
        CheckClasses(network, train, validation);
        using var held = WorkspaceLock.Take(run.Workspace);
        var unreadable = new List<UnreadableImage>();
        var images = Readable(train.Images, unreadable, cancellationToken);
        if (images.Count == 0) throw new BadDataSetException($"{train.Source}: no image can be used. {unreadable[0].Error}");
        var judged = validation is null ? [] : Readable(validation.Images, unreadable, cancellationToken);
        return new DetectorTrainer(network, images, judged, train.ClassNames, options, run).Run(unreadable, cancellationToken);
    }

    private static void CheckClasses(DarknetTrainingNetwork network, DetectionDataSet train, DetectionDataSet? validation)
    {
        var classes = (int)network.Heads[0].Number("classes", 0);
        if (network.Heads.Any(h => h.Number("classes", 0) != train.ClassNames.Count))
            throw new BadModelException($"{network.Model.Name}: the network has {classes} classes, {train.Source} has {train.ClassNames.Count}; expected as many.");
        if (validation?.ClassNames.Except(train.ClassNames).ToArray() is { Length: > 0 } others)
            throw new BadDataSetException($"{validation.Source}: the classes {string.Join(", ", others)} are not among those of {train.Source}: {string.Join(", ", train.ClassNames)}.");
    }

    private static List<AnnotatedImage> Readable(
        IReadOnlyList<AnnotatedImage> images, List<UnreadableImage> unreadable, CancellationToken cancellationToken)
    {
        var found = UnreadableImage.Find([.. images.Select(i => i.Path)], cancellationToken: cancellationToken);
        unreadable.AddRange(found);
        var bad = found.Select(u => u.Path).ToHashSet(StringComparer.Ordinal);
        return [.. images.Where(i => !bad.Contains(i.Path))];
    }

    private TrainedDetector Run(IReadOnlyList<UnreadableImage> unreadable, CancellationToken cancellationToken)
    {
        using var step = new DetectorStep(_network, TrainedTensors(), _options);
        if (step.DeviceNote is { } note) _run.Log?.Invoke(note);
        var loop = new DetectorLoop(step, _batches, _options, _run, _network.Seen,
            _validation.Count == 0 ? null : values => Evaluate(Export(step, values, 0).Model, cancellationToken));
        var outcome = loop.Run(_run.Open(HashSetup), cancellationToken);
        var (model, files) = Export(step, outcome.Values, outcome.Steps);
        var evaluation = _validation.Count == 0 || outcome.IsCancelled ? null : outcome.Metrics ?? Evaluate(model, CancellationToken.None);
        return new TrainedDetector(model, files, outcome.History, outcome.BestEpoch, evaluation, outcome.Steps, outcome.IsCancelled, unreadable)
        {
            Settings = DetectorSettings.Of(_network, (_train.Count, _validation.Count), (outcome.History.Count, outcome.Steps), _options),
            Running = (_options.Device, _options.Threads),
        };
    }

    /// <summary>The tensors from the first trained layer on.</summary>
    private string[] TrainedTensors()
    {
        var first = 0;
        if (_options.Freeze is { } freeze)
        {
            var found = _network.Layers.FirstOrDefault(l => l.Name == freeze || l.Number.ToString(CultureInfo.InvariantCulture) == freeze)
                ?? throw new ArgumentException(
                    $"{nameof(DetectorTrainingOptions.Freeze)} is '{freeze}', expected the name or number of a layer: {string.Join(", ", _network.Layers.Select(l => l.Name))}.");
            first = found.Number;
        }
        var trained = _network.Layers.Skip(first).SelectMany(l => l.Parameters).ToArray();
        return trained.Length > 0 ? trained : throw new ArgumentException($"{nameof(DetectorTrainingOptions.Freeze)} is '{_options.Freeze}': no layer from it on is trained.");
    }

    private DetectionEvaluation Evaluate(OnnxModel model, CancellationToken cancellationToken)
    {
        using var detector = DetectorReport.Open(model, _options.Device, _options.Threads);
        var evaluator = new DetectionEvaluator(_labels, detector.Labels);
        foreach (var (image, result, error) in DetectorReport.DetectAll(detector, _validation, cancellationToken))
            evaluator.Add(image.Id, result is null ? throw error! : result.Detections, image.Boxes);
        return evaluator.Evaluate();
    }

    /// <summary>The network as it is used, by way of Darknet's own files, so that Darknet computes the same.</summary>
    private (OnnxModel Model, DarknetFiles Files) Export(DetectorStep step, IReadOnlyList<float[]> values, long steps)
    {
        var files = DarknetFiles.Of(_network, step.Export(values), _network.Seen + (steps * _options.BatchSize), _labels);
        return (files.Import(), files);
    }

    /// <summary>The hash that a checkpoint must have to be resumed.</summary>
    private string HashSetup()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Text(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
        Text(_options.Identity());
        Text(_network.Text);
        hash.AppendData(_network.Model.ToBytes());
        foreach (var label in _labels) Text(label);
        foreach (var image in _train)
        {
            hash.AppendData(RegularFile.ReadAllBytes(image.Path));
            foreach (var box in image.Boxes) Text(FormattableString.Invariant($"{box.Label} {box.Box.Left:R} {box.Box.Top:R} {box.Box.Right:R} {box.Box.Bottom:R} {box.Ignored}"));
        }
        foreach (var image in _validation) Text(FormattableString.Invariant($"{image.Id} {new FileInfo(image.Path).Length} {image.Boxes.Count}"));
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
