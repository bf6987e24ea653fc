using System.Diagnostics;
using System.Numerics.Tensors;
using System.Text.Json;
using System.Text.Json.Serialization;
using MlNetVision.Detection.Evaluation;
using MlNetVision.Gradients.Optimizers;

namespace MlNetVision.Training.Detection;

/// <summary>Runs the steps of a detector's training.</summary>
/// <param name="step">The step.</param>
/// <param name="batches">The batches.</param>
/// <param name="options">The settings.</param>
/// <param name="run">Callbacks.</param>
/// <param name="seen">The number of images that the network has seen before.</param>
/// <param name="evaluate">Evaluates weights on the validation images; null: there are none.</param>
internal sealed class DetectorLoop(
    DetectorStep step, DetectionBatches batches, DetectorTrainingOptions options, DetectorRun run,
    long seen, Func<IReadOnlyList<float[]>, DetectionEvaluation>? evaluate)
{
    private readonly IOptimizer _optimizer = options.CreateOptimizer();
    private readonly WeightAverage _average = new(options.AverageDecay);
    private readonly Stopwatch _kept = Stopwatch.StartNew();
    private readonly Stopwatch _waiting = new();
    private List<DetectorEpoch> _history = [];
    private DetectorTerms _sum = DetectorTerms.Zero;
    private DetectorTerms _last = DetectorTerms.Zero;
    private IReadOnlyList<float[]> _best = [];
    private DetectionEvaluation? _bestMetrics;
    private long _done;

    /// <summary>Trains until the last epoch, early stopping or cancellation.</summary>
    /// <param name="file">The checkpoint; null: none.</param>
    /// <param name="cancellationToken">Ends training; the current step, or the current evaluation, is dropped.</param>
    /// <exception cref="OperationCanceledException">Cancelled in the first step.</exception>
    public DetectorOutcome Run(CheckpointFile? file, CancellationToken cancellationToken)
    {
        Resume(file);
        var cancelled = false;
        try
        {
            Train(file, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            cancelled = true;
        }
        if (_done == 0) throw new OperationCanceledException(cancellationToken);
        if (cancelled) Keep(file);
        return new DetectorOutcome(_best.Count > 0 ? _best : _average.Values, _history, BestEpoch(), _bestMetrics, _done, cancelled);
    }

    private void Train(CheckpointFile? file, CancellationToken cancellationToken)
    {
        var (begun, clock, epochClock) = (_done, Stopwatch.StartNew(), Stopwatch.StartNew());
        var rates = options.CreateRates(batches.StepsPerEpoch);
        // A run may have been stopped between the last step of an epoch and its evaluation.
        EndEpochIfDone();
        if (_done == batches.Steps || IsOver()) return;
        var source = batches.From(_done, cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            while (!IsOver() && Next(source))
            {
                var rate = rates.At(_done);
                RunStep(source.Current, rate, cancellationToken);
                run.Progress?.Invoke(new DetectorProgress(_done, batches.Steps, (int)((_done - 1) / batches.StepsPerEpoch) + 1, _last, rate,
                    clock.Elapsed * ((double)(batches.Steps - _done) / (_done - begun))));
                if (!EndEpochIfDone() && _kept.Elapsed > run.KeepEvery) Keep(file);
            }
        }
        finally
        {
            source.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        bool EndEpochIfDone()
        {
            if (_done == 0 || _done % batches.StepsPerEpoch != 0 || _history.Count == _done / batches.StepsPerEpoch) return false;
            EndEpoch(rates.At(_done - 1), epochClock.Elapsed.TotalSeconds);
            epochClock.Restart();
            _waiting.Reset();
            Keep(file);
            run.Epoch?.Invoke(_history[^1]);
            return true;
        }
    }

    private bool Next(IAsyncEnumerator<DetectorBatch> source)
    {
        _waiting.Start();
        try
        {
            return source.MoveNextAsync().AsTask().GetAwaiter().GetResult();
        }
        finally
        {
            _waiting.Stop();
        }
    }

    private void RunStep(DetectorBatch batch, float rate, CancellationToken cancellationToken)
    {
        _last = step.Run(batch, seen + (_done * options.BatchSize) < DetectorHeads.PriorImages, cancellationToken);
        // Checked before weights change, so that checkpoints are always valid.
        if (!double.IsFinite(_last.Total) || !step.Parameters.All(p => float.IsFinite(TensorPrimitives.SumOfMagnitudes<float>(p.Gradient))))
            throw new ArgumentException(FormattableString.Invariant(
                $"At step {_done + 1} the loss or its gradient is not a number: the learning rate {options.Rate} is too high."));
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
            SecondsWaiting = _waiting.Elapsed.TotalSeconds,
        };
        DetectionEvaluation? metrics = null;
        if (evaluate is not null && (number % options.EvaluateEvery == 0 || _done == batches.Steps))
        {
            metrics = evaluate(_average.Values);
            epoch = epoch with { Map50 = metrics.Map50 ?? 0, Map = metrics.Map ?? 0 };
        }
        _sum = DetectorTerms.Zero;
        _history.Add(epoch);
        if (BestEpoch() == number) (_best, _bestMetrics) = ([.. _average.Values.Select(v => v.ToArray())], metrics);
    }

    /// <summary>The epoch whose weights are kept, from 1: the first best one by mAP at IoU 0.5, or the last one without validation images.</summary>
    private int BestEpoch() => _history.Count == 0 ? 0
        : evaluate is null || _history.TrueForAll(e => e.Map50 is null) ? _history.Count
        : _history.MaxBy(e => (e.Map50 ?? -1, e.Map ?? -1))!.Epoch;

    /// <summary>Whether training ends early. It depends on the epochs alone, so a resumed run ends like an unbroken one.</summary>
    private bool IsOver() => evaluate is not null && options.Patience is { } patience && _history.Count - BestEpoch() >= patience;

    private void Resume(CheckpointFile? file)
    {
        var count = step.Tensors.Count;
        if (file?.Resume(step.Tensors, _optimizer) is not { } kept) return;
        var state = JsonSerializer.Deserialize(kept.History, DetectorJson.Default.DetectorState)!;
        (_done, _history, _sum, _best) = (state.Steps, [.. state.History], state.Sum, kept.Best);
        _average.Start(step.Tensors, [.. kept.Values.Skip(count)]);
        foreach (var epoch in _history) run.Epoch?.Invoke(epoch);
    }

    private void Keep(CheckpointFile? file)
    {
        _kept.Restart();
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
/// <param name="Metrics">Its evaluation; null where it was not evaluated, or before this run resumed.</param>
/// <param name="Steps">The number of finished steps.</param>
/// <param name="IsCancelled">Whether it ended by cancellation.</param>
internal sealed record DetectorOutcome(
    IReadOnlyList<float[]> Values, IReadOnlyList<DetectorEpoch> History, int BestEpoch, DetectionEvaluation? Metrics, long Steps, bool IsCancelled);

/// <summary>What a checkpoint holds beside tensors.</summary>
internal sealed record DetectorState(long Steps, DetectorEpoch[] History, DetectorTerms Sum);

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(DetectorState))]
internal sealed partial class DetectorJson : JsonSerializerContext;
