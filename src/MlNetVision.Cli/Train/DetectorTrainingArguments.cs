using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.ModelOptions;
using MlNetVision.Onnx.Runtime;
using MlNetVision.Training;
using MlNetVision.Training.Detection;

namespace MlNetVision.Cli.Train;

/// <summary>The options that say how a detector is trained.</summary>
internal sealed class DetectorTrainingArguments
{
    private static readonly DetectorTrainingOptions Defaults = new();
    private static readonly DetectorAugmentation Augmentation = new();

    private readonly Option<int?> _epochs = NumberOption.Create("--epochs", Text($"Number of epochs. [default: {Defaults.Epochs}]"), "COUNT", 1);
    private readonly Option<int?> _batch = NumberOption.Create("--batch-size", Text($"Batch size. [default: {Defaults.BatchSize}]"), "COUNT", 1);
    private readonly Option<float?> _rate = NumberOption.Create(
        "--learning-rate", Text($"The initial learning rate. [default: {DetectorTrainingOptions.UsualRate}; {DetectorTrainingOptions.RateOfWhole} where --start has the classes already]"), "RATE", 1e-9f);

    private readonly Option<string?> _schedule = ChoiceOption.Create<RateSchedule>("--schedule", "The learning rate schedule. [default: cosine]");
    private readonly Option<int?> _warmUp = NumberOption.Create(
        "--warm-up", Text($"Number of first steps in which the learning rate rises. [default: {Defaults.WarmUpSteps}]"), "STEPS", 0);

    private readonly Option<string?> _optimizer = ChoiceOption.Create<TrainingOptimizer>("--optimizer", "The optimiser. [default: adamw]");
    private readonly Option<float?> _momentum = NumberOption.Create("--momentum", Text($"SGD's momentum. [default: {Defaults.Momentum}]"), "PART", 0f, 0.9999f);
    private readonly Option<float?> _decay = NumberOption.Create("--weight-decay", Text($"Weight decay of kernels. [default: {Defaults.WeightDecay}]"), "NUMBER", 0f);
    private readonly Option<float?> _average = NumberOption.Create(
        "--average", Text($"Decay of the moving average of weights, which is what is kept; 0: none. [default: {Defaults.AverageDecay}]"), "PART", 0f, 0.99999f);

    private readonly Option<float?> _clip = NumberOption.Create(
        "--clip", Text($"The largest norm of the gradient; 0: no limit. [default: {Defaults.MostGradientNorm}]"), "NORM", 0f);

    private readonly Option<string?> _freeze = new("--freeze")
    {
        Description = "Train from LAYER on, a name or number that --list-layers shows; the layers below keep their values.",
        HelpName = "LAYER",
    };

    private readonly Option<bool> _multiScale = new("--multi-scale")
    {
        Description = "Train at sizes from 0.75 to 1.25 of the input, another one every ten steps. [default: where the network says random=1]",
    };

    private readonly Option<int?> _patience = NumberOption.Create(
        "--patience", "Stop after so many epochs without a better mAP. [default: never]", "EPOCHS", 1);

    private readonly Option<int?> _every = NumberOption.Create(
        "--evaluate-every", "Epochs between evaluations on the validation images. [default: 1]", "EPOCHS", 1);

    private readonly Option<int?> _seed = NumberOption.Create(
        "--seed", Text($"Random seed; the same seed gives the same files. [default: {Defaults.Seed}]"), "NUMBER", int.MinValue);

    private readonly Option<DeviceList?> _device = DeviceOption.Create("[default: cpu]", "What trains the network");
    private readonly Option<int?> _threads = NumberOption.Threads();

    private readonly Option<bool> _plain = new("--no-augment") { Description = "No augmentation; the options below count from there." };
    private readonly Option<double?> _jitter = Range("--jitter", "How far each edge of an image moves, as a part of its side", Augmentation.Jitter, 0, 0.5);
    private readonly Option<double?> _scale = Range("--scale", "The largest factor by which images are made larger or smaller", Augmentation.Scale, 1, 4);
    private readonly Option<double?> _flip = Range("--flip", "The probability of a horizontal flip", Augmentation.HorizontalFlip, 0, 1);
    private readonly Option<double?> _verticalFlip = Range("--vertical-flip", "The probability of a vertical flip, for images from above", Augmentation.VerticalFlip, 0, 1);
    private readonly Option<double?> _mosaic = Range("--mosaic", "The probability of an image of parts of four", Augmentation.Mosaic, 0, 1);
    private readonly Option<int?> _withoutMosaic = NumberOption.Create(
        "--without-mosaic", Text($"Number of last epochs without mosaic. [default: {Augmentation.EpochsWithoutMosaic}]"), "EPOCHS", 0);

