using System.Diagnostics;
using System.Numerics.Tensors;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MlNetVision.Gradients.Optimizers;
using MlNetVision.Gradients.Schedules;
using MlNetVision.Onnx;

namespace MlNetVision.Training;

/// <summary>Trains a network that gives logits, epoch by epoch.</summary>
/// <param name="network">The network to train.</param>
/// <param name="train">The training rows.</param>
/// <param name="validation">The validation rows, evaluated after each epoch; null: none.</param>
/// <param name="options">The settings.</param>
internal sealed class ClassifierLoop(TrainableNetwork network, IRowSource train, IRowSource? validation, ClassifierTrainingOptions options)
{
    private readonly BatchPlan _plan = new(train.Count, options.BatchSize, options.Seed);

    /// <summary>Trains until the last epoch, early stopping or cancellation.</summary>
    /// <param name="run">Callbacks and checkpoint; null: none.</param>
    /// <param name="cancellationToken">Ends training; the current epoch is dropped.</param>
    /// <exception cref="OperationCanceledException">Cancelled in the first epoch.</exception>
    public LoopOutcome Run(TrainingRun? run, CancellationToken cancellationToken)
    {
        var checkpoint = run?.Checkpoint is { } path
            ? new CheckpointFile(path, HashSetup(), run.Log) { StartAnew = run.StartAnew, MustResume = run.MustResume }
            : null;
        using var step = new TrainingStep(network, options, Math.Min(options.BatchSize, train.Count));
        if (step.DeviceNote is { } note) run?.Log?.Invoke(note);
        var optimizer = options.CreateOptimizer();
        var rates = options.CreateRates(_plan.Count);
        var kept = checkpoint?.Resume(step.Tensors, optimizer);
        var (history, best) = (ReadHistory(kept), kept?.Best ?? []);
        foreach (var epoch in history) run?.Progress?.Invoke(epoch);
        using var evaluator = new NetworkEvaluator(network.Model, step.Tensors, options);
        while (history.Count < options.Epochs && options.EarlyStopping?.IsOver(history) != true)
        {
            EpochMetrics epoch;
            try
            {
                epoch = TrainEpoch(history.Count, step, optimizer, rates, evaluator, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
            history.Add(epoch);
            if (BestEpoch(history) == epoch.Epoch) best = step.Snapshot();
            checkpoint?.Keep(TrainingCheckpoint.Of(step.Tensors, optimizer) with { History = JsonSerializer.Serialize([.. history], EpochsJson.Default.EpochMetricsArray), Best = best });
            run?.Progress?.Invoke(epoch);
        }
        if (history.Count == 0) throw new OperationCanceledException(cancellationToken);
        step.Restore(best);
        var answers = validation is null ? null : Evaluate(evaluator, validation, CancellationToken.None);
        return new LoopOutcome(step.Export(), history, BestEpoch(history), answers, cancellationToken.IsCancellationRequested);
    }

    private static List<EpochMetrics> ReadHistory(TrainingCheckpoint? kept) =>
        kept is null ? [] : [.. JsonSerializer.Deserialize(kept.History, EpochsJson.Default.EpochMetricsArray) ?? []];

    /// <summary>The epoch whose weights are kept, from 1: the first best one by validation, or the last one without validation rows.</summary>
    private int BestEpoch(List<EpochMetrics> history) => validation is null
        ? history.Count
        : history.MaxBy(e => options.KeepBestBy == WatchedMetric.Accuracy ? (e.ValidationAccuracy!.Value, -e.ValidationLoss!.Value)
            : (-e.ValidationLoss!.Value, 0))!.Epoch;

    /// <summary>The hash of all that the result depends on.</summary>
    private string HashSetup()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(options.Identity()));
        hash.AppendData(network.Model.ToBytes());
        foreach (var name in network.Parameters) hash.AppendData(Encoding.UTF8.GetBytes(name));
        train.Hash(hash);
        validation?.Hash(hash);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>One epoch.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    private EpochMetrics TrainEpoch(
        int epoch, TrainingStep step, IOptimizer optimizer, LearningRateSchedule rates, NetworkEvaluator evaluator,
        CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var order = _plan.Order(epoch);
        var (loss, right, rate) = (0d, 0, 0f);
        for (var i = 0; i < _plan.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rows = order.AsSpan(_plan.At(i));
            var number = ((long)epoch * _plan.Count) + i;
            train.Fill(epoch, rows, step.Batch(rows.Length).Span);
            for (var row = 0; row < rows.Length; row++) step.Labels[row] = train.Label(rows[row]);
            loss += (double)step.Run(rows.Length, number, cancellationToken) * rows.Length;
            right += CountRight(step.Logits, step.Labels.AsSpan(0, rows.Length));
            optimizer.Step(step.Parameters, rate = rates.At(number));
        }
        if (!double.IsFinite(loss))
            throw new ArgumentException($"In epoch {epoch + 1} the loss is not a number: the learning rate {rate} is too high for these features.");
        var metrics = new EpochMetrics
        {
            Epoch = epoch + 1,
            TrainLoss = (float)(loss / train.Count),
            TrainAccuracy = (float)right / train.Count,
            LearningRate = rate,
            Seconds = clock.Elapsed.TotalSeconds,
        };
        if (validation is null) return metrics;
        var answers = Evaluate(evaluator, validation, cancellationToken);
        return metrics with { ValidationLoss = answers.Loss, ValidationAccuracy = answers.Accuracy, Seconds = clock.Elapsed.TotalSeconds };
    }

    private EvaluatedRows Evaluate(NetworkEvaluator evaluator, IRowSource rows, CancellationToken cancellationToken)
    {
        var size = Math.Min(rows.Count, options.BatchSize);
        var buffer = new float[(long)size * rows.Columns];
        var (scores, loss, right) = (new float[rows.Count][], 0d, 0);
        for (var start = 0; start < rows.Count; start += size)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int[] batch = [.. Enumerable.Range(start, Math.Min(size, rows.Count - start))];
            rows.Fill(epoch: -1, batch, buffer);
            var logits = evaluator.Run(buffer.AsMemory(0, batch.Length * rows.Columns), batch.Length, network.RowShape, cancellationToken);
            foreach (var row in batch)
            {
                var answer = logits.AsSpan((row - start) * network.Classes, network.Classes);
                scores[row] = new float[network.Classes];
                CrossEntropy.LogSoftmax(answer, scores[row]);
                loss -= answer[rows.Label(row)];
                if (TensorPrimitives.IndexOfMax<float>(answer) == rows.Label(row)) right++;
                TensorPrimitives.Exp(answer, scores[row]);
            }
        }
        return new EvaluatedRows(scores, (float)(loss / rows.Count), (float)right / rows.Count);
    }

