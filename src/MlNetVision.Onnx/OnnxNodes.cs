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
}
