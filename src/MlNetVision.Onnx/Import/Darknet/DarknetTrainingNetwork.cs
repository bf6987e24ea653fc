using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MlNetVision.Files;
using MlNetVision.Onnx.Import.Darknet.Training;

namespace MlNetVision.Onnx.Import.Darknet;

/// <summary>
/// A Darknet detector in the form that training takes: batch normalisation apart, dropout, any batch size. Trained values are written back in Darknet's
/// own format. Thread-safe, as long as nobody changes <see cref="Model"/>.
/// </summary>
/// <remarks>
/// Random values are drawn as Darknet does: kernels from √(2/inputs) · N(0, 1), inputs = size² · channels / groups; matrices of <c>[connected]</c>
/// evenly from ±√(2/inputs); biases 0, scales 1, means 0. Variances start with 1, where Darknet has 0: a network that runs before its statistics
/// have settled would divide by 10⁻⁶ in each layer.
/// </remarks>
public sealed class DarknetTrainingNetwork
{
    private readonly DarknetConfig _config;
    private readonly DarknetNetwork _network;
    private readonly bool _isFile;

    private DarknetTrainingNetwork(DarknetConfig config, bool isFile, IDarknetValues values, bool batchnormHasBiases, float momentum)
    {
        (_config, _isFile) = (config, isFile);
        _network = DarknetNetwork.Start(config, values, trains: true, batchnormHasBiases, momentum);
        var layers = new List<DarknetLayerInfo>();
        foreach (var section in config.Layers)
        {
            DarknetLayers.Read(_network, section);
            layers.Add(Describe(section));
        }
        if (_network.Heads.Count == 0) throw config.Layers[^1].Bad("training takes a detector; expected a section [region] or [yolo] at the end");
        Model = _network.Graph.Build(config.Path);
        Layers = layers;
        Parameters = [.. layers.SelectMany(l => l.Parameters)];
        var facts = DarknetImporter.Describe(Model, _network, config);
        Facts = isFile ? facts : facts with { ClassNamesFile = null };
    }

    /// <summary>
    /// The network. Input <c>image</c>: float, N × channels × height × width, RGB from 0 to 1, N free. Outputs <c>grid_0</c>, <c>grid_1</c>, …: the raw
    /// grid of each head, N × anchors · (5 + classes) × h × w. The output of layer N is the tensor <c>layer_N_type</c>; its values are the initializers
    /// <c>layer_N_type/kernel</c>, <c>/bias</c>, <c>/scale</c>, <c>/mean</c> and <c>/variance</c>.
    /// </summary>
    public OnnxModel Model { get; }

    /// <summary>
    /// The heads in the file's order, as <see cref="DarknetImporter"/> describes them, and their options for training with Darknet's defaults. Both
    /// kinds: <c>focal_loss</c>, <c>max</c>, <c>jitter</c>, <c>resize</c>, <c>random</c>. A <c>region</c>: <c>bias_match</c>, <c>rescore</c>,
    /// <c>thresh</c>, <c>object_scale</c>, <c>noobject_scale</c>, <c>class_scale</c>, <c>coord_scale</c>. A <c>yolo</c>: <c>ignore_thresh</c>,
    /// <c>truth_thresh</c>, <c>iou_loss</c> and <c>iou_thresh_kind</c> (0 <c>mse</c>, 1 <c>iou</c>, 2 <c>giou</c>, 3 <c>diou</c>, 4 <c>ciou</c>),
    /// <c>iou_normalizer</c>, <c>cls_normalizer</c>, <c>obj_normalizer</c>, <c>delta_normalizer</c>, <c>iou_thresh</c>, <c>max_delta</c> (no limit: the largest
    /// float), <c>label_smooth_eps</c>, <c>objectness_smooth</c>, <c>counters_per_class</c> (none, or one per class).
    /// </summary>
    public IReadOnlyList<ImportedOutput> Heads => _network.TrainedHeads;

    /// <summary>The layers in the file's order; the index is the layer's number.</summary>
    public IReadOnlyList<DarknetLayerInfo> Layers { get; }

    /// <summary>The names of all trained initializers in the file's order.</summary>
    public IReadOnlyList<string> Parameters { get; }

    /// <summary>What <see cref="DarknetImporter"/> says of the network: input size, resize, stride, class names. Its outputs lack the options for
    /// training.</summary>
    public ImportedModel Facts { get; }

    /// <summary>The options of <c>[net]</c> by name, as text: <c>learning_rate</c>, <c>momentum</c>, <c>decay</c>, <c>steps</c>, …</summary>
    public IReadOnlyDictionary<string, string> NetOptions => _config.Net.Options.ToDictionary(o => o.Key, o => o.Value, StringComparer.Ordinal);

    /// <summary>The number of layers whose values came from the weights file; 0: all are random.</summary>
    public int LoadedLayers { get; private init; }

    /// <summary>The number of images that the weights file says it was trained on; 0 without a file.</summary>
    public long Seen { get; private init; }

    /// <summary>The network as the text of a <c>.cfg</c> file with all changes, without remarks.</summary>
    public string Text => _config.ToText();

