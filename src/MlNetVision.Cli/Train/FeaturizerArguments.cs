using System.CommandLine;
using MlNetVision.Classification;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.ModelOptions;
using MlNetVision.Imaging;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Cli.Train;

/// <summary>The options of the featurizer.</summary>
internal sealed class FeaturizerArguments
{
    private const string Bundled = "flowers";

    private readonly Option<string?> _featurizer = new("--featurizer", "-f")
    {
        Description = "The network that extracts the features: a name that 'mlnetvision model list' shows, or an .onnx file. "
            + $"[default: {Bundled}, which is small and weak]",
        HelpName = "MODEL",
    };

    private readonly Option<string?> _cut = new("--cut")
    {
        Description = "The layer at which the network is cut, such as block5_pool. [default: its last pooling]",
        HelpName = "LAYER",
    };

    private readonly Option<bool> _flat = new("--flat") { Description = "Take all positions of the layer, instead of the mean over them." };
    private readonly Option<string?> _preprocess = PreprocessOption.Create("[default: as the model says, else that of its family]");
    private readonly Option<string?> _resize = PreprocessOption.CreateResize("stretch");

    public FeaturizerArguments() => _featurizer.CompletionSources.Add(_ => ModelOption.Names());

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _featurizer, _cut, _flat, _preprocess, _resize }) command.Add(option);
    }

    /// <summary>The files that the featurizer is read from.</summary>
    public UsedFiles FilesOf(ParseResult parsed) => ModelFiles.Of(parsed.GetValue(_featurizer) ?? Bundled);

    /// <summary>Loads it; the caller disposes it.</summary>
    public Featurizer Load(ParseResult parsed, Terminal terminal, DeviceList? device, int threads)
    {
        var model = parsed.GetValue(_featurizer) ?? Bundled;
        var featurizer = Featurizer.Load(model, new FeaturizerOptions
        {
            Cut = parsed.GetValue(_cut),
            Pooling = parsed.GetValue(_flat) ? FeaturePooling.Flatten : FeaturePooling.GlobalAverage,
            Preprocess = parsed.GetValue(_preprocess),
            Resize = parsed.GetChoice<ResizeMode>(_resize),
            Device = device,
            Threads = threads,
        });
        var size = $"{featurizer.Resize.Width}×{featurizer.Resize.Height}";
        terminal.Note($"featurizer: {model}, {featurizer.FeatureCount} features at '{featurizer.Layer}', {featurizer.Preprocess}, {size}");
        return featurizer;
    }
}
