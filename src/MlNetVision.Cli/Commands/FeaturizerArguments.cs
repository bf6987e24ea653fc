using System.CommandLine;
using MlNetVision.Classification;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Imaging;
using MlNetVision.Models;

namespace MlNetVision.Cli.Commands;

/// <summary>The options that say whose features are classified.</summary>
internal sealed class FeaturizerArguments
{
    private const string Bundled = "flowers";

    private readonly Option<string?> _featurizer = new("--featurizer", "-f")
    {
        Description = $"The network whose features are classified: a name that 'mlnetvision model list' shows, or an .onnx file. [default: {Bundled}, which is small and weak]",
        HelpName = "MODEL",
    };

    private readonly Option<string?> _cut = new("--cut") { Description = "The layer that it is cut at, such as block5_pool. [default: its last pooling]", HelpName = "LAYER" };
    private readonly Option<bool> _flat = new("--flat") { Description = "Take all positions of the layer, instead of the mean over them." };
    private readonly Option<string?> _preprocess = PreprocessOption.Create("What the network takes pixels as. [default: as the model says, else as its kind does]");
    private readonly Option<string?> _resize = new("--resize") { Description = "How an image is brought to the network's size. [default: as the model says, else stretch]" };

    public FeaturizerArguments()
    {
        _featurizer.CompletionSources.Add(_ => ModelCatalogue.Default.Entries.Select(e => e.Name));
        _resize.AcceptOnlyFromAmong([.. Enum.GetNames<ResizeMode>().Select(n => n.ToLowerInvariant())]);
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _featurizer, _cut, _flat, _preprocess, _resize }) command.Add(option);
    }

    /// <summary>The files that it is read from.</summary>
    public UsedFiles FilesOf(ParseResult parsed) => ModelFiles.Of(parsed.GetValue(_featurizer) ?? Bundled, null, null);

    /// <summary>Loads it; the caller disposes it.</summary>
    public Featurizer Load(ParseResult parsed, Terminal terminal, int threads)
    {
        var model = parsed.GetValue(_featurizer) ?? Bundled;
        var featurizer = Featurizer.Load(model, new FeaturizerOptions
        {
            Cut = parsed.GetValue(_cut),
            Pooling = parsed.GetValue(_flat) ? FeaturePooling.Flatten : FeaturePooling.GlobalAverage,
            Preprocess = parsed.GetValue(_preprocess),
            Resize = parsed.GetValue(_resize) is { } resize ? Enum.Parse<ResizeMode>(resize, ignoreCase: true) : null,
            Threads = threads,
        });
        terminal.Note($"featurizer: {model}, {featurizer.FeatureCount} features at '{featurizer.Layer}', {featurizer.Preprocess}, {featurizer.Resize.Width}×{featurizer.Resize.Height}");
        return featurizer;
    }
}
