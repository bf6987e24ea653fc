using System.Globalization;
using MlNetVision.Onnx.Import.Darknet.Layers;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Onnx.Import.Darknet;

/// <summary>A network under construction: the graph so far, the weights not yet read, and what each layer gives.</summary>
internal sealed class DarknetNetwork
{
    /// <summary>The limit of one layer's output is 1 GB; YOLO v4 at 1024 × 1024 gives 0.13 GB.</summary>
    private const long MostElements = 1 << 28;

    private readonly IDarknetValues _values;
    private readonly List<DarknetTensor?> _layers = [];
    private readonly List<DarknetTensor> _outputs = [];
    private readonly List<ImportedOutput> _heads = [];
    private readonly List<ImportedOutput> _trainedHeads = [];
    private readonly List<DarknetStored> _stored = [];
    private readonly HashSet<float> _constants = [];
    private DarknetTensor _input;

    private DarknetNetwork(GraphWriter graph, IDarknetValues values, DarknetTensor input) => (Graph, _values, _input) = (graph, values, input);

    /// <summary>A network without layers.</summary>
    /// <param name="config">Its sections.</param>
    /// <param name="values">The values of its layers.</param>
    /// <param name="trains">See <see cref="Trains"/>.</param>
    /// <param name="batchnormHasBiases">See <see cref="BatchnormHasBiases"/>.</param>
    /// <param name="momentum">See <see cref="Momentum"/>.</param>
    public static DarknetNetwork Start(
        DarknetConfig config, IDarknetValues values, bool trains, bool batchnormHasBiases, float momentum = DarknetTrainingOptions.DarknetMomentum)
    {
        var net = config.Net;
        var input = Sized(net, "image", net.RequiredInteger("channels", 1), net.RequiredInteger("height", 1), net.RequiredInteger("width", 1));
        var graph = new GraphWriter(Path.GetFileNameWithoutExtension(config.Path));
        var network = new DarknetNetwork(graph, values, input)
        {
            Trains = trains,
            IsFork = DarknetFork.Signs(config).Count > 0,
            BatchnormHasBiases = batchnormHasBiases,
            Momentum = momentum,
        };
        graph.Input(input.Name, TensorProto.Types.DataType.Float, network.Batch, input.Channels, input.Height, input.Width);
        return network;
    }

    /// <summary>
    /// Whether the graph is in the form for training: batch normalisation apart, dropout, any batch size. Otherwise normalisation is folded into the
    /// layer before it, and the batch size is 1.
    /// </summary>
    public required bool Trains { get; init; }

    /// <summary>The momentum of batch normalisation in the form for training: the weight of the old running statistics.</summary>
    public required float Momentum { get; init; }

    /// <summary>Whether it is a network of AlexeyAB's fork; see <see cref="DarknetFork"/>.</summary>
    public required bool IsFork { get; init; }

    /// <summary>Whether the weights of a <c>[batchnorm]</c> start with biases.</summary>
    public required bool BatchnormHasBiases { get; init; }

    /// <summary>The weights of the convolutional layers by layer number, for layers that share them.</summary>
    public Dictionary<int, ConvolutionWeights> Convolutions { get; } = [];

    public GraphWriter Graph { get; }

    /// <summary>The parts of all layers in the order of the weights file.</summary>
    public IReadOnlyList<DarknetStored> Stored => _stored;

    /// <summary>Whether the matrices of [connected] lie by input instead of by output.</summary>
    public bool Transposed => _values.Transposed;

    /// <summary>The batch size as the dimension of a shape: 1, or −1 where it is free.</summary>
    public long Batch => Trains ? -1 : 1;

    public DarknetTensor Input => _input;

    public IReadOnlyList<ImportedOutput> Heads => _heads;

    /// <summary>The heads with their options for training; none where <see cref="Trains"/> is false.</summary>
    public IReadOnlyList<ImportedOutput> TrainedHeads => _trainedHeads;

    /// <summary>The rows of the coarsest head.</summary>
    public int LeastRows { get; private set; } = int.MaxValue;

    /// <summary>The hierarchy of the classes that the last <c>[softmax]</c> is over; null: none.</summary>
    public ClassTree? Hierarchy { get; set; }

    /// <summary>The names of the classes where a file that the network names has them; null: it has not.</summary>
    public IReadOnlyList<string>? ClassNames { get; set; }

    /// <summary>The number of the layer that is being built.</summary>
    public int Number => _layers.Count;

    /// <summary>The name of a layer, and of the tensor it gives.</summary>
    public static string LayerName(DarknetSection section) => string.Create(CultureInfo.InvariantCulture, $"layer_{section.Number:D2}_{section.Type}");

