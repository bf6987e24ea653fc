using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.ModelOptions;
using MlNetVision.Onnx.Runtime;
using MlNetVision.Training.Style;

namespace MlNetVision.Cli.Train;

/// <summary>The options of the training of a style network.</summary>
internal sealed class StyleTrainingArguments
{
    private static readonly StyleTrainingOptions Defaults = new();

    private readonly Option<int?> _steps = NumberOption.Create("--iterations", Text($"Number of steps. [default: {Defaults.Steps}]"), "COUNT", 1);
    private readonly Option<int?> _batch = NumberOption.Create("--batch-size", Text($"Batch size. [default: {Defaults.BatchSize}]"), "COUNT", 1);
    private readonly Option<int?> _crop = NumberOption.Create(
        "--crop",
        Text($"The side of the square crops, a multiple of 4; larger ones learn broader strokes. [default: {Defaults.Crop}]"), "PIXELS", 32);

    private readonly Option<float?> _rate = NumberOption.Create(
        "--learning-rate", Text($"Adam's learning rate. [default: {Defaults.LearningRate}]"), "RATE", 1e-9f);

    private readonly Option<float?> _content = Weight("--content-weight", "content", Defaults.ContentWeight);
    private readonly Option<float?> _style = Weight("--style-weight", "style", Defaults.StyleWeight);
    private readonly Option<float?> _variation = Weight("--tv-weight", "total variation", Defaults.TotalVariationWeight);
    private readonly Option<string?> _contentLayers = new("--content-layers")
    {
        Description = $"The layers of the content loss, NAME or NAME=WEIGHT, separated by commas. [default: {LayerText(Defaults.ContentLayers)}]",
        HelpName = "LAYERS",
    };

    private readonly Option<string?> _styleLayers = new("--style-layers")
    {
        Description = $"The layers of the style loss, likewise. [default: {LayerText(Defaults.StyleLayers)}]",
        HelpName = "LAYERS",
    };

    private readonly Option<string?> _preprocess = PreprocessOption.Create(
        "[default: as the network says, else caffe]", "Input normalisation of the feature network");
    private readonly Option<float?> _width = NumberOption.Create(
        "--width",
        Text($"The width of the trained network: its channels as a multiple of 16, 32 and 64. [default: {Defaults.Width}]"), "FACTOR", 0.01f, 16f);

    private readonly Option<int?> _seed = NumberOption.Create(
        "--seed", Text($"Random seed; the same seed gives the same files. [default: {Defaults.Seed}]"), "NUMBER", int.MinValue);

    private readonly Option<DeviceList?> _device = DeviceOption.Create("[default: cpu]", "What runs and trains the networks");
    private readonly Option<int?> _threads = NumberOption.Threads();
    private readonly Option<int?> _every = NumberOption.Create(
        "--keep-every", Text($"Steps between checkpoints, and between previews. [default: {Defaults.KeepEvery}]"), "COUNT", 1);

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _steps, _batch, _crop, _rate, _content, _style, _variation, _contentLayers, _styleLayers, _preprocess, _width, _seed,
            _device, _threads, _every,
        }) command.Add(option);
    }

    /// <exception cref="UsageException">Layers are not written as names and weights.</exception>
    public StyleTrainingOptions Read(ParseResult parsed) => Defaults with
    {
        ContentLayers = StyleNetworkOption.ReadLayers(parsed, _contentLayers) ?? Defaults.ContentLayers,
        StyleLayers = StyleNetworkOption.ReadLayers(parsed, _styleLayers) ?? Defaults.StyleLayers,
        ContentWeight = parsed.GetValue(_content) ?? Defaults.ContentWeight,
        StyleWeight = parsed.GetValue(_style) ?? Defaults.StyleWeight,
        TotalVariationWeight = parsed.GetValue(_variation) ?? Defaults.TotalVariationWeight,
        Preprocess = parsed.GetValue(_preprocess),
        Steps = parsed.GetValue(_steps) ?? Defaults.Steps,
        BatchSize = parsed.GetValue(_batch) ?? Defaults.BatchSize,
        Crop = parsed.GetValue(_crop) ?? Defaults.Crop,
        LearningRate = parsed.GetValue(_rate) ?? Defaults.LearningRate,
        Width = parsed.GetValue(_width) ?? Defaults.Width,
        Seed = parsed.GetValue(_seed) ?? Defaults.Seed,
        Device = parsed.GetValue(_device),
        Threads = parsed.GetValue(_threads) ?? Defaults.Threads,
        KeepEvery = parsed.GetValue(_every) ?? Defaults.KeepEvery,
    };

    private static Option<float?> Weight(string name, string loss, float value) =>
        NumberOption.Create(name, Text($"The weight of the {loss} loss. [default: {value}]"), "NUMBER", 0f);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>Layers as the options take them; without weights where all are equal.</summary>
    private static string LayerText(IReadOnlyList<WeightedLayer> layers) =>
        string.Join(',', layers.Select(l => l.Weight == 1f / layers.Count ? l.Name : l.ToString()));
}

/// <summary>The progress of the training of a style network: some fifty lines on standard error, each the average since the one before.</summary>
internal sealed class StyleStepLines(Terminal terminal)
{
    private const int Lines = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _clock = new();
    private readonly List<StyleTerms> _since = [];

    public void Report(StyleTrainingProgress value)
    {
        _since.Add(value.Losses);
        var isPassing = _clock.IsRunning && value.Step < value.Steps;
        if (isPassing && (_clock.Elapsed < Pause || _since.Count < value.Steps / Lines)) return;
        var total = _since.Average(t => t.Total);
        var left = value.Step == value.Steps ? "" : $", {ImageProgress.TimeLeft(value.Remaining)} left";
        var shares = $"content {Share(t => t.Content)}, style {Share(t => t.Styles.Sum())}, variation {Share(t => t.TotalVariation)}";
        terminal.Note(string.Create(CultureInfo.InvariantCulture, $"step {value.Step} of {value.Steps}: loss {total:g4} ({shares}){left}"));
        _since.Clear();
        _clock.Restart();

        string Share(Func<StyleTerms, double> term) =>
            string.Create(CultureInfo.InvariantCulture, $"{100 * _since.Average(term) / Math.Max(total, double.Epsilon):0} %");
    }
}
