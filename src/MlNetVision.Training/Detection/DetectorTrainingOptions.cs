using System.Globalization;
using MlNetVision.Gradients.Optimizers;
using MlNetVision.Gradients.Schedules;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Training.Detection;

/// <summary>How a detector is trained.</summary>
public sealed record DetectorTrainingOptions
{
    /// <summary>The <see cref="LearningRate"/> where none is given.</summary>
    public const float UsualRate = 0.001f;

    /// <summary>The same for a detector that has the classes already.</summary>
    public const float RateOfWhole = 0.0003f;

    /// <summary>The number of epochs, 1 or more. Default 100.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>The batch size, 1 or more. Default 8. An epoch is divided into batches of at most that size, as even as possible.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>
    /// The first learning rate, above 0. Null, the default: 0.001; 0.0003 where a detector of these classes is trained further (<see cref="For"/>), since larger
    /// steps destroy at first what it has learnt.
    /// </summary>
    public float? LearningRate { get; init; }

    /// <summary>How the learning rate changes. Default: half a cosine down to zero at the end.</summary>
    public RateSchedule Schedule { get; init; } = RateSchedule.Cosine;

    /// <summary>
    /// With <see cref="RateSchedule.Step"/>: the epochs after which the rate falls to a tenth, 1 or more, rising; null (default): after each third of the steps.
    /// </summary>
    public IReadOnlyList<int>? StepEpochs { get; init; }

    /// <summary>The number of warm-up steps, in which the learning rate rises to its first value (Darknet's <c>burn_in</c>), 0 or more. Default 100.</summary>
    public int WarmUpSteps { get; init; } = 100;

    /// <summary>The optimiser. Default: AdamW.</summary>
    public TrainingOptimizer Optimizer { get; init; } = TrainingOptimizer.AdamW;

    /// <summary>The momentum of SGD, 0 to below 1. Default 0.9.</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>
    /// Weight decay of convolution kernels, 0 or more; biases and scales have none, as in Darknet. Default 0.0005. With AdamW it is decoupled: each step
    /// takes away this part of the weight times the learning rate.
    /// </summary>
    public float WeightDecay { get; init; } = 0.0005f;

    /// <summary>
    /// The weight of the old value in the moving average of the weights, which is what is evaluated and saved; 0 to below 1. Default 0.995; 0: no average.
    /// </summary>
    public float AverageDecay { get; init; } = 0.995f;

    /// <summary>The largest norm of all gradients together, above 0: larger ones are made shorter. Null: no limit. Default 20.</summary>
    public float? MostGradientNorm { get; init; } = 20;

    /// <summary>The number of epochs without a better mAP on the validation images after which training ends, 1 or more; null (default): none.</summary>
    public int? Patience { get; init; }

    /// <summary>The validation images are evaluated after each so many epochs, and after the last. Default 1.</summary>
    public int EvaluateEvery { get; init; } = 1;

    /// <summary>The augmentation of training images. Default: as <see cref="DetectorAugmentation"/> has it.</summary>
    public DetectorAugmentation Augmentation { get; init; } = new();

    /// <summary>
    /// The name or number of the first layer that is trained, such as <c>layer_08_convolutional</c> or <c>8</c>; layers below stay as they are. Null
    /// (default): all are trained.
    /// </summary>
    public string? Freeze { get; init; }

    /// <summary>
    /// The least and greatest factor of the network's size in a training at several sizes, which changes every ten steps; null (default): one size.
    /// Darknet's <c>random=1</c>.
    /// </summary>
    public (float Least, float Most)? Sizes { get; init; }

    /// <summary>Sizes that are usual for <see cref="Sizes"/>: 0.75 to 1.25.</summary>
    public static (float Least, float Most) UsualSizes => (0.75f, 1.25f);

    /// <summary>
    /// The options with what a start decides where they leave it open: <see cref="LearningRate"/>, and several <see cref="Sizes"/> where the network asks for
    /// them (<c>random=1</c>).
    /// </summary>
    public DetectorTrainingOptions For(DetectorStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        return this with
        {
            LearningRate = LearningRate ?? (start.IsWhole ? RateOfWhole : UsualRate),
            Sizes = Sizes ?? (start.Network.Heads.Any(h => h.Number("random", 0) != 0) ? UsualSizes : null),
        };
    }

    /// <summary>The random seed of row order and augmentation. Default 1. The same seed gives the same model, byte for byte.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// The device that trains, and those to take in its place: <c>Device = "cuda,cpu"</c>. Null, the default: <c>cpu</c>. The same seed gives the same
    /// bytes on the same device alone.
    /// </summary>
    public DeviceList? Device { get; init; }

    /// <summary>Threads; 0 (default): one per processor.</summary>
    public int Threads { get; init; }

    internal float Rate => LearningRate ?? UsualRate;

