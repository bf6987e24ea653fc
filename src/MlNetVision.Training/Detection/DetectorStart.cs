using MlNetVision.Data;
using MlNetVision.Detection;
using MlNetVision.Gradients.Losses;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Import;
using MlNetVision.Onnx.Import.Darknet;

namespace MlNetVision.Training.Detection;

/// <summary>What the training of a detector starts with: a network, its values, its classes and its anchors.</summary>
public sealed class DetectorStart
{
    /// <summary>The key of a model's metadata that holds the text of its <c>.cfg</c>; trained detectors have it.</summary>
    public const string NetworkKey = "mlnetvision.darknet.cfg";

    private DetectorStart(DarknetTrainingNetwork network, IReadOnlyList<string> labels) => (Network, Labels) = (network, labels);

    /// <summary>The network, for as many classes as the data set has.</summary>
    public DarknetTrainingNetwork Network { get; }

    /// <summary>The classes of the data set in the order of the network's; <see cref="DetectionDataSet.WithClasses"/> brings a data set to it.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The number of layers whose values are not random.</summary>
    public int LoadedLayers { get; private init; }

    /// <summary>Whether all values are those of the start, also those of the heads: it detects already.</summary>
    public bool IsWhole { get; private init; }

    /// <summary>
    /// How the detector that training starts from resizes images, where <see cref="Network"/> does it otherwise; null: there is none, or it does the same,
    /// as it does where <see cref="DetectorStartOptions.Network"/> names no other. A <c>letter_box</c> in the <c>[net]</c> of a <c>.cfg</c> says how.
    /// </summary>
    public ResizeMode? OtherResize { get; private init; }

    /// <summary>The anchors of <see cref="Network"/>.</summary>
    public required DetectorAnchorSet Anchors { get; init; }

    /// <summary>As many anchors as k-means finds; null where the data set has too few sizes of boxes.</summary>
    public DetectorAnchorSet? Proposed { get; private init; }

    /// <summary>Whether <see cref="Anchors"/> are those of k-means.</summary>
    public bool HasProposed { get; private init; }

    /// <summary>Sets up the start of a training.</summary>
    /// <param name="train">The training images.</param>
    /// <param name="options">The network, its values, its size and anchors; null: the defaults.</param>
    /// <exception cref="ArgumentException">The options do not go together, or one is out of its range.</exception>
    /// <exception cref="BadModelException">A file cannot be read, is of another network, or cannot be trained.</exception>
    /// <exception cref="BadDataSetException">No image has an object.</exception>
    public static DetectorStart Create(DetectionDataSet train, DetectorStartOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(train);
        options ??= new();
        options.Validate();
        var source = StartSource.Of(options);
        var same = source.HasValues && (source.Labels is null || source.Labels.ToHashSet(StringComparer.Ordinal).SetEquals(train.ClassNames));
        var start = new DarknetTrainingOptions
        {
            WeightsFile = source.Weights, WeightsMayEnd = source.MayEnd, Seed = options.Seed, Momentum = options.Momentum,
            Width = options.Size?.Width, Height = options.Size?.Height, Classes = train.ClassNames.Count, NewHeads = source.HasValues && !same, Anchors = options.Anchors,
        };
        var network = source.Build(start);
        var whole = source.Folded is null ? network.LoadedLayers == FoldedWeights.WithValues(network).Count()
            : same && FoldedWeights.Fit(network, source.Folded);
        var sizes = AnchorClustering.Sizes(train.Images, ResizeOf(network));
        if (sizes.Count == 0) throw new BadDataSetException($"{train.Source}: none of {train.Images.Count} images has an object.");
        var (anchors, proposed) = (DetectorAnchorSet.Of(network, sizes), DetectorAnchorSet.Propose(network, sizes, options.Seed));
        var takes = options.Anchors is null && proposed is not null
            && (options.AnchorChoice == DetectorAnchorChoice.KMeans || (options.AnchorChoice == DetectorAnchorChoice.Automatic && !whole));
        if (takes)
        {
            network = source.Build(start with { Anchors = proposed!.Values });
            anchors = proposed;
        }
        var loaded = source.Folded is null ? network.LoadedLayers
            : FoldedWeights.Load(network, source.Folded, same ? new HashSet<string>() : HeadLayers(network), [.. train.Images.Select(i => i.Path)]);
        return new DetectorStart(network, same && source.Labels is { } names ? names : train.ClassNames)
        {
            LoadedLayers = loaded, IsWhole = whole, OtherResize = OtherResizeOf(source.Folded, network), Anchors = anchors, Proposed = proposed, HasProposed = takes,
        };
    }

