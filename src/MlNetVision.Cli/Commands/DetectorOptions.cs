using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Detection;
using MlNetVision.Imaging;

namespace MlNetVision.Cli.Commands;

/// <summary>The options of a detector: which model, how images reach it, what counts as found.</summary>
internal sealed class DetectorOptions
{
    private static readonly Dictionary<string, NonMaxSuppressionKind> Kinds = new(StringComparer.Ordinal)
    {
        ["hard"] = NonMaxSuppressionKind.Hard,
        ["soft-linear"] = NonMaxSuppressionKind.SoftLinear,
        ["soft-gaussian"] = NonMaxSuppressionKind.SoftGaussian,
    };

    private readonly Option<string> _model = ModelOption.Create("blood-cells");
    private readonly Option<string?> _weights = new("--weights") { Description = "The weights of a .cfg. [default: the .weights beside it]", HelpName = "FILE" };
    private readonly Option<string?> _labels = new("--labels") { Description = "Class names, one a line. [default: the model's, or the .names beside a .cfg]", HelpName = "FILE" };
    private readonly Option<string?> _anchors = new("--anchors") { Description = "Anchors as YAD2K writes them, for exports that lack them.", HelpName = "FILE" };
    private readonly Option<float?> _confidence = NumberOption.Create("--confidence", "The least score, 0 to 1. [default: as saved in a .zip, else 0.25]", "SCORE", 0f, 1f);
    private readonly Option<float?> _iou = NumberOption.Create("--iou", "The overlap (IoU) from which the weaker of two boxes goes, 0 to 1. [default: 0.45]", "IOU", 0f, 1f);
    private readonly Option<string?> _nms = new("--nms") { Description = "How overlapping boxes are thinned out. [default: hard]" };
    private readonly Option<bool> _agnostic = new("--agnostic") { Description = "Boxes of different classes thin each other out too." };
    private readonly Option<string?> _resize = new("--resize") { Description = "How an image is brought to the network's size. [default: as the model says, else letterbox]" };
    private readonly Option<string[]> _classes = new("--classes") { Description = "Only these classes, separated by commas.", HelpName = "NAMES", AllowMultipleArgumentsPerToken = false };
    private readonly Option<int?> _limit = NumberOption.Create("--limit", "At most so many objects an image, the best ones.", "COUNT", 1);
    private readonly Option<string?> _preprocess = PreprocessOption.Create("What the network takes pixels as. [default: as the model says, else unit]");
    private readonly Option<int?> _threads = ThreadsOption.Create();
    private readonly Option<double?> _megapixels = ImageLimitOption.Create();

    public DetectorOptions()
    {
        _nms.AcceptOnlyFromAmong([.. Kinds.Keys]);
        _resize.AcceptOnlyFromAmong([.. Enum.GetNames<ResizeMode>().Select(n => n.ToLowerInvariant())]);
    }

    /// <summary>All of them, or those of a command that measures rather than shows: it sets thresholds itself.</summary>
    public void AddTo(Command command, bool thresholds = true)
    {
        Option[] chain = [_model, _weights, _labels, _anchors, _preprocess, _resize];
        Option[] limits = [_confidence, _iou, _nms, _agnostic, _classes, _limit];
        foreach (var option in chain.Concat(thresholds ? limits : [_iou, _nms, _agnostic]).Append(_megapixels).Append(_threads)) command.Add(option);
    }

    /// <summary>What an image may ask for; null: the default.</summary>
    public ImageLimits? Limits(ParseResult parsed) => ImageLimitOption.Read(parsed, _megapixels);

    /// <summary>The files that the detector is read from.</summary>
    public UsedFiles FilesOf(ParseResult parsed) =>
        ModelFiles.Of(parsed.GetValue(_model)!, parsed.GetValue(_weights), parsed.GetValue(_labels)).Add(parsed.GetValue(_anchors), "the file of anchors");

    /// <summary>Loads the detector that was asked for; the caller disposes it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">Where its settings are told, with <c>--verbosity debug</c>.</param>
    /// <param name="confidence">The least score, for a command without the option; null: as the option says.</param>
    public ObjectDetector Load(ParseResult parsed, Terminal terminal, float? confidence = null)
    {
        var options = new ObjectDetectorOptions
        {
            WeightsFile = parsed.GetValue(_weights),
            LabelsFile = parsed.GetValue(_labels),
            AnchorsFile = parsed.GetValue(_anchors),
            Preprocess = parsed.GetValue(_preprocess),
            Resize = parsed.GetValue(_resize) is { } mode ? Enum.Parse<ResizeMode>(mode, ignoreCase: true) : null,
            Limits = Limits(parsed),
            Threads = parsed.GetValue(_threads) ?? 0,
        };
        var model = ModelFiles.Open(terminal, parsed.GetValue(_model)!, options.WeightsFile, options.LabelsFile);
        using var saved = ObjectDetector.Load(model, options); // what a .zip was saved with holds where no option says otherwise
        var detector = ObjectDetector.Load(model, options with { Detection = ReadDetection(parsed, saved.Options, confidence) });
        terminal.Debug($"{model.Name}: {detector.Labels.Count} classes; {detector.Resize}; {detector.Options}");
        return detector;
    }

    private DetectionOptions ReadDetection(ParseResult parsed, DetectionOptions saved, float? confidence)
    {
        var suppression = saved.Suppression;
        return saved with
        {
            Confidence = confidence ?? parsed.GetValue(_confidence) ?? saved.Confidence,
            Classes = parsed.GetResult(_classes) is null ? saved.Classes : SplitNames(parsed.GetValue(_classes)!),
            Suppression = suppression with
            {
                Kind = parsed.GetValue(_nms) is { } kind ? Kinds[kind] : suppression.Kind,
                IoU = parsed.GetValue(_iou) ?? suppression.IoU,
                ClassAgnostic = parsed.GetValue(_agnostic) || suppression.ClassAgnostic,
                MaxDetections = parsed.GetValue(_limit) ?? suppression.MaxDetections,
            },
        };
    }

    private string[] SplitNames(IEnumerable<string> names)
    {
        string[] split = [.. names.SelectMany(n => n.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        return split.Length > 0 ? split : throw new UsageException($"{_classes.Name} '{string.Join(' ', names)}': expected the names of classes, separated by commas.");
    }
}