    internal void Validate()
    {
        Require(Epochs >= 1, nameof(Epochs), Epochs, "1 or more");
        Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "1 or more");
        Require(Rate > 0 && float.IsFinite(Rate), nameof(LearningRate), Rate, "above 0");
        if (StepEpochs is { } falls && falls.Zip([0, .. falls], (epoch, before) => epoch > before).Contains(false))
            throw new ArgumentException($"{nameof(StepEpochs)} are {string.Join(", ", falls)}; expected epochs of 1 or more, each after the one before.");
        Require(WarmUpSteps >= 0, nameof(WarmUpSteps), WarmUpSteps, "0 or more");
        Require(Momentum is >= 0 and < 1, nameof(Momentum), Momentum, "0 to below 1");
        Require(WeightDecay >= 0 && float.IsFinite(WeightDecay), nameof(WeightDecay), WeightDecay, "0 or more");
        Require(AverageDecay is >= 0 and < 1, nameof(AverageDecay), AverageDecay, "0 to below 1");
        Require(MostGradientNorm is null or > 0, nameof(MostGradientNorm), MostGradientNorm ?? 0, "above 0");
        Require(Patience is null or >= 1, nameof(Patience), Patience ?? 0, "1 or more");
        Require(EvaluateEvery >= 1, nameof(EvaluateEvery), EvaluateEvery, "1 or more");
        Require(Threads >= 0, nameof(Threads), Threads, "0 or more");
        if (Sizes is { } sizes && !(sizes.Least > 0 && sizes.Least <= sizes.Most && sizes.Most <= 4))
            throw new ArgumentException(FormattableString.Invariant(
                $"{nameof(Sizes)} are {sizes.Least} to {sizes.Most}, expected two factors above 0 and up to 4, the smaller one first."));
        ClassifierTrainingOptions.RequireKnown(Optimizer, nameof(Optimizer));
        ClassifierTrainingOptions.RequireKnown(Schedule, nameof(Schedule));
        Augmentation.Validate();
    }

    /// <summary>Whether images of an epoch, from 0, may be mosaics.</summary>
    internal bool HasMosaics(int epoch) => epoch < Epochs - Augmentation.EpochsWithoutMosaic;

    /// <summary>Creates the optimiser; kernels decay, all else does not.</summary>
    internal IOptimizer CreateOptimizer()
    {
        IOptimizer Create(float decay) => Optimizer switch
        {
            TrainingOptimizer.Sgd => new SgdOptimizer(new SgdOptions { Momentum = Momentum, WeightDecay = decay }),
            TrainingOptimizer.AdamW => new AdamWOptimizer(new AdamWOptions { WeightDecay = decay }),
            _ => new AdamOptimizer(),
        };
        return new GroupedOptimizer(Create(WeightDecay), Create(0));
    }

    internal LearningRateSchedule CreateRates(int stepsPerEpoch)
    {
        var steps = (long)stepsPerEpoch * Epochs;
        var rise = Math.Min(WarmUpSteps, steps - 1);
        var rest = Math.Max(1, steps - rise);
        LearningRateSchedule rates = Schedule switch
        {
            RateSchedule.Step when StepEpochs is { } falls =>
                new MilestoneSchedule(Rate, [.. falls.Select(epoch => ((long)epoch * stepsPerEpoch) - rise).Where(step => step > 0)]),
            RateSchedule.Step => new StepSchedule(Rate, Math.Max(1, (rest + 2) / 3)),
            RateSchedule.Cosine => new CosineSchedule(Rate, rest),
            _ => new ConstantSchedule(Rate),
        };
        return rise > 0 ? new WarmUpSchedule(rise, rates) : rates;
    }

    /// <summary>The settings that the trained weights depend on, as text; not the number of threads, nor the device.</summary>
    internal string Identity() => string.Create(CultureInfo.InvariantCulture, $"""
        {Epochs} {BatchSize} {Rate:R} {Schedule} {WarmUpSteps} {Optimizer} {Momentum:R} {WeightDecay:R} {AverageDecay:R} {MostGradientNorm}
        {Patience} {EvaluateEvery} {Freeze} {Sizes} {Seed} {Augmentation}{(StepEpochs is { } falls ? $" {string.Join(',', falls)}" : "")}
        """);

    private static void Require(bool met, string name, IFormattable given, string expected)
    {
        if (!met) throw new ArgumentException($"{name} is {given.ToString(null, CultureInfo.InvariantCulture)}, expected {expected}.");
    }
}

/// <summary>Two optimisers of one kind: one for convolution kernels, whose weights decay, one for biases and scales.</summary>
/// <param name="kernels">The optimiser of tensors of more than one axis.</param>
/// <param name="others">That of all others.</param>
internal sealed class GroupedOptimizer(IOptimizer kernels, IOptimizer others) : IOptimizer
{
    public void Step(IReadOnlyList<Gradients.TrainableTensor> parameters, float learningRate)
    {
        kernels.Step([.. parameters.Where(p => p.Shape.Count > 1)], learningRate);
        others.Step([.. parameters.Where(p => p.Shape.Count <= 1)], learningRate);
    }

    public void Save(BinaryWriter writer)
    {
        kernels.Save(writer);
        others.Save(writer);
    }

    public void Load(BinaryReader reader)
    {
        kernels.Load(reader);
        others.Load(reader);
    }
}
