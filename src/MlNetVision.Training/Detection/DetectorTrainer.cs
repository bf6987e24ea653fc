using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MlNetVision.Data;
using MlNetVision.Detection;
using MlNetVision.Detection.Evaluation;
using MlNetVision.Files;
using MlNetVision.Gradients.Optimizers;
using MlNetVision.Imaging;
using MlNetVision.Onnx.Import;
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
        var input = network.Model.Inputs[0].Shape;
        var (height, width) = ((int)input[2]!.Value, (int)input[3]!.Value);
        var fit = network.Facts.Fit == ImportedFit.Letterbox ? ResizeMode.Letterbox : ResizeMode.Stretch;
        var sampler = new DetectionSampler(train, labels, options.Augmentation, fit, RgbColor.DarknetGrey, options.Seed);
        _batches = new DetectionBatches(sampler, (width, height), network.Facts.Stride ?? 1, options);
    }

    /// <summary>Trains a detector.</summary>
    /// <param name="network">
    /// The network with the weights to start from, for as many classes as the data set has; it is not changed. Its <c>.cfg</c> states the input size and how
    /// images are resized to it (<c>letter_box</c>).
    /// </param>
    /// <param name="train">The training images; images that cannot be decoded are left out.</param>
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
        var held2 = validation is null ? [] : Readable(validation.Images, unreadable, cancellationToken);
        return new DetectorTrainer(network, images, held2, train.ClassNames, options, run).Run(unreadable, cancellationToken);
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
        var loop = new DetectorLoop(step, _batches, _options, _run, values => Evaluate(step, values, CancellationToken.None), _validation.Count > 0, _network.Seen);
        var outcome = loop.Run(_run.Open(HashSetup), cancellationToken);
        var (model, files) = Export(step, outcome.Values, outcome.Steps);
        return new TrainedDetector(model, files, outcome.History, outcome.BestEpoch, _validation.Count == 0 ? null : Evaluate(model, CancellationToken.None),
            outcome.Steps, outcome.IsCancelled, unreadable);
    }

    /// <summary>The tensors from the first trained layer on.</summary>
    private string[] TrainedTensors()
    {
        var first = 0;
        if (_options.Freeze is { } freeze)
        {
            var found = _network.Layers.FirstOrDefault(l => l.Name == freeze || l.Number.ToString(System.Globalization.CultureInfo.InvariantCulture) == freeze)
                ?? throw new ArgumentException(
                    $"{nameof(DetectorTrainingOptions.Freeze)} is '{freeze}', expected the name or number of a layer: {string.Join(", ", _network.Layers.Select(l => l.Name))}.");
            first = found.Number;
        }
        var trained = _network.Layers.Skip(first).SelectMany(l => l.Parameters).ToArray();
        return trained.Length > 0 ? trained : throw new ArgumentException($"{nameof(DetectorTrainingOptions.Freeze)} is '{_options.Freeze}': no layer from it on is trained.");
    }

    private (double Map50, double Map) Evaluate(DetectorStep step, IReadOnlyList<float[]> values, CancellationToken cancellationToken)
    {
        var evaluation = Evaluate(Export(step, values, 0).Model, cancellationToken);
        return (evaluation.Map50 ?? 0, evaluation.Map ?? 0);
    }

    private DetectionEvaluation Evaluate(Onnx.OnnxModel model, CancellationToken cancellationToken)
    {
        // Average precision ranks all detections, down to low scores.
        using var detector = ObjectDetector.Load(model, new ObjectDetectorOptions
        {
            Adjust = o => o with { Confidence = DetectionEvaluator.LowestScore }, Threads = _options.Threads, Device = _options.Device,
        });
        var evaluator = new DetectionEvaluator(_labels, detector.Labels);
        foreach (var image in _validation) evaluator.Add(image.Id, detector.Detect(image.Path, cancellationToken).Detections, image.Boxes);
        return evaluator.Evaluate();
    }

    /// <summary>The network as it is used, by way of Darknet's own files, so that Darknet computes the same.</summary>
    private (Onnx.OnnxModel Model, DarknetFiles Files) Export(DetectorStep step, IReadOnlyList<float[]> values, long steps)
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