    /// <summary>The network as it detects before training.</summary>
    public OnnxModel ToModel() => DarknetFiles.Of(Network, Network.Model, Network.Seen, Labels).Import();

    /// <summary>How images are resized to the input of a network.</summary>
    public static ResizeOptions ResizeOf(DarknetTrainingNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var input = network.Model.Inputs[0].Shape;
        return new ResizeOptions
        {
            Width = (int)input[3]!.Value, Height = (int)input[2]!.Value,
            Mode = network.Facts.Fit == ImportedFit.Letterbox ? ResizeMode.Letterbox : ResizeMode.Stretch,
        };
    }

    private static ResizeMode? OtherResizeOf(OnnxModel? folded, DarknetTrainingNetwork network) =>
        folded is not null && StartSource.ResizeOf(folded) is { } mode && mode != ResizeOf(network).Mode ? mode : null;

    private static HashSet<string> HeadLayers(DarknetTrainingNetwork network) =>
        [.. network.Layers.Where(l => l.Type is "region" or "yolo").Select(l => network.Layers[l.Number - 1].Name)];
}

/// <summary>What a training starts with.</summary>
public sealed record DetectorStartOptions
{
    /// <summary>One of <see cref="DarknetNetworks.Names"/>, or a <c>.cfg</c> file. Null, the default: that of <see cref="Start"/>, else <c>small</c>.</summary>
    public string? Network { get; init; }

    /// <summary>
    /// Where values come from: a weights file of <see cref="Network"/>, whole or cut after any layer; a <c>.cfg</c> with its <c>.weights</c> beside it, or
    /// those <c>.weights</c>; or a detector that <see cref="ObjectDetector"/> opens, with YOLO grids as Darknet has them. Null, the default: all are random.
    /// </summary>
    /// <remarks>
    /// An <c>.onnx</c> or <c>.zip</c> has its batch normalisation folded into its convolutions: it is unfolded with statistics that are measured on
    /// training images, and detects as before. What this library trained states its network; for others <see cref="Network"/> names it.
    /// Where the classes differ, the convolutions before the heads start with random values.
    /// </remarks>
    public string? Start { get; init; }

    /// <summary>The size of the input in pixels. Null, the default: that of the network.</summary>
    public (int Width, int Height)? Size { get; init; }

    /// <summary>
    /// The anchors as a <c>.cfg</c> has them, width and height in turn: of <c>[region]</c> in cells, of <c>[yolo]</c> in pixels. Null, the default: see
    /// <see cref="AnchorChoice"/>.
    /// </summary>
    public IReadOnlyList<float>? Anchors { get; init; }

    /// <summary>Which anchors are taken. Default: automatic.</summary>
    public DetectorAnchorChoice AnchorChoice { get; init; }

    /// <summary>The random seed of values and of k-means. Default: 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// The momentum of batch normalisation; see <see cref="DarknetTrainingOptions.Momentum"/>. Default: 0.97, so that statistics follow the last hundred steps;
    /// Darknet's 0.99 is for trainings of many thousands.
    /// </summary>
    public float Momentum { get; init; } = 0.97f;

    internal void Validate()
    {
        if (Network is { Length: 0 }) throw new ArgumentException($"{nameof(Network)} is empty, expected {string.Join(", ", DarknetNetworks.Names)} or a .cfg file.");
        if (Start is { Length: 0 }) throw new ArgumentException($"{nameof(Start)} is empty, expected a weights file or a detector.");
        if (!Enum.IsDefined(AnchorChoice)) throw new ArgumentException($"{nameof(AnchorChoice)} is {AnchorChoice}, expected Automatic, Keep or KMeans.");
    }
}

/// <summary>Which anchors a training takes.</summary>
public enum DetectorAnchorChoice
{
    /// <summary>The network's own where its heads keep their values, which belong to them; else those of k-means.</summary>
    Automatic,