    private readonly Option<double?> _brightness = Range("--brightness", "The largest change of brightness", Augmentation.Brightness, 0, 1);
    private readonly Option<double?> _contrast = Range("--contrast", "The largest change of contrast", Augmentation.Contrast, 0, 1);
    private readonly Option<double?> _saturation = Range("--saturation", "The largest change of saturation", Augmentation.Saturation, 0, 1);
    private readonly Option<double?> _hue = Range("--hue", "The largest change of hue, in degrees", Augmentation.Hue, 0, 180);

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _epochs, _batch, _rate, _schedule, _warmUp, _optimizer, _momentum, _decay, _average, _clip, _freeze, _multiScale, _patience, _every, _seed,
            _device, _threads, _plain, _jitter, _scale, _flip, _verticalFlip, _mosaic, _withoutMosaic, _brightness, _contrast, _saturation, _hue,
        }) command.Add(option);
    }

    public int Seed(ParseResult parsed) => parsed.GetValue(_seed) ?? Defaults.Seed;

    /// <summary>The name or number of the first layer that is trained, or null.</summary>
    public string? Freeze(ParseResult parsed) => parsed.GetValue(_freeze);

    public DetectorTrainingOptions Read(ParseResult parsed) => Defaults with
    {
        Epochs = parsed.GetValue(_epochs) ?? Defaults.Epochs,
        BatchSize = parsed.GetValue(_batch) ?? Defaults.BatchSize,
        LearningRate = parsed.GetValue(_rate),
        Schedule = parsed.GetChoice<RateSchedule>(_schedule) ?? Defaults.Schedule,
        WarmUpSteps = parsed.GetValue(_warmUp) ?? Defaults.WarmUpSteps,
        Optimizer = parsed.GetChoice<TrainingOptimizer>(_optimizer) ?? Defaults.Optimizer,
        Momentum = parsed.GetValue(_momentum) ?? Defaults.Momentum,
        WeightDecay = parsed.GetValue(_decay) ?? Defaults.WeightDecay,
        AverageDecay = parsed.GetValue(_average) ?? Defaults.AverageDecay,
        MostGradientNorm = parsed.GetValue(_clip) switch { null => Defaults.MostGradientNorm, 0 => null, var norm => norm },
        Freeze = Freeze(parsed),
        Sizes = parsed.GetValue(_multiScale) ? DetectorTrainingOptions.UsualSizes : null,
        Patience = parsed.GetValue(_patience),
        EvaluateEvery = parsed.GetValue(_every) ?? Defaults.EvaluateEvery,
        Seed = Seed(parsed),
        Device = parsed.GetValue(_device),
        Threads = parsed.GetValue(_threads) ?? Defaults.Threads,
        Augmentation = ReadAugmentation(parsed),
    };

    private DetectorAugmentation ReadAugmentation(ParseResult parsed)
    {
        var start = parsed.GetValue(_plain) ? DetectorAugmentation.None : Augmentation;
        return start with
        {
            Jitter = parsed.GetValue(_jitter) ?? start.Jitter,
            Scale = parsed.GetValue(_scale) ?? start.Scale,
            HorizontalFlip = parsed.GetValue(_flip) ?? start.HorizontalFlip,
            VerticalFlip = parsed.GetValue(_verticalFlip) ?? start.VerticalFlip,
            Mosaic = parsed.GetValue(_mosaic) ?? start.Mosaic,
            EpochsWithoutMosaic = parsed.GetValue(_withoutMosaic) ?? start.EpochsWithoutMosaic,
            Brightness = parsed.GetValue(_brightness) ?? start.Brightness,
            Contrast = parsed.GetValue(_contrast) ?? start.Contrast,
            Saturation = parsed.GetValue(_saturation) ?? start.Saturation,
            Hue = parsed.GetValue(_hue) ?? start.Hue,
        };
    }

    private static Option<double?> Range(string name, string description, double value, double least, double most) =>
        NumberOption.Create(name, Text($"{description}, {least} to {most}. [default: {value}]"), "NUMBER", least, most);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}

/// <summary>The progress of a detector's training on standard error: steps every few seconds, then each epoch.</summary>
internal sealed class DetectorLines(Terminal terminal)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public void Report(DetectorProgress value)
    {
        if (_clock.Elapsed < Pause || value.Step == value.Steps) return;
        _clock.Restart();
        terminal.Note(string.Create(CultureInfo.InvariantCulture,
            $"step {value.Step} of {value.Steps}, epoch {value.Epoch}: {Losses(value.Losses)}; {ImageProgress.TimeLeft(value.Remaining)} left"));
    }

    public void Report(DetectorEpoch epoch)
    {
        var validation = epoch.Map50 is { } map50
            ? string.Create(CultureInfo.InvariantCulture, $"; validation: mAP@.5 {map50:0.000}, mAP@[.5:.95] {epoch.Map:0.000}") : "";
        var waiting = 100 * epoch.SecondsWaiting / Math.Max(epoch.Seconds, double.Epsilon);
        terminal.Note(string.Create(CultureInfo.InvariantCulture,
            $"epoch {epoch.Epoch}: {Losses(epoch.Losses)}{validation}; {epoch.Seconds:0.0} s, {waiting:0} % waiting for images"));
    }

    private static string Losses(DetectorTerms terms)
    {
        var prior = terms.Prior > 0 ? string.Create(CultureInfo.InvariantCulture, $", prior {terms.Prior:0.000}") : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"loss {terms.Total:0.000} (box {terms.Box:0.000}, objectness {terms.Objectness:0.000}, no object {terms.NoObject:0.000}, class {terms.Class:0.000}{prior})");
    }
}
