using System.Globalization;
using MlNetVision.Onnx.Import.Darknet.Layers;

namespace MlNetVision.Onnx.Import.Darknet;

/// <summary>A network under construction: the graph so far, the weights not yet read, and what each layer gives.</summary>
internal sealed class DarknetNetwork
{
    /// <summary>The limit of one layer's output is 1 GB; YOLO v4 at 1024 × 1024 gives 0.13 GB.</summary>
    private const long MostElements = 1 << 28;

    private readonly List<DarknetTensor?> _layers = [];
    private readonly List<ImportedOutput> _heads = [];
    private readonly HashSet<float> _constants = [];
    private DarknetTensor _input;

    public DarknetNetwork(GraphWriter graph, DarknetWeights weights, DarknetTensor input) => (Graph, Weights, _input) = (graph, weights, input);

    /// <summary>Whether it is a network of AlexeyAB's fork; see <see cref="DarknetFork"/>.</summary>
    public required bool IsFork { get; init; }

    /// <summary>Whether the weights of a <c>[batchnorm]</c> start with biases.</summary>
    public required bool BatchnormHasBiases { get; init; }

    /// <summary>The weights of the convolutional layers by layer number, for layers that share them.</summary>
    public Dictionary<int, ConvolutionWeights> Convolutions { get; } = [];

    public GraphWriter Graph { get; }

    public DarknetWeights Weights { get; }

    public DarknetTensor Input => _input;

    public IReadOnlyList<ImportedOutput> Heads => _heads;

    /// <summary>The rows of the coarsest head.</summary>
    public int LeastRows { get; private set; } = int.MaxValue;

    /// <summary>The hierarchy of the classes that the last <c>[softmax]</c> is over; null: none.</summary>
    public ClassTree? Hierarchy { get; set; }

    /// <summary>The names of the classes where a file that the network names has them; null: it has not.</summary>
    public IReadOnlyList<string>? ClassNames { get; set; }

    /// <summary>The number of the layer that is being built.</summary>
    public int Number => _layers.Count;

    /// <summary>The name of the layer that is being built, and of the tensor it gives.</summary>
    public string LayerName(DarknetSection section) => string.Create(CultureInfo.InvariantCulture, $"layer_{Number:D2}_{section.Type}");

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

    public void Add(DarknetTensor tensor) => _layers.Add(tensor);

    /// <summary>Adds a head that divides the image into that many rows.</summary>
    public void Add(ImportedOutput head, int rows)
    {
        _heads.Add(head);
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

    public string Reshape(string name, string tensor, params ReadOnlySpan<long> shape) =>
        Graph.Node("Reshape", name, [tensor, Graph.Integers($"{name}/shape", shape, shape.Length)]);

    private DarknetTensor Layer(int number, DarknetSection section) => _layers[number]
        ?? throw section.Bad(
            $"layer {Number} takes the boxes of layer {number}, which is a head; only the layers before a head can be taken further");
}

/// <summary>What a layer gives: a float tensor <c>1 × Channels × Height × Width</c>.</summary>
internal readonly record struct DarknetTensor(string Name, int Channels, int Height, int Width)
{
    public long Elements => (long)Channels * Height * Width;

    public bool SameSize(DarknetTensor other) => (Channels, Height, Width) == (other.Channels, other.Height, other.Width);

    public override string ToString() => $"{Channels}×{Height}×{Width}";
}
