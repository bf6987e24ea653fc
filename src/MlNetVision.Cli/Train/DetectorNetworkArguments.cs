using System.CommandLine;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.ModelOptions;
using MlNetVision.Data;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Import.Darknet;
using MlNetVision.Training.Detection;

namespace MlNetVision.Cli.Train;

/// <summary>The options that say which network is trained, and with which weights and anchors it starts.</summary>
internal sealed class DetectorNetworkArguments
{
    private const string Automatic = "auto";
    private const string Keep = "keep";

    /// <summary>Anchors whose mean IoU is lower than that of found ones by more than this are said to fit badly.</summary>
    private const double PoorFit = 0.05;

    /// <summary>Running statistics follow the last hundred steps: Darknet's 0.99 is for trainings of many thousands.</summary>
    private const float StatisticsMomentum = 0.97f;

    private static readonly string DefaultNetwork = DarknetNetworks.Names[0];

    private readonly Option<string?> _network = ChoiceOption.Create(
        "--network", $"The network: small (0.8 M values) or base (5.6 M, with a passthrough layer). [default: {DefaultNetwork}]", [.. DarknetNetworks.Names]);

    private readonly Option<string?> _cfg = new("--cfg") { Description = "Another network: a Darknet .cfg with [region] or [yolo] heads.", HelpName = "FILE" };

    private readonly Option<string?> _start = new("--start")
    {
        Description = "Weights to start from, instead of random ones: Darknet's .weights of the network, whole or cut (darknet19_448.conv.23), or a detector of the same network: "
            + "a bundled name, .onnx or .zip. Layers that do not fit start random, as the head does for other classes.",
        HelpName = "WEIGHTS",
    };

    private readonly Option<string?> _size = new("--size")
    {
        Description = "The size of the network's input: 320, or 416x320 (width by height). [default: that of the network]", HelpName = "SIZE",
    };

    private readonly Option<string?> _anchors = new("--anchors")
    {
        Description = "Anchors: auto (found in the training images), keep (those of the network), or width and height in turn, separated by commas, in cells for [region], "
            + "in pixels for [yolo]. [default: auto for random weights, else keep]",
        HelpName = "ANCHORS",
    };

    private readonly Option<bool> _list = new("--list-layers") { Description = "Print the layers of the network, and do not train." };

    public IEnumerable<Option> Options => [_network, _cfg, _start, _size, _anchors, _list];

    public bool ListsLayers(ParseResult parsed) => parsed.GetValue(_list);

    /// <summary>The files that are read.</summary>
    public UsedFiles FilesOf(ParseResult parsed) =>
        new UsedFiles().Add(parsed.GetValue(_cfg), "the network").Add(parsed.GetValue(_start) is { } start && File.Exists(start) ? start : null, "the weights to start from");

    /// <summary>The detector whose layers training starts with; null: none, or Darknet's weights.</summary>
    /// <exception cref="BadModelException">It cannot be used.</exception>
    public OnnxModel? StartModel(ParseResult parsed, Terminal terminal) =>
        parsed.GetValue(_start) is { } start && WeightsOf(start) is null ? ModelFiles.Open(terminal, start, null, null) : null;

    /// <summary>The network as it starts.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">Where is said what it starts with.</param>
    /// <param name="model">The detector whose layers it starts with, see <see cref="StartModel"/>.</param>
    /// <param name="train">The training images.</param>
    /// <param name="seed">The random seed.</param>
    /// <exception cref="UsageException">Options contradict each other.</exception>
    /// <exception cref="BadModelException">A file cannot be used.</exception>
    public DarknetTrainingNetwork Load(ParseResult parsed, Terminal terminal, OnnxModel? model, DetectionDataSet train, int seed)
    {
        if (parsed.IsGiven(_network) && parsed.IsGiven(_cfg)) throw new UsageException($"{_network.Name} and {_cfg.Name} exclude each other; give one of the two.");
        var start = parsed.GetValue(_start);
        var size = InputSize.Read(parsed, _size);
        var options = new DarknetTrainingOptions
        {
            Seed = seed, WeightsFile = WeightsOf(start), WeightsMayEnd = true, Momentum = StatisticsMomentum, Classes = train.ClassNames.Count, Width = size?.Width, Height = size?.Height,
        };
        var network = Open(parsed, options);
        if (Anchors(parsed, terminal, network, model, train) is { } anchors) network = Open(parsed, options with { Anchors = anchors });
        if (start is null) return network;
        if (model is not null) network = DetectorStart.From(network, model, train.ClassNames, [.. train.Images.Select(i => i.Path)]);
        var layers = network.Layers.Count(l => l.Parameters.Count > 0);
        terminal.Note(FormattableString.Invariant($"{start}: {network.LoadedLayers} of {layers} layers start with its weights")
            + (network.LoadedLayers < layers ? "; the others are random." : "."));
        return network.LoadedLayers > 0 ? network : throw new BadModelException($"{start}: no layer of {network.Model.Name} fits; expected weights of the same network.");
    }

