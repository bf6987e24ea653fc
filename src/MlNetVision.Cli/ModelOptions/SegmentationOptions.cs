using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Imaging;
using MlNetVision.Onnx.Runtime;
using MlNetVision.Segmentation;

namespace MlNetVision.Cli.ModelOptions;

/// <summary>The options of a segmenter: which model, how images reach it, how its output is read.</summary>
internal sealed class SegmentationOptions
{
    private const string Bundled = "streets";

    private static readonly Dictionary<string, SegmentationForm> Forms = new(StringComparer.Ordinal)
    {
        ["scores-nchw"] = SegmentationForm.ScoresNchw,
        ["scores-nhwc"] = SegmentationForm.ScoresNhwc,
        ["class-map"] = SegmentationForm.ClassMap,
        ["matte"] = SegmentationForm.Matte,
        ["matte-logits"] = SegmentationForm.MatteLogits,
    };

    private readonly Option<string> _model = ModelOption.Create(Bundled);
    private readonly Option<string?> _labels = new("--labels")
    {
        Description = "Class names, one per line. [default: the model's; of 21 classes without names, Pascal VOC's]",
        HelpName = "FILE",
    };

    private readonly Option<string?> _size = InputSize.CreateOption();
    private readonly Option<string?> _preprocess = PreprocessOption.Create(
        "[default: as the model says, else tf for N×H×W×3 and imagenet for N×3×H×W]");
    private readonly Option<string?> _resize = PreprocessOption.CreateResize("stretch");
    private readonly Option<string?> _output = new("--output-name")
    {
        Description = "The network's output with the classes or the matte; of U²-Net, which has several, the first. [default: the only one, or 'out']",
        HelpName = "NAME",
    };

    private readonly Option<string?> _form = ChoiceOption.Create(
        "--form", "What that output holds. [default: read from its type and shape]", [.. Forms.Keys]);

    private readonly Option<double?> _threshold = NumberOption.Create(
        "--threshold", "Of networks that give one value per pixel: the value above which it is foreground. [default: 0.5]", "NUMBER", 0.0, 1.0);

    private readonly Option<string?> _upsampling = ChoiceOption.Create<MaskUpsampling>(
        "--upsampling", "What is resized to the image's size: scores give smooth borders, classes keep the network's own pixels. [default: scores]");

    private readonly Option<bool> _windows = new("--windows")
    {
        Description = "Segment images larger than the network's input at their own size, in overlapping windows.",
    };

    private readonly Option<double?> _megapixels = ImageLimitOption.Create();
    private readonly Option<DeviceList?> _device = DeviceOption.Create();
    private readonly Option<int?> _threads = NumberOption.Threads();

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _model, _labels, _size, _preprocess, _resize, _output, _form, _threshold, _upsampling, _windows, _megapixels, _device, _threads,
        }) command.Add(option);
    }

    /// <summary>How large an image may be; null: the default.</summary>
    public ImageLimits? Limits(ParseResult parsed) => ImageLimitOption.Read(parsed, _megapixels);

    /// <summary>Checks that a chain can do what was asked for.</summary>
    /// <exception cref="UsageException">Windows are asked for.</exception>
    public void CheckSavable(ParseResult parsed)
    {
        if (parsed.GetValue(_windows)) throw new UsageException($"{_windows.Name} cannot be saved: an ML.NET model runs its network once per image.");
    }

    /// <summary>The files that the segmenter is read from.</summary>
    public UsedFiles FilesOf(ParseResult parsed) => ModelFiles.Of(parsed.GetValue(_model)!, labels: parsed.GetValue(_labels));

    /// <summary>Loads the segmenter that was asked for, whose masks have their images' size; the caller disposes it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">Where assumptions about the model are noted.</param>
    /// <param name="withConfidence">Whether masks carry confidences, for soft edges.</param>
    public Segmenter Load(ParseResult parsed, Terminal terminal, bool withConfidence = false)
    {
        var segmenter = Segmenter.Load(parsed.GetValue(_model)!, new SegmenterOptions
        {
            LabelsFile = parsed.GetValue(_labels),
            Size = InputSize.Read(parsed, _size),
            Preprocess = parsed.GetValue(_preprocess),
            Resize = parsed.GetChoice<ResizeMode>(_resize),
            Output = parsed.GetValue(_output),
            Form = parsed.GetValue(_form) is { } form ? Forms[form] : null,
            Threshold = (float?)parsed.GetValue(_threshold),
            Upsampling = parsed.GetChoice<MaskUpsampling>(_upsampling),
            AtNetworkSize = false,
            WithConfidence = withConfidence ? true : null,
            Windows = parsed.GetValue(_windows),
            Limits = Limits(parsed),
            Device = parsed.GetValue(_device),
            Threads = parsed.GetValue(_threads) ?? 0,
        });
        ModelOption.NoteBundled(terminal, parsed, _model, Bundled, segmenter.Labels);
        foreach (var assumption in segmenter.Assumptions) terminal.Note($"{segmenter.Model.Name}: {assumption}");
        terminal.Debug($"{segmenter.Model.Name}: {segmenter.Labels.Count} classes; {segmenter.Form}; {segmenter.Preprocess}; {segmenter.Resize}");
        return segmenter;
    }
}