/// <summary>Runs the steps of a detector's training.</summary>
/// <param name="step">The step.</param>
/// <param name="batches">The batches.</param>
/// <param name="options">The settings.</param>
/// <param name="run">Callbacks.</param>
/// <param name="evaluate">Evaluates weights on the validation images.</param>
/// <param name="evaluates">Whether there are such images.</param>
/// <param name="seen">The number of images that the network has seen before.</param>
internal sealed class DetectorLoop(
    DetectorStep step, DetectionBatches batches, DetectorTrainingOptions options, DetectorRun run,
    Func<IReadOnlyList<float[]>, (double Map50, double Map)> evaluate, bool evaluates, long seen)
{
    private readonly IOptimizer _optimizer = options.CreateOptimizer();
    private readonly WeightAverage _average = new(options.AverageDecay);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private List<DetectorEpoch> _history = [];
    private DetectorTerms _sum = DetectorTerms.Zero;
    private IReadOnlyList<float[]> _best = [];
    private long _done;

    public DetectorOutcome Run(CheckpointFile? file, CancellationToken cancellationToken)
    {
        Resume(file);
        var (begun, kept, epochClock) = (_done, Stopwatch.StartNew(), Stopwatch.StartNew());
        var rates = options.CreateRates(batches.Steps);
        var cancelled = false;
        if (_done < batches.Steps && !IsOver())
        {
            var source = batches.From(_done, cancellationToken).GetAsyncEnumerator(cancellationToken);
            try
            {
                while (Next(source))
                {
                    var rate = rates.At(_done);
                    RunStep(source.Current, rate, cancellationToken);
                    run.Progress?.Invoke(new DetectorProgress(_done, batches.Steps, (int)((_done - 1) / batches.StepsPerEpoch) + 1, _last, rate,
                        _clock.Elapsed * ((double)(batches.Steps - _done) / (_done - begun))));
                    if (_done % batches.StepsPerEpoch == 0)
                    {
                        EndEpoch(rate, epochClock.Elapsed.TotalSeconds);
                        epochClock.Restart();
                        Keep(file, kept);
                        run.Epoch?.Invoke(_history[^1]);
                        if (IsOver()) break;
                    }
                    else if (kept.Elapsed > run.KeepEvery)
                    {
                        Keep(file, kept);
                    }
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                cancelled = true;
            }
            finally
            {
                source.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        }
        if (_done == 0) throw new OperationCanceledException(cancellationToken);
        if (cancelled) Keep(file, kept);
        var best = BestEpoch();
        return new DetectorOutcome(_best.Count > 0 ? _best : _average.Values, _history, best, _done, cancelled);
    }

    private DetectorTerms _last = DetectorTerms.Zero;

    private static bool Next(IAsyncEnumerator<DetectorBatch> source) => source.MoveNextAsync().AsTask().GetAwaiter().GetResult();

    private void RunStep(DetectorBatch batch, float rate, CancellationToken cancellationToken)
    {
        _last = step.Run(batch, seen + (_done * options.BatchSize) < DetectorHeads.PriorImages, cancellationToken);
        // Checked before weights change, so that checkpoints are always valid.
        if (!double.IsFinite(_last.Total) || !step.Parameters.All(p => Array.TrueForAll(p.Gradient, float.IsFinite)))
            throw new ArgumentException(FormattableString.Invariant(
                $"At step {_done + 1} the loss or its gradient is not a number: the learning rate {options.LearningRate} is too high."));
        if (options.MostGradientNorm is { } limit) GradientClipping.ByGlobalNorm(step.Parameters, limit);
        _optimizer.Step(step.Parameters, rate);
        if (_average.Values.Count == 0) _average.Start(step.Tensors);
        _average.Update(step.Tensors, _done);
        _sum = _sum.Add(_last, 1);
        _done++;
    }

    private void EndEpoch(float rate, double seconds)
    {
        var number = _history.Count + 1;
        var epoch = new DetectorEpoch
        {
            Epoch = number, Losses = DetectorTerms.Zero.Add(_sum, 1.0 / batches.StepsPerEpoch), LearningRate = rate, Seconds = seconds,
        };
        _sum = DetectorTerms.Zero;
        if (evaluates && (number % options.EvaluateEvery == 0 || _done == batches.Steps))
        {
            var (map50, map) = evaluate(_average.Values);
            epoch = epoch with { Map50 = map50, Map = map };
        }
        _history.Add(epoch);
        if (BestEpoch() == number) _best = [.. _average.Values.Select(v => v.ToArray())];
    }

    /// <summary>The epoch whose weights are kept, from 1: the first best one by mAP at IoU 0.5, or the last one without validation images.</summary>
    private int BestEpoch() => _history.Count == 0 ? 0
        : !evaluates || _history.TrueForAll(e => e.Map50 is null) ? _history.Count
        : _history.MaxBy(e => (e.Map50 ?? -1, e.Map ?? -1))!.Epoch;

    /// <summary>Whether training ends early. It depends on the epochs alone, so a resumed run ends like an unbroken one.</summary>
    private bool IsOver() => evaluates && options.Patience is { } patience && _history.Count - BestEpoch() >= patience;

    private void Resume(CheckpointFile? file)
    {
        var count = step.Tensors.Count;
        if (file?.Resume(step.Tensors, _optimizer) is not { } kept) return;
        var state = JsonSerializer.Deserialize(kept.History, DetectorJson.Default.DetectorState)!;
        (_done, _history, _sum, _best) = (state.Steps, [.. state.History], state.Sum, kept.Best);
        _average.Start(step.Tensors, [.. kept.Values.Skip(count)]);
        foreach (var epoch in _history) run.Epoch?.Invoke(epoch);
    }

    private void Keep(CheckpointFile? file, Stopwatch kept)
    {
        kept.Restart();
        if (file is null) return;
        var checkpoint = TrainingCheckpoint.Of(step.Tensors, _optimizer);
        file.Keep(checkpoint with
        {
            Values = [.. checkpoint.Values, .. _average.Values], Best = _best,
            History = JsonSerializer.Serialize(new DetectorState(_done, [.. _history], _sum), DetectorJson.Default.DetectorState),
        });
    }
}

/// <summary>The result of a detector's training loop.</summary>
/// <param name="Values">The values of all tensors.</param>
/// <param name="History">All finished epochs.</param>
/// <param name="BestEpoch">The epoch whose weights were kept; 0: none was finished.</param>
/// <param name="Steps">The number of finished steps.</param>
/// <param name="IsCancelled">Whether it ended by cancellation.</param>
internal sealed record DetectorOutcome(IReadOnlyList<float[]> Values, IReadOnlyList<DetectorEpoch> History, int BestEpoch, long Steps, bool IsCancelled);

/// <summary>What a checkpoint holds beside tensors.</summary>
internal sealed record DetectorState(long Steps, DetectorEpoch[] History, DetectorTerms Sum);

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(DetectorState))]
internal sealed partial class DetectorJson : JsonSerializerContext;
