using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Training.Style;

namespace MlNetVision.Cli.Commands;

/// <summary>The options that say how a style network is trained.</summary>
internal sealed class StyleTrainingArguments
{
    private static readonly StyleTrainingOptions Defaults = new();

    private readonly Option<int?> _steps = NumberOption.Create("--iterations", FormattableString.Invariant($"Steps. [default: {Defaults.Steps}]"), "COUNT", 1);
    private readonly Option<int?> _batch = NumberOption.Create("--batch-size", FormattableString.Invariant($"Photos a step. [default: {Defaults.BatchSize}]"), "COUNT", 1);
    private readonly Option<int?> _crop = NumberOption.Create("--crop", FormattableString.Invariant($"The side of the squares cut from photos, a multiple of 4; larger ones learn broader strokes. [default: {Defaults.Crop}]"), "PIXELS", 32);
    private readonly Option<float?> _rate = NumberOption.Create("--learning-rate", FormattableString.Invariant($"Adam's learning rate. [default: {Defaults.LearningRate}]"), "RATE", 1e-9f);
    private readonly Option<float?> _content = NumberOption.Create("--content-weight", FormattableString.Invariant($"The weight of the content. [default: {Defaults.ContentWeight}]"), "NUMBER", 0f);
    private readonly Option<float?> _style = NumberOption.Create("--style-weight", FormattableString.Invariant($"The weight of the style. [default: {Defaults.StyleWeight}]"), "NUMBER", 0f);
    private readonly Option<float?> _variation = NumberOption.Create("--tv-weight", FormattableString.Invariant($"The weight of the total variation. [default: {Defaults.TotalVariationWeight}]"), "NUMBER", 0f);
    private readonly Option<string?> _contentLayers = new("--content-layers") { Description = $"The layers of the content, NAME or NAME=WEIGHT, separated by commas. [default: {Text(Defaults.ContentLayers)}]", HelpName = "LAYERS" };
    private readonly Option<string?> _styleLayers = new("--style-layers") { Description = $"The layers of the style, likewise. [default: {Text(Defaults.StyleLayers)}]", HelpName = "LAYERS" };
    private readonly Option<string?> _preprocess = PreprocessOption.Create("What the network of features takes pixels as. [default: as it says itself, else caffe]");
    private readonly Option<float?> _width = NumberOption.Create("--width", FormattableString.Invariant($"The channels of the network, as a multiple of 16, 32 and 64. [default: {Defaults.Width}]"), "FACTOR", 0.01f, 16f);
    private readonly Option<int?> _seed = NumberOption.Create("--seed", FormattableString.Invariant($"Where chance begins; the same seed gives the same files. [default: {Defaults.Seed}]"), "NUMBER", int.MinValue);
    private readonly Option<int?> _threads = ThreadsOption.Create();
    private readonly Option<int?> _every = NumberOption.Create("--keep-every", FormattableString.Invariant($"Steps between checkpoints, and between previews. [default: {Defaults.KeepEvery}]"), "COUNT", 1);

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _steps, _batch, _crop, _rate, _content, _style, _variation, _contentLayers, _styleLayers, _preprocess, _width, _seed, _threads, _every }) command.Add(option);
    }

    /// <exception cref="UsageException">Layers are not written as names and weights.</exception>
    public StyleTrainingOptions Read(ParseResult parsed) => Defaults with
    {
        ContentLayers = GatysOptions.Layers(_contentLayers, parsed.GetValue(_contentLayers)) ?? Defaults.ContentLayers,
        StyleLayers = GatysOptions.Layers(_styleLayers, parsed.GetValue(_styleLayers)) ?? Defaults.StyleLayers,
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
        Threads = parsed.GetValue(_threads) ?? Defaults.Threads,
        KeepEvery = parsed.GetValue(_every) ?? Defaults.KeepEvery,
    };

    /// <summary>Layers as the options take them; alike where no weights stand.</summary>
    private static string Text(IReadOnlyList<WeightedLayer> layers) =>
        string.Join(',', layers.Select(l => l.Weight == 1f / layers.Count ? l.Name : l.ToString()));
}
