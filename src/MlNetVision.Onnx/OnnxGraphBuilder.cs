using System.Runtime.InteropServices;
using Google.Protobuf;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Onnx;

/// <summary>
/// Builds an ONNX graph node by node. Every method that adds a tensor returns its name,
/// which the next node takes as input.
/// </summary>
public sealed class OnnxGraphBuilder
{
    private readonly GraphProto _graph;
    private readonly Dictionary<string, int> _counters = new(StringComparer.Ordinal);

    /// <summary>The operator set that built models import: ai.onnx 17, which ONNX Runtime has run since 1.12.</summary>
    public const int OperatorSet = 17;

    /// <summary>Starts an empty graph.</summary>
    public OnnxGraphBuilder(string name) => _graph = new GraphProto { Name = name };

    /// <summary>Declares an input. A negative or null dimension is free.</summary>
    public string Input(string name, TensorProto.Types.DataType type, params ReadOnlySpan<long> shape)
    {
        _graph.Input.Add(ValueInfo(name, type, shape));
        return name;
    }

    /// <summary>Declares an output: a tensor that some node makes.</summary>
    public void Output(string name, TensorProto.Types.DataType type, params ReadOnlySpan<long> shape) =>
        _graph.Output.Add(ValueInfo(name, type, shape));

    /// <summary>Adds a float tensor of weights.</summary>
    public string Floats(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) =>
        Floats(name, ByteString.CopyFrom(MemoryMarshal.AsBytes(values)), shape);

    /// <summary>Adds a float tensor whose values are there as bytes already, little-endian.</summary>
    internal string Floats(string name, ByteString values, params ReadOnlySpan<long> shape)
    {
        var tensor = Tensor(name, TensorProto.Types.DataType.Float, shape);
        tensor.RawData = values;
        return Add(tensor);
    }

    /// <summary>Adds an int64 tensor.</summary>
    public string Integers(string name, ReadOnlySpan<long> values, params ReadOnlySpan<long> shape)
    {
        var tensor = Tensor(name, TensorProto.Types.DataType.Int64, shape);
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values));
        return Add(tensor);
    }

    /// <summary>Adds a tensor of strings, stored in UTF-8.</summary>
    public string Strings(string name, IReadOnlyList<string> values, params ReadOnlySpan<long> shape)
    {
        var tensor = Tensor(name, TensorProto.Types.DataType.String, shape);
        tensor.StringData.AddRange(values.Select(ByteString.CopyFromUtf8));
        return Add(tensor);
    }

    /// <summary>Adds a node with one output and returns the output's name, which is also the node's.</summary>
    /// <param name="operation">The operator, such as <c>Conv</c>.</param>
    /// <param name="name">The name of node and output; null numbers it by its operator.</param>
    /// <param name="inputs">Names of the input tensors; an empty name leaves an optional input out.</param>
    /// <param name="attributes">Attributes as name and value: long, int, bool, float, string, long[], int[], float[], or a tensor.</param>
    public string Node(string operation, string? name, IEnumerable<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        name ??= Number(operation);
        NodeWithOutputs(operation, name, inputs, [name], attributes);
        return name;
    }

    /// <summary>Adds a node with several outputs.</summary>
    public void NodeWithOutputs(
        string operation, string name, IEnumerable<string> inputs, IEnumerable<string> outputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var node = new NodeProto { OpType = operation, Name = name };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        foreach (var (key, value) in attributes) node.Attribute.Add(OnnxAttributes.Make(key, value));
        _graph.Node.Add(node);
    }

    /// <summary>The model with this graph.</summary>
    /// <param name="name">What errors call the model.</param>
    public OnnxModel Build(string? name = null)
    {
        var proto = new ModelProto { IrVersion = 8, ProducerName = "MlNetVision", Graph = _graph };
        proto.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = OperatorSet });
        return new OnnxModel(proto, name);
    }

    /// <summary>The declaration of an input, an output or another tensor.</summary>
    /// <param name="name">The name of the tensor.</param>
    /// <param name="type">Its element type.</param>
    /// <param name="shape">Its dimensions, outermost first; a negative one is free.</param>
    public static ValueInfoProto ValueInfo(string name, TensorProto.Types.DataType type, ReadOnlySpan<long> shape)
    {
        var dims = new TensorShapeProto();
        foreach (var d in shape)
        {
            var dim = new TensorShapeProto.Types.Dimension();
            if (d >= 0) dim.DimValue = d;
            dims.Dim.Add(dim);
        }
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dims } },
        };
    }

    private string Number(string operation)
    {
        var n = _counters[operation] = _counters.GetValueOrDefault(operation) + 1;
        return $"{operation}_{n}";
    }

    private static TensorProto Tensor(string name, TensorProto.Types.DataType type, ReadOnlySpan<long> shape)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type };
        foreach (var d in shape) tensor.Dims.Add(d);
        return tensor;
    }

    private string Add(TensorProto tensor)
    {
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }
}
