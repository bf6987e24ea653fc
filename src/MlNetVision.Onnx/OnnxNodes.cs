using Google.Protobuf;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Onnx;

/// <summary>Names and parts of nodes, for the checker, the cutter and the summary.</summary>
public static class OnnxNodes
{
    /// <summary>The name of a layer: the node's own, or that of its first output where it has none.</summary>
    public static string LayerName(this NodeProto node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault(o => o.Length > 0) ?? "";
    }

    /// <summary>A node in messages, such as <c>node 'conv1' (Conv)</c>.</summary>
    public static string Title(this NodeProto node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return $"node '{node.LayerName()}' ({node.OpType})";
    }

    /// <summary>The operator set's domain; <c>ai.onnx</c> is the long name of the empty one.</summary>
    public static string NormalDomain(string domain) => domain == "ai.onnx" ? "" : domain;

    /// <summary>The bodies of If, Loop and Scan.</summary>
    internal static IEnumerable<GraphProto> Bodies(this NodeProto node) =>
        node.Attribute.SelectMany(a => a.G is { } g ? a.Graphs.Prepend(g) : a.Graphs);

    /// <summary>The initializers among the attributes.</summary>
    internal static IEnumerable<TensorProto> Tensors(this NodeProto node) =>
        node.Attribute.SelectMany(a => a.T is { } t ? a.Tensors.Prepend(t) : a.Tensors);

    /// <summary>All nodes of a graph, those in bodies too.</summary>
    internal static IEnumerable<NodeProto> AllNodes(this GraphProto graph) => graph.Node.SelectMany(n => n.Bodies().SelectMany(AllNodes).Prepend(n));

    /// <summary>All tensors of a model: initializers and attributes, those in bodies and functions too.</summary>
    internal static IEnumerable<TensorProto> AllTensors(this ModelProto model) =>
        (model.Graph?.AllTensors() ?? []).Concat(model.Functions.SelectMany(f => AllTensors(f.Node)));

    private static IEnumerable<TensorProto> AllTensors(this GraphProto graph) => graph.Initializer.Concat(AllTensors(graph.Node));

    private static IEnumerable<TensorProto> AllTensors(IEnumerable<NodeProto> nodes) =>
        nodes.SelectMany(n => n.Tensors().Concat(n.Bodies().SelectMany(AllTensors)));
}

/// <summary>Makes and reads the attributes of ONNX nodes.</summary>
public static class OnnxAttributes
{
    /// <summary>Makes an attribute from a long, int, bool, float, string, tensor, or an array of long, int, float or string.</summary>
    public static AttributeProto Make(string name, object value)
    {
        var a = new AttributeProto { Name = name };
        switch (value)
        {
            case long v: a.I = v; a.Type = AttributeProto.Types.AttributeType.Int; break;
            case int v: a.I = v; a.Type = AttributeProto.Types.AttributeType.Int; break;
            case bool v: a.I = v ? 1 : 0; a.Type = AttributeProto.Types.AttributeType.Int; break;
            case float v: a.F = v; a.Type = AttributeProto.Types.AttributeType.Float; break;
            case string v: a.S = ByteString.CopyFromUtf8(v); a.Type = AttributeProto.Types.AttributeType.String; break;
            case TensorProto v: a.T = v; a.Type = AttributeProto.Types.AttributeType.Tensor; break;
            case long[] v: a.Ints.AddRange(v); a.Type = AttributeProto.Types.AttributeType.Ints; break;
            case int[] v: a.Ints.AddRange(v.Select(i => (long)i)); a.Type = AttributeProto.Types.AttributeType.Ints; break;
            case float[] v: a.Floats.AddRange(v); a.Type = AttributeProto.Types.AttributeType.Floats; break;
            case string[] v: a.Strings.AddRange(v.Select(ByteString.CopyFromUtf8)); a.Type = AttributeProto.Types.AttributeType.Strings; break;
            default: throw new ArgumentException($"Attribute '{name}': a {value?.GetType().Name ?? "null"} is not an ONNX attribute.", nameof(value));
        }
        return a;
    }

    /// <summary>The attribute of that name, or null.</summary>
    public static AttributeProto? Find(this NodeProto node, string name)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Attribute.FirstOrDefault(a => a.Name == name);
    }

    /// <summary>An integer attribute, or <paramref name="missing"/> where the node has none of that name.</summary>
    public static long Integer(this NodeProto node, string name, long missing) => node.Find(name)?.I ?? missing;

    /// <summary>A list of integers, or <paramref name="missing"/> where the node has none of that name.</summary>
    public static long[] Integers(this NodeProto node, string name, params long[] missing) => node.Find(name)?.Ints.ToArray() ?? missing;

    /// <summary>A float attribute, or <paramref name="missing"/> where the node has none of that name.</summary>
    public static float Float(this NodeProto node, string name, float missing) => node.Find(name)?.F ?? missing;

    /// <summary>A string attribute, or <paramref name="missing"/> where the node has none of that name.</summary>
    public static string Text(this NodeProto node, string name, string missing) => node.Find(name)?.S.ToStringUtf8() ?? missing;
}