    /// <summary>Reads a network.</summary>
    /// <param name="cfg">The <c>.cfg</c> file.</param>
    /// <param name="options">Null: random values, and all as the file has it.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="BadModelException">A file is missing or damaged, they do not belong together, or the network holds what training does not support; the
    /// message names the file and the section.</exception>
    public static DarknetTrainingNetwork Load(string cfg, DarknetTrainingOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(cfg);
        return Create(DarknetConfig.Load(cfg), isFile: true, options);
    }

    /// <summary>Reads a network from text.</summary>
    /// <param name="cfgText">The content of a <c>.cfg</c> file, such as <see cref="DarknetNetworks.Get"/> gives.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="options">Null: random values, and all as the text has it.</param>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static DarknetTrainingNetwork Parse(string cfgText, string name, DarknetTrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(cfgText);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Create(DarknetConfig.Parse(cfgText.Split('\n'), name), isFile: false, options);
    }

    /// <summary>The same network with the same values and another input size, for training at several sizes.</summary>
    /// <param name="height">The height in pixels.</param>
    /// <param name="width">The width in pixels.</param>
    /// <exception cref="BadModelException">The network cannot have that size; the message names the section.</exception>
    public DarknetTrainingNetwork WithSize(int height, int width)
    {
        var options = new DarknetTrainingOptions { Height = height, Width = width };
        options.Validate();
        var config = DarknetChanges.Apply(_config, options).Config;
        var values = new GivenValues(new(Model, _network.Stored));
        return new(config, _isFile, values, _network.BatchnormHasBiases, _network.Momentum) { LoadedLayers = LoadedLayers, Seen = Seen };
    }

    /// <summary>
    /// Writes a <c>.weights</c> file of version 0.2, which the original Darknet and its forks read: a header of 20 bytes, then each layer's biases, scales,
    /// means, variances and kernels. The file appears when it is whole. ONNX adds 10⁻⁵ to a variance, Darknet 10⁻⁶ to its root: the variances are written
    /// so that both divide by the same number.
    /// </summary>
    /// <param name="trained">A model with the initializers of <see cref="Model"/>, as a training session exports it with batch normalisation apart.</param>
    /// <param name="path">The file.</param>
    /// <param name="seen">The number of images it was trained on, which the header states.</param>
    /// <exception cref="ArgumentException">An initializer is missing, of another length, or not finite; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void WriteWeights(OnnxModel trained, string path, long seen)
    {
        ArgumentNullException.ThrowIfNull(trained);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegative(seen);
        var values = new StoredValues(trained, _network.Stored);
        values.Check(nameof(trained));
        AtomicFile.Write(path, stream =>
        {
            Span<byte> header = stackalloc byte[20];
            header.Clear();
            BinaryPrimitives.WriteInt32LittleEndian(header[4..], 2);
            BinaryPrimitives.WriteInt64LittleEndian(header[12..], seen);
            stream.Write(header);
            foreach (var stored in _network.Stored) stream.Write(MemoryMarshal.AsBytes<float>(values.Of(stored.Initializer)));
        });
    }

    private static DarknetTrainingNetwork Create(DarknetConfig config, bool isFile, DarknetTrainingOptions? options)
    {
        options ??= new();
        options.Validate();
        var record = options.WeightsFile is { } file ? DarknetRecord.Read(config, file, options.WeightsMayEnd) : null;
        var (changed, layers) = DarknetChanges.Apply(config, options);
        var start = new StartValues(record, layers, options.Seed);
        var hasBiases = record?.BatchnormHasBiases ?? DarknetFork.Signs(config).Count > 0;
        return new(changed, isFile, start, hasBiases, options.Momentum) { LoadedLayers = start.Loaded.Count, Seen = record?.Seen ?? 0 };
    }

    private DarknetLayerInfo Describe(DarknetSection section)
    {
        var stored = _network.Stored.Where(s => s.Layer == section.Number).ToArray();
        var output = _network.OutputOf(section.Number);
        return new DarknetLayerInfo(section.Number, section.Type, output.Name, output.Channels, output.Height, output.Width)
        {
            Parameters = [.. stored.Where(s => s.Part.IsTrained).Select(s => s.Initializer)],
            Statistics = [.. stored.Where(s => !s.Part.IsTrained).Select(s => s.Initializer)],
            Values = stored.Sum(s => (long)s.Count),
            StopsBackward = section.Flag("stopbackward"),
        };
    }
}

/// <summary>A layer of a network.</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="Type">The type of its section, without brackets.</param>
/// <param name="Name">The tensor it gives, such as <c>layer_07_maxpool</c>; of a head its output, such as <c>grid_0</c>.</param>
/// <param name="Channels">The channels of that tensor.</param>
/// <param name="Height">Its height.</param>
/// <param name="Width">Its width.</param>
public sealed record DarknetLayerInfo(int Number, string Type, string Name, int Channels, int Height, int Width)
{
    /// <summary>Its trained initializers in the file's order; none where it has no values.</summary>
    public IReadOnlyList<string> Parameters { get; init; } = [];

    /// <summary>The initializers of its running mean and variance; none where it does not normalise.</summary>
    public IReadOnlyList<string> Statistics { get; init; } = [];

    /// <summary>The number of its values in a weights file.</summary>
    public long Values { get; init; }

    /// <summary>Whether Darknet trains neither this layer nor those before it (<c>stopbackward=1</c>).</summary>
    public bool StopsBackward { get; init; }
}