    /// <summary>What the layer before gives.</summary>
    public DarknetTensor Previous(DarknetSection section) => Number == 0 ? _input : Layer(Number - 1, section);

    /// <summary>What the layer gives that an option names: by its number, or counted back from here where negative.</summary>
    public DarknetTensor Named(int index, DarknetSection section, string key) => Layer(NumberOf(index, section, key), section);

    /// <summary>The number of the layer that an option names.</summary>
    public int NumberOf(int index, DarknetSection section, string key)
    {
        long number = index < 0 ? (long)Number + index : index;
        return number >= 0 && number < Number
            ? (int)number
            : throw section.Bad($"{key} names layer {index} from layer {Number}; expected one from 0 to {Number - 1}, or from -{Number} to -1");
    }

    public void Add(DarknetTensor tensor)
    {
        _layers.Add(tensor);
        _outputs.Add(tensor);
    }

    /// <summary>What a layer gives; of a head its output of the graph.</summary>
    public DarknetTensor OutputOf(int number) => _outputs[number];

    /// <summary>All values of the layer that is being built; see <see cref="IDarknetValues.Read"/>.</summary>
    public float[][] Read(DarknetSection section, Int128 inputs, params ReadOnlySpan<(DarknetPart Part, Int128 Count)> parts)
    {
        var values = _values.Read(section, inputs, parts);
        for (var i = 0; i < parts.Length; i++)
        {
            var part = parts[i].Part;
            var variances = part == DarknetPart.Variances ? values[i] : null;
            _stored.Add(new(Number, part, part.Initializer(LayerName(section)), values[i].Length, variances));
        }
        return values;
    }

    /// <summary>Adds a head that divides the image into that many rows, and its options for training.</summary>
    public void Add(DarknetSection section, ImportedOutput head, int rows, IReadOnlyList<KeyValuePair<string, IReadOnlyList<double>>>? training = null)
    {
        _heads.Add(head);
        if (training is not null) _trainedHeads.Add(head with { Parameters = [.. head.Parameters, .. training] });
        _outputs.Add(Previous(section) with { Name = head.Output });
        _layers.Add(null);
        LeastRows = Math.Min(LeastRows, rows);
    }

    /// <summary>A tensor of that name, after its size was looked at.</summary>
    public static DarknetTensor Sized(DarknetSection section, string name, long channels, long height, long width)
    {
        if (channels < 1 || height < 1 || width < 1 || (Int128)channels * height * width > MostElements)
            throw section.Bad($"gives {channels}×{height}×{width} values; expected at least 1×1×1 and at most {MostElements} values");
        return new DarknetTensor(name, (int)channels, (int)height, (int)width);
    }

    /// <summary>A scalar that nodes share.</summary>
    public string Constant(float value)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"value_{value:R}");
        return _constants.Add(value) ? Graph.Floats(name, [value]) : name;
    }

    /// <summary>A shape or pads of one image for a node that works on all images of a batch: where the batch is free, a first dimension comes before.</summary>
    public long[] Rows(long first, params ReadOnlySpan<long> dimensions) => Trains ? [first, .. dimensions] : [.. dimensions];

    /// <summary>The order of the axes of one image for a node that works on all images of a batch.</summary>
    public int[] Order(params int[] axes) => Trains ? [0, .. axes.Select(a => a + 1)] : axes;

    public string Reshape(string name, string tensor, params ReadOnlySpan<long> shape) =>
        Graph.Node("Reshape", name, [tensor, Graph.Integers($"{name}/shape", shape, shape.Length)]);

    private DarknetTensor Layer(int number, DarknetSection section) => _layers[number]
        ?? throw section.Bad(
            $"layer {Number} takes the boxes of layer {number}, which is a head; only the layers before a head can be taken further");
}

/// <summary>A part of a layer as it lies in the weights file.</summary>
/// <param name="Layer">The number of the layer.</param>
/// <param name="Part">Which part.</param>
/// <param name="Initializer">The name of its initializer.</param>
/// <param name="Count">The number of its values.</param>
/// <param name="Variances">Of variances: Darknet's, which the initializer holds in ONNX's form; otherwise null.</param>
internal sealed record DarknetStored(int Layer, DarknetPart Part, string Initializer, int Count, float[]? Variances);

/// <summary>What a layer gives: a float tensor <c>N × Channels × Height × Width</c>.</summary>
internal readonly record struct DarknetTensor(string Name, int Channels, int Height, int Width)
{
    public long Elements => (long)Channels * Height * Width;

    public bool SameSize(DarknetTensor other) => (Channels, Height, Width) == (other.Channels, other.Height, other.Width);

    public override string ToString() => $"{Channels}×{Height}×{Width}";
}
