using System.Globalization;
using MlNetVision.Classification;
using MlNetVision.Gradients.Optimizers;
using MlNetVision.Gradients.Schedules;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Training;

/// <summary>How a classifier is trained.</summary>
public sealed record ClassifierTrainingOptions
{
    /// <summary>What is trained on the features. Default: softmax.</summary>
    public ClassifierHead Head { get; init; } = ClassifierHead.Softmax;

    /// <summary>The number of epochs, 1 or more. Default 30.</summary>
    public int Epochs { get; init; } = 30;

    /// <summary>The batch size, 1 or more. Default 32. An epoch is divided into batches of at most that size, as even as possible.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The first learning rate, above 0. Default 0.001.</summary>
    public float LearningRate { get; init; } = 0.001f;

    /// <summary>How the learning rate changes. Default: constant.</summary>
    public RateSchedule Schedule { get; init; } = RateSchedule.Constant;

    /// <summary>The number of warm-up epochs, in which the learning rate rises to its first value, 0 or more. Default 0.</summary>
    public int WarmUpEpochs { get; init; }

    /// <summary>
    /// Learning rates by step, which replace <see cref="LearningRate"/>, <see cref="Schedule"/> and <see cref="WarmUpEpochs"/>; null: these apply.
    /// </summary>
    public LearningRateSchedule? Rates { get; init; }

    /// <summary>The optimiser. Default: Adam.</summary>
    public TrainingOptimizer Optimizer { get; init; } = TrainingOptimizer.Adam;

    /// <summary>Label smoothing: the share of each label that is spread over all classes, 0 to below 1. Default 0.</summary>
    public float LabelSmoothing { get; init; }

    /// <summary>The weights of the classes in the loss, one above 0 per class; null (default): all equal.</summary>
    public IReadOnlyList<float>? ClassWeights { get; init; }

    /// <summary>Early stopping; null (default): none.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>
    /// The metric that selects the epoch whose weights are kept. Default: accuracy. Without validation rows the last epoch is kept.
    /// </summary>
    public WatchedMetric KeepBestBy { get; init; } = WatchedMetric.Accuracy;

    /// <summary>The random seed of initial weights, row order and dropout. The same seed gives the same model, byte for byte. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// The device that trains, and evaluates after each epoch, and those to take in its place: <c>Device = "cuda,cpu"</c>. Null, the default:
    /// <c>cpu</c>. Features come from the <see cref="Featurizer"/>, which has a device of its own. The same seed gives the same bytes on the same
    /// device alone.
    /// </summary>
    public DeviceList? Device { get; init; }

    /// <summary>Threads; 0 (default): one per processor.</summary>
    public int Threads { get; init; }

    internal void Validate(int classes)
    {
        Require(Epochs >= 1, nameof(Epochs), Epochs, "1 or more");
        Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "1 or more");
        Require(LearningRate > 0 && float.IsFinite(LearningRate), nameof(LearningRate), LearningRate, "above 0");
        Require(WarmUpEpochs >= 0 && WarmUpEpochs < Epochs, nameof(WarmUpEpochs), WarmUpEpochs, "0 or more, and fewer than the epochs");
        Require(LabelSmoothing is >= 0 and < 1, nameof(LabelSmoothing), LabelSmoothing, "0 to below 1");
        Require(Threads >= 0, nameof(Threads), Threads, "0 or more");
        if (ClassWeights is { } weights)
        {
            Require(weights.Count == classes, $"{nameof(ClassWeights)}.Count", weights.Count,
                FormattableString.Invariant($"{classes}, one per class"));
            foreach (var weight in weights) Require(weight > 0 && float.IsFinite(weight), nameof(ClassWeights), weight, "above 0");
        }
        RequireKnown(Head, nameof(Head));
        RequireKnown(Optimizer, nameof(Optimizer));
        RequireKnown(Schedule, nameof(Schedule));
        RequireKnown(KeepBestBy, nameof(KeepBestBy));
        EarlyStopping?.Validate();
    }

    internal IOptimizer CreateOptimizer() => Optimizer switch
    {
        TrainingOptimizer.Sgd => new SgdOptimizer(),
        TrainingOptimizer.AdamW => new AdamWOptimizer(),
        _ => new AdamOptimizer(),
    };

    internal LearningRateSchedule CreateRates(int stepsPerEpoch)
    {
        if (Rates is not null) return Rates;
        var (rise, steps) = ((long)WarmUpEpochs * stepsPerEpoch, (long)(Epochs - WarmUpEpochs) * stepsPerEpoch);
        LearningRateSchedule rates = Schedule switch
        {
            RateSchedule.Step => new StepSchedule(LearningRate, Math.Max(1, (steps + 2) / 3)),
            RateSchedule.Cosine => new CosineSchedule(LearningRate, steps),
            _ => new ConstantSchedule(LearningRate),
        };
        return rise > 0 ? new WarmUpSchedule(rise, rates) : rates;
    }

    /// <summary>The settings that the trained weights depend on, as text; not the number of threads, nor the device.</summary>
    internal string Identity() => string.Create(CultureInfo.InvariantCulture, $"""
        {Head} {Epochs} {BatchSize} {LearningRate:R} {Schedule} {WarmUpEpochs} {Rates} {Optimizer} {LabelSmoothing:R} {Seed} {KeepBestBy}
        {(ClassWeights is null ? "" : string.Join(' ', ClassWeights.Select(w => w.ToString("R", CultureInfo.InvariantCulture))))} {EarlyStopping}
        """);

    /// <exception cref="ArgumentException">The value is no member of its enumeration.</exception>
    internal static void RequireKnown<T>(T value, string name) where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            throw new ArgumentException($"{name} is {value:D}, expected one of {string.Join(", ", Enum.GetNames<T>())}.");
    }

    private static void Require(bool met, string name, IFormattable given, string expected)
    {
        if (!met) throw new ArgumentException($"{name} is {given.ToString(null, CultureInfo.InvariantCulture)}, expected {expected}.");
    }
}

