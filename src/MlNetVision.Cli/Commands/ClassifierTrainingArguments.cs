using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Training;

namespace MlNetVision.Cli.Commands;

/// <summary>The options that say how a classifier is trained.</summary>
internal sealed class ClassifierTrainingArguments
{
    private readonly Option<string?> _head = new("--head") { Description = "What is trained on the features: softmax, or dense: 512 units, batch normalisation, dropout, softmax. [default: softmax]" };
    private readonly Option<int?> _epochs = NumberOption.Create("--epochs", "How often every image is shown. [default: 30]", "COUNT", 1);
    private readonly Option<int?> _batch = NumberOption.Create("--batch-size", "Images a step. [default: 32]", "COUNT", 1);
    private readonly Option<float?> _rate = NumberOption.Create("--learning-rate", "The first learning rate. [default: 0.001]", "RATE", 1e-9f);
    private readonly Option<string?> _schedule = new("--schedule") { Description = "How the learning rate changes. [default: constant]" };
    private readonly Option<string?> _optimizer = new("--optimizer") { Description = "How gradients become steps. [default: adam]" };
    private readonly Option<float?> _smoothing = NumberOption.Create("--label-smoothing", "How much of each label is spread over all classes. [default: 0]", "SHARE", 0f, 0.99f);
    private readonly Option<bool> _balance = new("--balance") { Description = "Errors on classes of few images cost more, so that all classes count the same." };
    private readonly Option<int?> _patience = NumberOption.Create("--patience", "End after so many epochs without improvement. [default: never]", "EPOCHS", 1);
    private readonly Option<string?> _watch = new("--watch") { Description = "The figure by which epochs are compared. [default: accuracy]" };
    private readonly Option<int?> _seed = NumberOption.Create("--seed", "Where chance begins; the same seed gives the same files. [default: 1]", "NUMBER", int.MinValue);
    private readonly Option<int?> _threads = ThreadsOption.Create();
    private readonly Option<string?> _unfreeze = new("--unfreeze") { Description = "Then train the network's own layers too, from those whose names begin so on, such as block5.", HelpName = "LAYER" };
    private readonly Option<int?> _tuningEpochs = NumberOption.Create("--unfreeze-epochs", "How often every image is shown then. [default: 3]", "COUNT", 1);
    private readonly Option<float?> _tuningRate = NumberOption.Create("--unfreeze-rate", "The learning rate then. [default: 0.00001]", "RATE", 1e-9f);
    private readonly Option<bool> _augment = new("--augment") { Description = "Vary images while the network's own layers train; they go through the whole network then." };

    public ClassifierTrainingArguments()
    {
        _head.AcceptOnlyFromAmong(NamesOf<ClassifierHead>());
        _schedule.AcceptOnlyFromAmong(NamesOf<RateSchedule>());
        _optimizer.AcceptOnlyFromAmong(NamesOf<TrainingOptimizer>());
        _watch.AcceptOnlyFromAmong(NamesOf<WatchedMetric>());
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _head, _epochs, _batch, _rate, _schedule, _optimizer, _smoothing, _balance, _patience, _watch, _seed, _threads, _unfreeze, _tuningEpochs, _tuningRate, _augment,
        }) command.Add(option);
    }

    public int Seed(ParseResult parsed) => parsed.GetValue(_seed) ?? new ClassifierTrainingOptions().Seed;

    public int Threads(ParseResult parsed) => parsed.GetValue(_threads) ?? 0;

    /// <param name="parsed">The command line.</param>
    /// <param name="counts">How many training images each class has.</param>
    public ClassifierTrainingOptions Read(ParseResult parsed, IReadOnlyList<int> counts)
    {
        var defaults = new ClassifierTrainingOptions();
        var watch = ValueOf<WatchedMetric>(parsed, _watch) ?? WatchedMetric.Accuracy;
        return defaults with
        {
            Head = ValueOf<ClassifierHead>(parsed, _head) ?? defaults.Head,
            Epochs = parsed.GetValue(_epochs) ?? defaults.Epochs,
            BatchSize = parsed.GetValue(_batch) ?? defaults.BatchSize,
            LearningRate = parsed.GetValue(_rate) ?? defaults.LearningRate,
            Schedule = ValueOf<RateSchedule>(parsed, _schedule) ?? defaults.Schedule,
            Optimizer = ValueOf<TrainingOptimizer>(parsed, _optimizer) ?? defaults.Optimizer,
            LabelSmoothing = parsed.GetValue(_smoothing) ?? 0,
            ClassWeights = parsed.GetValue(_balance) ? [.. counts.Select(count => (float)counts.Sum() / (counts.Count * count))] : null,
            EarlyStopping = parsed.GetValue(_patience) is { } patience ? new EarlyStopping { Patience = patience, Metric = watch } : null,
            KeepBestBy = watch,
            Seed = Seed(parsed),
            Threads = Threads(parsed),
        };
    }

    /// <summary>How layers of the network are trained, or null.</summary>
    /// <exception cref="UsageException">An option about it stands without the layers.</exception>
    public FineTuningOptions? ReadFineTuning(ParseResult parsed)
    {
        if (parsed.GetValue(_unfreeze) is not { } layers)
        {
            var stray = new Option[] { _tuningEpochs, _tuningRate, _augment }.FirstOrDefault(parsed.IsGiven);
            return stray is null ? null : throw new UsageException($"{stray.Name} is about layers of the network; {_unfreeze.Name} names them.");
        }
        var defaults = new FineTuningOptions { Unfreeze = layers };
        return defaults with
        {
            Epochs = parsed.GetValue(_tuningEpochs) ?? defaults.Epochs,
            LearningRate = parsed.GetValue(_tuningRate) ?? defaults.LearningRate,
            Augmentation = parsed.GetValue(_augment) ? new AugmentationOptions() : null,
        };
    }

    private static string[] NamesOf<T>() where T : struct, Enum => [.. Enum.GetNames<T>().Select(n => n.ToLowerInvariant())];

    private static T? ValueOf<T>(ParseResult parsed, Option<string?> option) where T : struct, Enum =>
        parsed.GetValue(option) is { } name ? Enum.Parse<T>(name, ignoreCase: true) : null;
}