    /// <summary>The network's own.</summary>
    Keep,

    /// <summary>Those of <see cref="AnchorClustering"/>, as many as the network has.</summary>
    KMeans,
}

/// <summary>The anchors of a network and how well they fit a data set.</summary>
/// <param name="Sizes">The anchors in pixels of the network's input.</param>
/// <param name="Values">The same as a <c>.cfg</c> has them: of <c>[region]</c> in cells, of <c>[yolo]</c> in pixels, width and height in turn.</param>
/// <param name="Fit">How well those that the heads use fit.</param>
public sealed record DetectorAnchorSet(IReadOnlyList<BoxSize> Sizes, IReadOnlyList<float> Values, AnchorFit Fit)
{
    /// <summary>The anchors of a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="sizes">The sizes of the objects in pixels of its input.</param>
    public static DetectorAnchorSet Of(DarknetTrainingNetwork network, IReadOnlyList<BoxSize> sizes)
    {
        ArgumentNullException.ThrowIfNull(network);
        var resize = DetectorStart.ResizeOf(network);
        BoxSize Pixels((float Width, float Height) anchor) => new(anchor.Width * resize.Width, anchor.Height * resize.Height);
        var heads = DetectorHeads.Of(network);
        var all = (heads[0] as YoloV3LossHead)?.AllAnchors ?? heads[0].Anchors;
        return new([.. all.Select(Pixels)], Flat(network.Heads[0].Numbers("anchors")),
            AnchorClustering.Fit(sizes, [.. heads.SelectMany(h => h.Anchors).Distinct().Select(Pixels)]));
    }

    /// <summary>Anchors by k-means for a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="sizes">The sizes of the objects in pixels of its input.</param>
    /// <param name="seed">The random seed.</param>
    /// <param name="count">Their number; null: as many as the network has.</param>
    /// <returns>The anchors; null where there are fewer different sizes.</returns>
    public static DetectorAnchorSet? Propose(DarknetTrainingNetwork network, IReadOnlyList<BoxSize> sizes, int seed, int? count = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(sizes);
        var number = count ?? network.Heads[0].Numbers("anchors").Count / 2;
        if (sizes.Distinct().Count() < number) return null;
        var (x, y) = Unit(network);
        // As they will be read from the .cfg.
        float[] values = [.. AnchorClustering.Find(sizes, number, new AnchorClusteringOptions { Seed = seed })
            .SelectMany(a => (float[])[MathF.Round(a.Width / x, 4), MathF.Round(a.Height / y, 4)])];
        BoxSize[] anchors = [.. values.Chunk(2).Select(v => new BoxSize(v[0] * x, v[1] * y))];
        return new(anchors, values, AnchorClustering.Fit(sizes, anchors));
    }

    /// <summary>The pixels of one unit of a network's anchors: a cell of its grid for <c>[region]</c>, a pixel for <c>[yolo]</c>.</summary>
    public static (float X, float Y) Unit(DarknetTrainingNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var head = network.Heads[0];
        if (head.Kind != "region") return (1, 1);
        var (resize, grid) = (DetectorStart.ResizeOf(network), network.Model.Outputs.Single(o => o.Name == head.Output).Shape);
        return ((float)resize.Width / grid[3]!.Value, (float)resize.Height / grid[2]!.Value);
    }

    private static float[] Flat(IReadOnlyList<double> values) => [.. values.Select(v => (float)v)];
}

/// <summary>The files that a training starts from.</summary>
/// <param name="Name">What messages call the network.</param>
/// <param name="Text">The text of its <c>.cfg</c>; null: it is the file <paramref name="Name"/>.</param>
internal sealed record StartSource(string Name, string? Text)
{
    private const string Cfg = ".cfg";
    private const string Ending = ".weights";

    /// <summary>A file of weights; null: none.</summary>
    public string? Weights { get; private init; }

    /// <summary>Whether that file may end after any layer.</summary>
    public bool MayEnd { get; private init; }

    /// <summary>A network with batch normalisation folded; null: none.</summary>
    public OnnxModel? Folded { get; private init; }

    /// <summary>The classes of the start; null: unknown.</summary>
    public IReadOnlyList<string>? Labels { get; private init; }