/// <summary>The layers that are trained on the features of a network.</summary>
public enum ClassifierHead
{
    /// <summary>One fully connected layer and softmax: logistic regression of several classes.</summary>
    Softmax,

    /// <summary>Fully connected with 512 units → batch normalisation → ReLU → dropout 0.5 → fully connected → softmax.</summary>
    Dense,
}

/// <summary>The optimiser of a training.</summary>
public enum TrainingOptimizer
{
    /// <summary>Stochastic gradient descent with momentum 0.9.</summary>
    Sgd,

    /// <summary>Adam.</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay.</summary>
    AdamW,
}

/// <summary>The learning rate schedule over the epochs of a run.</summary>
public enum RateSchedule
{
    /// <summary>Constant.</summary>
    Constant,

    /// <summary>A tenth after each third of the epochs.</summary>
    Step,

    /// <summary>Half a cosine down to zero at the end.</summary>
    Cosine,
}

/// <summary>The metric by which epochs are compared: of the validation rows or, without these, of the training rows.</summary>
public enum WatchedMetric
{
    /// <summary>The accuracy; higher is better. Among equals, the lower loss.</summary>
    Accuracy,

    /// <summary>The cross-entropy; lower is better.</summary>
    Loss,
}

/// <summary>Early stopping: training ends when a metric has not improved for some epochs.</summary>
public sealed record EarlyStopping
{
    /// <summary>The metric. Default: accuracy.</summary>
    public WatchedMetric Metric { get; init; } = WatchedMetric.Accuracy;

    /// <summary>The number of epochs without improvement after which training ends, 1 or more. Default 20.</summary>
    public int Patience { get; init; } = 20;

    /// <summary>The smallest change that counts as an improvement, 0 or more. Default 0: any.</summary>
    public float MinDelta { get; init; }

    internal void Validate()
    {
        ClassifierTrainingOptions.RequireKnown(Metric, $"{nameof(Metric)} of early stopping");
        if (Patience < 1) throw new ArgumentException($"The patience of early stopping is {Patience}, expected 1 or more.");
        if (!(MinDelta >= 0))
            throw new ArgumentException(FormattableString.Invariant($"{nameof(MinDelta)} of early stopping is {MinDelta}, expected 0 or more."));
    }

    /// <summary>Whether training ends after these epochs. It depends on them alone, so a resumed run ends like an unbroken one.</summary>
    internal bool IsOver(IReadOnlyList<EpochMetrics> history)
    {
        var (best, since) = (double.NegativeInfinity, 0);
        foreach (var epoch in history)
        {
            var value = Value(epoch);
            if (value > best && value - best >= MinDelta) (best, since) = (value, 0);
            else since++;
        }
        return since >= Patience;
    }

    // More is better.
    private double Value(EpochMetrics epoch) => Metric == WatchedMetric.Accuracy
        ? epoch.ValidationAccuracy ?? epoch.TrainAccuracy
        : -(epoch.ValidationLoss ?? epoch.TrainLoss);
}
