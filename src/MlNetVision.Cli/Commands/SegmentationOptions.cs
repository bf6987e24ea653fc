using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Imaging;
using MlNetVision.Segmentation;

namespace MlNetVision.Cli.Commands;

/// <summary>The options of a segmenter: which model, how images reach it, how its answer is read.</summary>
internal sealed class SegmentationOptions
{
    private static readonly Dictionary<string, SegmentationForm> Forms = new(StringComparer.Ordinal)
    {
        ["scores-nchw"] = SegmentationForm.ScoresNchw,
        ["scores-nhwc"] = SegmentationForm.ScoresNhwc,
        ["class-map"] = SegmentationForm.ClassMap,
    };

    private readonly Option<string> _model = ModelOption.Create("streets");
    private readonly Option<string?> _labels = new("--labels") { Description = "Class names, one a line. [default: the model's; of 21 classes without names, Pascal VOC's]", HelpName = "FILE" };
    private readonly Option<string?> _preprocess = PreprocessOption.Create("What the network takes pixels as. [default: as the model says, else tf for N×H×W×3 and imagenet for N×3×H×W]");
    private readonly Option<string?> _resize = new("--resize") { Description = "How an image is brought to the network's size. [default: as the model says, else stretch]" };
    private readonly Option<string?> _output = new("--output-name") { Description = "The network's output that holds the classes. [default: the only one, or 'out']", HelpName = "NAME" };
    private readonly Option<string?> _form = new("--form") { Description = "What that output holds. [default: read from its type and shape]" };
    private readonly Option<string?> _upsampling = new("--upsampling") { Description = "What is brought to the image's size: scores give smooth borders, classes the network's own pixels. [default: scores]" };
    private readonly Option<bool> _windows = new("--windows") { Description = "Take images that are larger than the network's input at their own size, in windows that fade into each other." };
    private readonly Option<double?> _megapixels = ImageLimitOption.Create();
    private readonly Option<int?> _threads = ThreadsOption.Create();

    public SegmentationOptions()
    {
        _resize.AcceptOnlyFromAmong(NamesOf<ResizeMode>());
        _form.AcceptOnlyFromAmong([.. Forms.Keys]);
        _upsampling.AcceptOnlyFromAmong(NamesOf<MaskUpsampling>());
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _model, _labels, _preprocess, _resize, _output, _form, _upsampling, _windows, _megapixels, _threads }) command.Add(option);
    }

    /// <summary>What an image may ask for; null: the default.</summary>
    public ImageLimits? Limits(ParseResult parsed) => ImageLimitOption.Read(parsed, _megapixels);

    /// <summary>Sees to it that nothing is saved that a chain cannot do.</summary>
    /// <exception cref="UsageException">Windows are asked for.</exception>
    public void CheckSavable(ParseResult parsed)
    {
        if (parsed.GetValue(_windows)) throw new UsageException($"{_windows.Name} cannot be saved: an ML.NET model runs its network once an image.");
    }

    /// <summary>The files that the segmenter is read from.</summary>
    public UsedFiles FilesOf(ParseResult parsed) => ModelFiles.Of(parsed.GetValue(_model)!, null, parsed.GetValue(_labels));

    /// <summary>Loads the segmenter that was asked for, whose masks have their images' size; the caller disposes it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">Where it is told what the model left open.</param>
    /// <param name="withConfidence">Whether masks are to carry confidences, for soft edges.</param>
    public Segmenter Load(ParseResult parsed, Terminal terminal, bool withConfidence = false)
    {
        var segmenter = Segmenter.Load(parsed.GetValue(_model)!, new SegmenterOptions
        {
            LabelsFile = parsed.GetValue(_labels),
            Preprocess = parsed.GetValue(_preprocess),
            Resize = ValueOf<ResizeMode>(parsed, _resize),
            Output = parsed.GetValue(_output),
            Form = parsed.GetValue(_form) is { } form ? Forms[form] : null,
            Upsampling = ValueOf<MaskUpsampling>(parsed, _upsampling),
            AtNetworkSize = false,
            WithConfidence = withConfidence ? true : null,
            Windows = parsed.GetValue(_windows),
            Limits = Limits(parsed),
            Threads = parsed.GetValue(_threads) ?? 0,
        });
        foreach (var assumption in segmenter.Assumptions) terminal.Note($"{segmenter.Model.Name}: {assumption}");
        terminal.Debug($"{segmenter.Model.Name}: {segmenter.Labels.Count} classes; {segmenter.Form}; {segmenter.Preprocess}; {segmenter.Resize}");
        return segmenter;
    }

    private static string[] NamesOf<T>() where T : struct, Enum => [.. Enum.GetNames<T>().Select(n => n.ToLowerInvariant())];

    private static T? ValueOf<T>(ParseResult parsed, Option<string?> option) where T : struct, Enum =>
        parsed.GetValue(option) is { } name ? Enum.Parse<T>(name, ignoreCase: true) : null;
}