    public bool HasValues => Weights is not null || Folded is not null;

    public static StartSource Of(DetectorStartOptions options)
    {
        if (options.Start is not { } start) return Network(options.Network ?? DarknetNetworks.Names[0]);
        if (Is(start, Cfg))
        {
            if (options.Network is not null)
                throw new ArgumentException($"'{start}' is a network with its weights, and '{options.Network}' is another; give one of them, or the weights file.");
            return new(start, null) { Weights = Existing(Path.ChangeExtension(start, Ending)), Labels = LabelsBeside(start) };
        }
        if (File.Exists(start) && !Is(start, ".onnx") && !Is(start, ".zip")) return OfWeights(start, options.Network);
        return OfModel(start, options.Network);
    }

    public DarknetTrainingNetwork Build(DarknetTrainingOptions options) =>
        Text is { } text ? DarknetTrainingNetwork.Parse(text, Name, options) : DarknetTrainingNetwork.Load(Name, options);

    private static StartSource Network(string network) =>
        DarknetNetworks.Names.Contains(network) && !File.Exists(network) ? new(network, DarknetNetworks.Get(network))
        : Is(network, Cfg) ? new(Existing(network), null)
        : throw new ArgumentException($"There is no network '{network}'; there are {string.Join(", ", DarknetNetworks.Names)}, or a .cfg file.");

    private static StartSource OfWeights(string weights, string? network)
    {
        if (network is not null) return Network(network) with { Weights = weights, MayEnd = true, Labels = LabelsBeside(weights) };
        var cfg = Path.ChangeExtension(weights, Cfg);
        return File.Exists(cfg) ? new(cfg, null) { Weights = weights, Labels = LabelsBeside(cfg) } : throw new ArgumentException(
            $"'{weights}' are weights without their network: {cfg} does not exist; name the network, {string.Join(", ", DarknetNetworks.Names)} or a .cfg file.");
    }

    private static StartSource OfModel(string model, string? network)
    {
        var opened = ModelSource.FromPath(model).Open();
        if (opened.GetYoloHeads() is null)
        {
            throw new BadModelException($"{model}: has no grids of YOLO v2 or v3 as Darknet has them, which this trainer continues; expected such a detector, "
                + "or a .cfg with its .weights.");
        }
        var source = network is not null ? Network(network)
            : opened.Metadata[DetectorStart.NetworkKey] is { } text ? new(model, text)
            : BuiltIn(opened) is { } name ? new(name, Resizing(DarknetNetworks.Get(name), ResizeOf(opened)))
            : throw new BadModelException($"{model}: does not state its network; name its .cfg file, or start from a .cfg with its .weights.");
        return source with { Folded = opened, Labels = opened.GetNames() };
    }

    /// <summary>The text of a network that resizes images as the values want it that it starts with.</summary>
    private static string Resizing(string text, ResizeMode? mode) =>
        mode is null ? text : text.Replace("[net]", $"[net]\nletter_box={(mode == ResizeMode.Letterbox ? 1 : 0)}", StringComparison.Ordinal);

    /// <summary>How a model says that images are resized to its input; null: it does not say.</summary>
    public static ResizeMode? ResizeOf(OnnxModel model) =>
        Enum.TryParse<ResizeMode>(model.Metadata[VisionMetadata.ResizeKey], ignoreCase: true, out var mode) ? mode : null;

    /// <summary>The built-in network that a model was made of.</summary>
    private static string? BuiltIn(OnnxModel model)
    {
        var heads = model.GetYoloHeads()!;
        return DarknetNetworks.Names.FirstOrDefault(name => FoldedWeights.Fit(
            DarknetTrainingNetwork.Parse(DarknetNetworks.Get(name), name, new DarknetTrainingOptions { Classes = heads[0].Classes }), model));
    }

    private static IReadOnlyList<string>? LabelsBeside(string path) =>
        Path.ChangeExtension(path, ".names") is var names && File.Exists(names) ? LabelFile.Read(names) : null;

    private static string Existing(string path) =>
        File.Exists(path) ? path : throw new BadModelException($"{path}: there is no such file.");

    private static bool Is(string path, string ending) => Path.GetExtension(path).Equals(ending, StringComparison.OrdinalIgnoreCase);
}
