using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.ModelOptions;
using MlNetVision.Onnx.Runtime;
using MlNetVision.Training;

namespace MlNetVision.Cli.Train;

/// <summary>The options that say how a classifier is trained.</summary>
internal sealed class ClassifierTrainingArguments
{
    private readonly Option<string?> _head = ChoiceOption.Create<ClassifierHead>(
        "--head",
        "The head that is trained on the features: softmax, or dense: 512 units, batch normalisation, dropout, softmax. [default: softmax]");

    private readonly Option<int?> _epochs = NumberOption.Create("--epochs", "Number of epochs. [default: 30]", "COUNT", 1);
    private readonly Option<int?> _batch = NumberOption.Create("--batch-size", "Batch size. [default: 32]", "COUNT", 1);
    private readonly Option<float?> _rate = NumberOption.Create("--learning-rate", "The initial learning rate. [default: 0.001]", "RATE", 1e-9f);
    private readonly Option<string?> _schedule = ChoiceOption.Create<RateSchedule>("--schedule", "The learning rate schedule. [default: constant]");
    private readonly Option<string?> _optimizer = ChoiceOption.Create<TrainingOptimizer>("--optimizer", "The optimiser. [default: adam]");
    private readonly Option<float?> _smoothing = NumberOption.Create("--label-smoothing", "Label smoothing. [default: 0]", "SHARE", 0f, 0.99f);
    private readonly Option<bool> _balance = new("--balance") { Description = "Weight classes in inverse proportion to their number of images." };
    private readonly Option<int?> _patience = NumberOption.Create(
        "--patience", "Stop after so many epochs without improvement. [default: never]", "EPOCHS", 1);

    private readonly Option<string?> _watch = ChoiceOption.Create<WatchedMetric>(
        "--watch", "The metric that selects the best epoch. [default: accuracy]");

    private readonly Option<int?> _seed = NumberOption.Create(
        "--seed", "Random seed; the same seed gives the same files. [default: 1]", "NUMBER", int.MinValue);

    private readonly Option<DeviceList?> _device = DeviceOption.Create("[default: cpu]", "What runs and trains the networks");
    private readonly Option<int?> _threads = NumberOption.Threads();
    private readonly Option<string?> _unfreeze = new("--unfreeze")
    {
        Description = "Afterwards fine-tune the network's own layers too, from those whose names start with LAYER, such as block5.",
        HelpName = "LAYER",
    };

    private readonly Option<int?> _tuningEpochs = NumberOption.Create(
        "--unfreeze-epochs", "Number of epochs of fine-tuning. [default: 3]", "COUNT", 1);

    private readonly Option<float?> _tuningRate = NumberOption.Create(
        "--unfreeze-rate", "Learning rate of fine-tuning. [default: 0.00001]", "RATE", 1e-9f);

    private readonly Option<bool> _augment = new("--augment") { Description = "Augment images during fine-tuning." };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _head, _epochs, _batch, _rate, _schedule, _optimizer, _smoothing, _balance, _patience, _watch, _seed, _device, _threads,
            _unfreeze, _tuningEpochs, _tuningRate, _augment,
        }) command.Add(option);
    }

    public int Seed(ParseResult parsed) => parsed.GetValue(_seed) ?? new ClassifierTrainingOptions().Seed;

    public DeviceList? Device(ParseResult parsed) => parsed.GetValue(_device);

    public int Threads(ParseResult parsed) => parsed.GetValue(_threads) ?? 0;

    /// <param name="parsed">The command line.</param>
    /// <param name="counts">The number of training images of each class.</param>
    public ClassifierTrainingOptions Read(ParseResult parsed, IReadOnlyList<int> counts)
    {
        var defaults = new ClassifierTrainingOptions();
        var watch = parsed.GetChoice<WatchedMetric>(_watch) ?? WatchedMetric.Accuracy;
        return defaults with
        {
            Head = parsed.GetChoice<ClassifierHead>(_head) ?? defaults.Head,
            Epochs = parsed.GetValue(_epochs) ?? defaults.Epochs,
            BatchSize = parsed.GetValue(_batch) ?? defaults.BatchSize,
            LearningRate = parsed.GetValue(_rate) ?? defaults.LearningRate,
            Schedule = parsed.GetChoice<RateSchedule>(_schedule) ?? defaults.Schedule,
            Optimizer = parsed.GetChoice<TrainingOptimizer>(_optimizer) ?? defaults.Optimizer,
            LabelSmoothing = parsed.GetValue(_smoothing) ?? 0,
            ClassWeights = parsed.GetValue(_balance) ? [.. counts.Select(count => (float)counts.Sum() / (counts.Count * count))] : null,
            EarlyStopping = parsed.GetValue(_patience) is { } patience ? new EarlyStopping { Patience = patience, Metric = watch } : null,
            KeepBestBy = watch,
            Seed = Seed(parsed),
            Device = Device(parsed),
            Threads = Threads(parsed),
        };
    }

    /// <summary>The settings of fine-tuning, or null.</summary>
    /// <exception cref="UsageException">An option of it was given without the layers.</exception>
    public FineTuningOptions? ReadFineTuning(ParseResult parsed)
    {
        if (parsed.GetValue(_unfreeze) is not { } layers)
        {
            var stray = new Option[] { _tuningEpochs, _tuningRate, _augment }.FirstOrDefault(parsed.IsGiven);
            return stray is null ? null : throw new UsageException(
                $"{stray.Name} was given without {_unfreeze.Name} LAYER, which starts fine-tuning.");
        }
        var defaults = new FineTuningOptions { Unfreeze = layers };
        return defaults with
        {
            Epochs = parsed.GetValue(_tuningEpochs) ?? defaults.Epochs,
            LearningRate = parsed.GetValue(_tuningRate) ?? defaults.LearningRate,
            Augmentation = parsed.GetValue(_augment) ? new AugmentationOptions() : null,
        };
    }
}
