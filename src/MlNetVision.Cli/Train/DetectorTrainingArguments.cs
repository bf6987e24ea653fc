using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.ModelOptions;
using MlNetVision.Onnx.Runtime;
using MlNetVision.Training;
using MlNetVision.Training.Detection;

namespace MlNetVision.Cli.Train;

/// <summary>The options that say how a detector is trained.</summary>
internal sealed class DetectorTrainingArguments
{
    private static readonly (float, float) SeveralSizes = (0.75f, 1.25f);

    private readonly Option<int?> _epochs = NumberOption.Create("--epochs", "Number of epochs. [default: 100]", "COUNT", 1);
    private readonly Option<int?> _batch = NumberOption.Create("--batch-size", "Batch size. [default: 8]", "COUNT", 1);
    private readonly Option<float?> _rate = NumberOption.Create("--learning-rate", "The learning rate after the warm-up. [default: 0.001]", "RATE", 1e-9f);
    private readonly Option<string?> _schedule = ChoiceOption.Create<RateSchedule>("--schedule", "The learning rate schedule. [default: cosine]");
    private readonly Option<int?> _warmUp = NumberOption.Create(
        "--warm-up", "Number of steps in which the learning rate rises (Darknet's burn_in). [default: 100]", "STEPS", 0);

    private readonly Option<string?> _optimizer = ChoiceOption.Create<TrainingOptimizer>("--optimizer", "The optimiser. [default: adamw]");
    private readonly Option<float?> _decay = NumberOption.Create("--weight-decay", "Weight decay of the kernels. [default: 0.0005]", "FACTOR", 0f);
    private readonly Option<float?> _average = NumberOption.Create(
        "--average", "Weight of the old value in the moving average of the weights; 0: none. [default: 0.995]", "FACTOR", 0f, 0.99999f);

    private readonly Option<int?> _patience = NumberOption.Create(
        "--patience", "Stop after so many epochs without a better mAP on the validation images. [default: never]", "EPOCHS", 1);

    private readonly Option<int?> _every = NumberOption.Create("--evaluate-every", "Evaluate after every so many epochs. [default: 1]", "EPOCHS", 1);
    private readonly Option<bool> _sizes = new("--multi-scale") { Description = "Train at sizes from 0.75 to 1.25 of the network's, as Darknet's random=1." };
    private readonly Option<string?> _freeze = new("--freeze")
    {
        Description = "Train only from this layer on, by name or number; those below stay as they are. --list-layers names them.", HelpName = "LAYER",
    };

    private readonly Option<float?> _jitter = NumberOption.Create("--jitter", "How far each edge of an image moves, as a part of its side. [default: 0.2]", "PART", 0f, 0.5f);
    private readonly Option<float?> _scale = NumberOption.Create("--scale", "By how much images are made larger or smaller, as a factor. [default: 1.25]", "FACTOR", 1f, 4f);
    private readonly Option<float?> _flip = NumberOption.Create("--flip", "Probability of a horizontal flip. [default: 0.5]", "SHARE", 0f, 1f);
    private readonly Option<float?> _verticalFlip = NumberOption.Create("--vertical-flip", "Probability of a vertical flip. [default: 0]", "SHARE", 0f, 1f);
    private readonly Option<float?> _mosaic = NumberOption.Create(
        "--mosaic", "Probability that an image is put together of four; not in the last 10 epochs. [default: 0.3]", "SHARE", 0f, 1f);

    private readonly Option<bool> _plain = new("--no-augment") { Description = "No augmentation at all." };
    private readonly Option<int?> _seed = NumberOption.Create("--seed", "Random seed; the same seed gives the same files. [default: 1]", "NUMBER", int.MinValue);
    private readonly Option<DeviceList?> _device = DeviceOption.Create("[default: cpu]", "What trains the network");
    private readonly Option<int?> _threads = NumberOption.Threads();

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _epochs, _batch, _rate, _schedule, _warmUp, _optimizer, _decay, _average, _patience, _every, _sizes, _freeze,
            _jitter, _scale, _flip, _verticalFlip, _mosaic, _plain, _seed, _device, _threads,
        }) command.Add(option);
    }

    public int Seed(ParseResult parsed) => parsed.GetValue(_seed) ?? new DetectorTrainingOptions().Seed;

    public string? Freeze(ParseResult parsed) => parsed.GetValue(_freeze);

    /// <param name="parsed">The command line.</param>
    /// <param name="severalSizes">Whether the network itself asks for several sizes (<c>random=1</c>).</param>
    public DetectorTrainingOptions Read(ParseResult parsed, bool severalSizes)
    {
        var defaults = new DetectorTrainingOptions();
        return defaults with
        {
            Epochs = parsed.GetValue(_epochs) ?? defaults.Epochs,
            BatchSize = parsed.GetValue(_batch) ?? defaults.BatchSize,
            LearningRate = parsed.GetValue(_rate) ?? defaults.LearningRate,
            Schedule = parsed.GetChoice<RateSchedule>(_schedule) ?? defaults.Schedule,
            WarmUpSteps = parsed.GetValue(_warmUp) ?? defaults.WarmUpSteps,
            Optimizer = parsed.GetChoice<TrainingOptimizer>(_optimizer) ?? defaults.Optimizer,
            WeightDecay = parsed.GetValue(_decay) ?? defaults.WeightDecay,
            AverageDecay = parsed.GetValue(_average) ?? defaults.AverageDecay,
            Patience = parsed.GetValue(_patience),
            EvaluateEvery = parsed.GetValue(_every) ?? defaults.EvaluateEvery,
            Sizes = parsed.GetValue(_sizes) || severalSizes ? SeveralSizes : null,
            Freeze = Freeze(parsed),
            Augmentation = ReadAugmentation(parsed),
            Seed = Seed(parsed),
            Device = parsed.GetValue(_device),
            Threads = parsed.GetValue(_threads) ?? 0,
        };
    }

    private DetectorAugmentation ReadAugmentation(ParseResult parsed)
    {
        if (parsed.GetValue(_plain))
        {
            return new Option[] { _jitter, _scale, _flip, _verticalFlip, _mosaic }.FirstOrDefault(parsed.IsGiven) is { } stray
                ? throw new UsageException($"{stray.Name} and {_plain.Name} exclude each other; give one of the two.")
                : DetectorAugmentation.None;
        }
        var defaults = new DetectorAugmentation();
        return defaults with
        {
            Jitter = parsed.GetValue(_jitter) ?? defaults.Jitter,
            Scale = parsed.GetValue(_scale) ?? defaults.Scale,
            HorizontalFlip = parsed.GetValue(_flip) ?? defaults.HorizontalFlip,
            VerticalFlip = parsed.GetValue(_verticalFlip) ?? defaults.VerticalFlip,
            Mosaic = parsed.GetValue(_mosaic) ?? defaults.Mosaic,
        };
    }
}
