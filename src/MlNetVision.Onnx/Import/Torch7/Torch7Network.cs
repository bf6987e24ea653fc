using System.Buffers.Binary;
using Google.Protobuf;
using MlNetVision.Onnx.Import.Torch7.Layers;

namespace MlNetVision.Onnx.Import.Torch7;

/// <summary>A network under construction: the graph so far and the weights in the file.</summary>
internal sealed class Torch7Network
{
    /// <summary>The least bytes of a file that a module takes: a key, types, lengths, version and class.</summary>
    private const int LeastModule = 40;

    private const int MostNested = 100;

    private delegate IReadOnlyList<Torch7Signal> Reader(Torch7Network network, Torch7Module module, IReadOnlyList<Torch7Signal> inputs);

    private static readonly Dictionary<string, Reader> Readers = new(StringComparer.Ordinal)
    {
        ["Sequential"] = Containers.Sequential,
        ["ConcatTable"] = Containers.ConcatTable,
        ["CAddTable"] = Containers.CAddTable,
        ["SpatialConvolution"] = One(Convolutions.Forward),
        ["SpatialConvolutionMM"] = One(Convolutions.Forward),
        ["SpatialFullConvolution"] = One(Convolutions.Full),
        ["SpatialBatchNormalization"] = One(Normalizations.Batch),
        ["InstanceNormalization"] = One(Normalizations.Instance),
        ["SpatialReflectionPadding"] = One((n, m, i) => Paddings.Pad(n, m, i, "reflect")),
        ["SpatialReplicationPadding"] = One((n, m, i) => Paddings.Pad(n, m, i, "edge")),
        ["SpatialZeroPadding"] = One((n, m, i) => Paddings.Pad(n, m, i, "constant")),
        ["ShaveImage"] = One(Paddings.Shave),
        ["SpatialUpSamplingNearest"] = One(Elementwise.UpSample),
        ["ReLU"] = One(Elementwise.ReLU),
        ["LeakyReLU"] = One(Elementwise.LeakyReLU),
        ["Tanh"] = One((n, m, i) => n.Then(m, i, "Tanh")),
        ["Sigmoid"] = One((n, m, i) => n.Then(m, i, "Sigmoid")),
        ["MulConstant"] = One((n, m, i) => Elementwise.Constant(n, m, i, "Mul")),
        ["AddConstant"] = One((n, m, i) => Elementwise.Constant(n, m, i, "Add")),
        ["Dropout"] = One(Elementwise.Dropout),
        ["Identity"] = (_, _, inputs) => inputs,
        // A loss that is measured in training and hands its input on.
        ["TotalVariation"] = One((_, _, input) => input),
    };

    /// <summary>The modules that are read.</summary>
    public static IEnumerable<string> Supported => Readers.Keys;

    private readonly HashSet<Torch7Object> _open = new(ReferenceEqualityComparer.Instance);
    private readonly Torch7Weights _weights;
    private int _modulesLeft;

    public Torch7Network(GraphWriter graph, byte[] bytes, Torch7Memory memory) =>
        (Graph, _weights, _modulesLeft) = (graph, new Torch7Weights(bytes, memory), bytes.Length / LeastModule + 1);

    public GraphWriter Graph { get; }

    /// <summary>The channels of the network's input; null before a module has said how many there are.</summary>
    public int? InputChannels { get; private set; }

    /// <summary>The most that any tensor is shrunk to.</summary>
    public int MostShrink { get; private set; } = 1;

    public IReadOnlyList<Torch7Signal> Add(Torch7Module module, IReadOnlyList<Torch7Signal> inputs)
    {
        if (!Readers.TryGetValue(module.Type, out var read))
            throw module.Bad($"this module is not supported; supported are {string.Join(", ", Supported)}");
        if (!_open.Add(module.Source)) throw module.Bad("lies within itself");
        if (_open.Count > MostNested) throw module.Bad($"lies in more than {MostNested} others");
        if (--_modulesLeft < 0) throw module.Bad("the network takes its modules more often than the file has room for");
        var outputs = read(this, module, inputs);
        _open.Remove(module.Source);
        foreach (var output in outputs) MostShrink = Math.Max(MostShrink, (int)Math.Ceiling(output.Shrink));
        return outputs;
    }