    private int CountRight(ReadOnlySpan<float> logits, ReadOnlySpan<long> labels)
    {
        var right = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            if (TensorPrimitives.IndexOfMax(logits.Slice(i * network.Classes, network.Classes)) == labels[i]) right++;
        }
        return right;
    }
}

/// <summary>The result of a training loop.</summary>
/// <param name="Model">The network with the weights of the best epoch, in training form.</param>
/// <param name="History">All epochs.</param>
/// <param name="BestEpoch">The epoch whose weights were kept.</param>
/// <param name="Validation">The predictions for the validation rows; null without such rows.</param>
/// <param name="IsCancelled">Whether it ended by cancellation.</param>
internal sealed record LoopOutcome(OnnxModel Model, IReadOnlyList<EpochMetrics> History, int BestEpoch, EvaluatedRows? Validation, bool IsCancelled);

/// <summary>A network's predictions for rows, with their metrics.</summary>
/// <param name="Scores">The probabilities of each row.</param>
/// <param name="Loss">The mean cross-entropy.</param>
/// <param name="Accuracy">The share of correct rows, 0 to 1.</param>
internal sealed record EvaluatedRows(float[][] Scores, float Loss, float Accuracy);

/// <summary>A network in training form: one input of rows, one output of logits [N, classes].</summary>
/// <param name="Model">The network.</param>
/// <param name="Parameters">The trained initializers.</param>
/// <param name="RowShape">The shape of one row.</param>
/// <param name="Classes">The number of classes.</param>
internal sealed record TrainableNetwork(OnnxModel Model, IReadOnlyList<string> Parameters, IReadOnlyList<long> RowShape, int Classes)
{
    // So one learning rate serves the features of any network, whatever their number and size.
    private const float Norm = 16;

    /// <summary>A head on flat features.</summary>
    public static TrainableNetwork OfHead(ClassifierHead head, LabeledFeatures rows, int classes, int seed) =>
        new(HeadGraph.Build(head, rows.Columns, classes, rows.ScaleFor(Norm), seed), HeadGraph.Parameters(head), [rows.Columns], classes);
}

/// <summary>The rows of each step. They depend on the random seed and the epoch alone, so a resumed run equals an unbroken one.</summary>
/// <param name="rows">The number of rows.</param>
/// <param name="batchSize">The maximum number of rows per step.</param>
/// <param name="seed">The random seed.</param>
internal sealed class BatchPlan(int rows, int batchSize, int seed)
{
    /// <summary>The number of batches per epoch.</summary>
    public int Count { get; } = (rows + batchSize - 1) / batchSize;

    /// <summary>
    /// The range of a batch within <see cref="Order"/>. Sizes differ by at most one, because a batch of one row has no variance to normalise by.
    /// </summary>
    public Range At(int batch) => (int)((long)rows * batch / Count)..(int)((long)rows * (batch + 1) / Count);

    /// <summary>All rows in the order of an epoch.</summary>
    public int[] Order(int epoch)
    {
        var order = Enumerable.Range(0, rows).ToArray();
        // An odd factor keeps the seeds of all epochs of a run apart.
        new Random(unchecked((seed * 1_000_003) + epoch)).Shuffle(order);
        return order;
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(EpochMetrics[]))]
internal sealed partial class EpochsJson : JsonSerializerContext;