    private DarknetTrainingNetwork Open(ParseResult parsed, DarknetTrainingOptions options) => CfgOf(parsed) is { } cfg
        ? DarknetTrainingNetwork.Load(cfg, options)
        : Named(parsed.GetValue(_network) ?? DefaultNetwork, options);

    /// <summary>The network's file: given, or beside the weights to start from where no network is given; null: a built-in one.</summary>
    private string? CfgOf(ParseResult parsed)
    {
        if (parsed.GetValue(_cfg) is { } cfg) return cfg;
        return parsed.GetValue(_start) is { } start && !parsed.IsGiven(_network) && WeightsOf(start) is not null && Path.ChangeExtension(start, ".cfg") is var beside && File.Exists(beside)
            ? beside
            : null;
    }

    /// <summary>The file of Darknet's weights to start from; null: none, or another model.</summary>
    private static string? WeightsOf(string? start) => start is null || !File.Exists(start) ? null : Path.GetExtension(start).ToLowerInvariant() switch
    {
        ".onnx" or ".zip" => null,
        ".cfg" => Path.ChangeExtension(start, ".weights"),
        _ => start,
    };

    private static DarknetTrainingNetwork Named(string name, DarknetTrainingOptions options) => DarknetTrainingNetwork.Parse(DarknetNetworks.Get(name), name, options);

    /// <summary>The anchors in the units of the file; null: those of the network.</summary>
    private IReadOnlyList<float>? Anchors(ParseResult parsed, Terminal terminal, DarknetTrainingNetwork network, OnnxModel? model, DetectionDataSet train)
    {
        var asked = parsed.GetValue(_anchors) ?? (parsed.IsGiven(_start) ? Keep : Automatic);
        if (asked is not (Automatic or Keep))
        {
            return NumberOption.ReadList(asked) is { Count: > 0 } given && given.Count % 2 == 0 && given.TrueForAll(a => a > 0)
                ? [.. given]
                : throw new UsageException($"{_anchors.Name} '{asked}': expected {Automatic}, {Keep}, or widths and heights above 0 in turn, separated by commas.");
        }
        var started = model is null ? null : DetectorStart.AnchorsOf(model);
        if (started?.Count != 2 * DetectorAnchors.Of(network).Count) started = null;
        var own = started is null ? DetectorAnchors.Of(network) : DetectorAnchors.InPixels(network, started);
        var sizes = DetectorAnchors.Sizes(network, train);
        if (sizes.Distinct().Count() < own.Count) return started;
        var found = AnchorClustering.Find(sizes, own.Count);
        var (before, after) = (AnchorClustering.Fit(sizes, own), AnchorClustering.Fit(sizes, found));
        var fits = string.Create(CultureInfo.InvariantCulture, $"mean IoU {before.MeanIoU:0.000} with the boxes of the training images, {after.MeanIoU:0.000} with found ones");
        if (asked == Automatic)
        {
            terminal.Note($"anchors of the network: {fits}, which are taken: {DetectorAnchors.Text(network, found)}.");
            return DetectorAnchors.InUnits(network, found);
        }
        if (after.MeanIoU - before.MeanIoU > PoorFit)
            terminal.Warn($"the anchors fit badly: {fits}; {_anchors.Name} {Automatic} takes those: {DetectorAnchors.Text(network, found)}.");
        return started;
    }
}