    /// <summary>A node with one input that leaves the shape alone.</summary>
    public Torch7Signal Then(Torch7Module module, Torch7Signal input, string operation,
        params ReadOnlySpan<(string Name, object Value)> attributes) =>
        input with { Name = Graph.Node(operation, module.Name, [input.Name], attributes) };

    /// <summary>Sees to it that a signal has as many channels as a module takes.</summary>
    public void RequireChannels(Torch7Module module, Torch7Signal input, int channels)
    {
        // What has no number of channels yet comes from the input by modules that don't change them.
        if ((input.Channels ?? InputChannels) is { } found)
        {
            if (found != channels) throw module.Bad($"takes {channels} channels; the module before it gives {found}");
            return;
        }
        InputChannels = channels;
    }

    /// <summary>Adds a tensor of the module as weights.</summary>
    public string Weights(Torch7Module module, string field, Torch7Tensor tensor, params ReadOnlySpan<long> shape) =>
        Graph.Floats($"{module.Name}.{field}", _weights.Take(module, field, tensor), shape);

    /// <summary>Adds a vector of the module, one number per channel, as weights; where it is missing, one number for all.</summary>
    public string Vector(Torch7Module module, string field, int channels, float? missing)
    {
        if (module.Tensor(field) is { } tensor)
        {
            return tensor.Count == channels ? Weights(module, field, tensor, channels)
                : throw module.Bad($"{field} has {tensor} elements; {channels} were expected, one per channel");
        }
        if (missing is not { } value) throw module.Bad($"{field} is missing; a tensor of {channels} elements was expected");
        var values = new float[channels];
        Array.Fill(values, value);
        return Graph.Floats($"{module.Name}.{field}", values, channels);
    }

    private static Reader One(Func<Torch7Network, Torch7Module, Torch7Signal, Torch7Signal> read) => (network, module, inputs) =>
        inputs.Count == 1 ? [read(network, module, inputs[0])]
        : throw module.Bad($"takes one tensor; the module before it gives {inputs.Count}");
}

/// <summary>What a module gives: a float tensor N × Channels × H × W.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Channels">Its channels; null before a module has said how many there are.</param>
/// <param name="Shrink">Pixels of the input for one of this tensor on the axis that shrank most: more after strides, below 1 where it was made
/// larger.</param>
internal readonly record struct Torch7Signal(string Name, int? Channels, double Shrink);

/// <summary>Takes the numbers of tensors out of the file, as floats.</summary>
/// <param name="bytes">The file.</param>
/// <param name="memory">What is left of the memory that the file may take.</param>
internal sealed class Torch7Weights(byte[] bytes, Torch7Memory memory)
{
    /// <summary>The elements of a tensor in the order of its axes, as the bytes of little-endian floats.</summary>
    public ByteString Take(Torch7Module module, string field, Torch7Tensor tensor)
    {
        var size = tensor.Count * sizeof(float);
        if (size > Array.MaxLength || !memory.TryTake(size))
            throw module.Bad($"{field} has {tensor} elements, with which all values and weights together take more memory than {memory.Limit}");
        var raw = new byte[size];
        if (raw.Length > 0) Copy(tensor, raw, module, field);
        return UnsafeByteOperations.UnsafeWrap(raw);
    }

    private void Copy(Torch7Tensor tensor, Span<byte> raw, Torch7Module module, string field)
    {
        var (size, element) = (tensor.Size, tensor.Storage!.Element);
        var indices = new long[size.Length];
        var at = tensor.Offset;
        for (var i = 0; i < raw.Length; i += sizeof(float))
        {
            var value = element.Read(bytes.AsSpan(tensor.Storage.Start + (int)at * element.Bytes, element.Bytes));
            if (!float.IsFinite(value))
                throw module.Bad(FormattableString.Invariant($"{field} holds {value} at element {i / sizeof(float)}; finite numbers were expected"));
            BinaryPrimitives.WriteSingleLittleEndian(raw[i..], value);
            for (var axis = size.Length - 1; axis >= 0; axis--)
            {
                at += tensor.Stride[axis];
                if (++indices[axis] < size[axis]) break;
                at -= tensor.Stride[axis] * size[axis];
                indices[axis] = 0;
            }
        }
    }
}
