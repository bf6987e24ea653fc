using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Cli.ModelOptions;

/// <summary>The options of a detector: which model, how images reach it, what counts as a detection.</summary>
internal sealed class DetectorOptions
{
    private const string Bundled = "blood-cells";

    private static readonly Dictionary<string, NonMaxSuppressionKind> Kinds = new(StringComparer.Ordinal)
    {
        ["hard"] = NonMaxSuppressionKind.Hard,
        ["soft-linear"] = NonMaxSuppressionKind.SoftLinear,
        ["soft-gaussian"] = NonMaxSuppressionKind.SoftGaussian,
        ["none"] = NonMaxSuppressionKind.None,
    };

    private readonly Option<string> _model = ModelOption.Create(Bundled);
    private readonly Option<string?> _weights = ModelOption.CreateWeights();
    private readonly Option<string?> _labels = new("--labels")
    {
        Description = "Class names, one per line. [default: the model's, or the .names beside a .cfg]",
        HelpName = "FILE",
    };

    private readonly Option<string?> _anchors = new("--anchors")
    {
        Description = "Anchors as YAD2K writes them, for exports that lack them.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _head = new Option<string?>("--head")
    {
        Description = $"The family of the network: {string.Join(", ", DetectionHeads.FamilyNames)}. [default: as its file says, else as its outputs tell]",
        HelpName = "FAMILY",
    }.AcceptOnlyFromAmong([.. DetectionHeads.FamilyNames]);

    private readonly Option<string?> _size = new("--size")
    {
        Description = "The size of the input, of networks that take any: 640, 640x384, or auto, which is the smallest that each image needs. "
            + "[default: as the model says]",
        HelpName = "SIZE",
    };

    private readonly Option<float?> _confidence = NumberOption.Create(
        "--confidence", "Confidence threshold, 0 to 1. [default: as saved in a .zip, else as usual for the network, 0.25]", "SCORE", 0f, 1f);

    private readonly Option<float?> _iou = NumberOption.Create(
        "--iou", "IoU threshold, 0 to 1: of two boxes that overlap more, the one with the lower score is suppressed. [default: as usual for the network, 0.45]", "IOU", 0f, 1f);

    private readonly Option<string?> _nms = ChoiceOption.Create("--nms", "The kind of non-maximum suppression. [default: hard; none for end-to-end networks]", [.. Kinds.Keys]);
    private readonly Option<bool> _agnostic = new("--agnostic") { Description = "Boxes suppress overlapping boxes of other classes too." };
    private readonly Option<string?> _resize = PreprocessOption.CreateResize("letterbox");
    private readonly Option<string[]> _classes = new("--classes") { Description = "Only these classes, separated by commas.", HelpName = "NAMES" };
    private readonly Option<int?> _limit = NumberOption.Create(
        "--limit", "At most so many objects per image, those with the highest scores.", "COUNT", 1);

    private readonly Option<int?> _batch = NumberOption.Create(
        "--batch", "Images in one run, of networks that take any number. [default: as the network has it, else 1]", "COUNT", 1, 1024);

    private readonly Option<string?> _preprocess = PreprocessOption.Create("[default: as the model says, else unit]");
    private readonly Option<DeviceList?> _device = DeviceOption.Create();
    private readonly Option<int?> _threads = NumberOption.Threads();
    private readonly Option<double?> _megapixels = ImageLimitOption.Create();

    /// <summary>All of them, or those of a command that measures rather than shows: it sets thresholds itself.</summary>
    public void AddTo(Command command, bool thresholds = true)
    {
        Option[] chain = [_model, _weights, _labels, _anchors, _head, _size, _batch, _preprocess, _resize];
        Option[] limits = [_confidence, _iou, _nms, _agnostic, _classes, _limit];
        foreach (var option in chain.Concat(thresholds ? limits : [_iou, _nms, _agnostic])) command.Add(option);
        foreach (var option in new Option[] { _megapixels, _device, _threads }) command.Add(option);
    }

    /// <summary>How large an image may be; null: the default.</summary>
    public ImageLimits? Limits(ParseResult parsed) => ImageLimitOption.Read(parsed, _megapixels);

    /// <summary>The files that the detector is read from.</summary>
    public UsedFiles FilesOf(ParseResult parsed) =>
        ModelFiles.Of(parsed.GetValue(_model)!, parsed.GetValue(_weights), parsed.GetValue(_labels))
            .Add(parsed.GetValue(_anchors), "the file of anchors");

    /// <summary>Loads the detector that was asked for; the caller disposes it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">Where assumptions about the model are noted, and its settings with <c>--verbosity debug</c>.</param>
    /// <param name="confidence">The confidence threshold, for a command without the option; null: as the option says.</param>
    public ObjectDetector Load(ParseResult parsed, Terminal terminal, float? confidence = null)
    {
        var (size, fits) = ReadSize(parsed);
        var options = new ObjectDetectorOptions
        {
            WeightsFile = parsed.GetValue(_weights),
            LabelsFile = parsed.GetValue(_labels),
            AnchorsFile = parsed.GetValue(_anchors),
            Head = parsed.GetValue(_head),
            Size = size,
            FitsSize = fits,
            Batch = parsed.GetValue(_batch),
            Preprocess = parsed.GetValue(_preprocess),
            Resize = parsed.GetChoice<ResizeMode>(_resize),
            Limits = Limits(parsed),
            Device = parsed.GetValue(_device),
            Threads = parsed.GetValue(_threads) ?? 0,
            Adjust = saved => ReadDetection(parsed, saved, confidence),
        };
        var detector = ObjectDetector.Load(ModelFiles.Open(terminal, parsed.GetValue(_model)!, options.WeightsFile, options.LabelsFile), options);
        ModelOption.NoteBundled(terminal, parsed, _model, Bundled, detector.Labels);
        foreach (var assumption in detector.Assumptions) terminal.Note($"{detector.Model.Name}: {assumption}");
        terminal.Debug($"{detector.Model.Name}: {detector.Labels.Count} classes; {detector.Resize}; {detector.Options}");
        return detector;
    }

    private ((int Width, int Height)? Size, bool Fits) ReadSize(ParseResult parsed)
    {
        var text = parsed.GetValue(_size);
        if (text is null) return (null, false);
        if (text == "auto") return (null, true);
        var size = InputSize.Parse(_size.Name, text);
        return ((size.Width, size.Height), false);
    }

    /// <summary>What a .zip was saved with holds where no option says otherwise.</summary>
    private DetectionOptions ReadDetection(ParseResult parsed, DetectionOptions saved, float? confidence)
    {
        var suppression = saved.Suppression;
        return saved with
        {
            Confidence = confidence ?? parsed.GetValue(_confidence) ?? saved.Confidence,
            Classes = parsed.GetResult(_classes) is null ? saved.Classes
                : ChoiceOption.SplitNames(_classes, string.Join(',', parsed.GetValue(_classes)!), "the names of classes"),
            Suppression = suppression with
            {
                // Whoever states how much boxes may overlap wants them suppressed, also those of an end-to-end network.
                Kind = parsed.GetValue(_nms) is { } kind ? Kinds[kind]
                    : suppression.Kind == NonMaxSuppressionKind.Automatic && (parsed.IsGiven(_iou) || parsed.GetValue(_agnostic)) ? NonMaxSuppressionKind.Hard
                    : suppression.Kind,
                IoU = parsed.GetValue(_iou) ?? suppression.IoU,
                ClassAgnostic = parsed.GetValue(_agnostic) || suppression.ClassAgnostic,
                MaxDetections = parsed.GetValue(_limit) ?? suppression.MaxDetections,
            },
        };
    }
}
