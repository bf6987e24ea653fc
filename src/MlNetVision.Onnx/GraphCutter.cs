using Google.Protobuf.Collections;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx;

/// <summary>Finds layers and dependencies, and removes unused nodes from a graph. <see cref="OnnxModel.Cut"/> uses it.</summary>
public static class GraphCutter
{
    internal static OnnxModel Cut(OnnxModel model, string name)
    {
        model.Check();
        var tensor = Tensor(model, name);
        var output = Describe(tensor, new ShapeInference(model, model.Inputs)[tensor]);
        var cut = model.Clone();
        Prune(cut.Graph, tensor);
        cut.Graph.Output.Clear();
        cut.Graph.Output.Add(output);
        return cut;
    }

    /// <summary>Removes from a graph, in place, all that the given tensors do not depend on; the declared outputs stay.</summary>
    /// <param name="graph">The graph, its nodes in topological order.</param>
    /// <param name="tensors">The names of the tensors to keep.</param>
    public static void Prune(GraphProto graph, params IReadOnlyCollection<string> tensors)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(tensors);
        var needed = Needed(graph, tensors);
        Keep(graph.Node, n => n.Output.Any(needed.Contains));
        Keep(graph.Initializer, t => needed.Contains(t.Name));
        Keep(graph.Input, i => needed.Contains(i.Name));
        Keep(graph.ValueInfo, v => needed.Contains(v.Name) && !tensors.Contains(v.Name));
    }

    /// <summary>The first output of the node of this name, or the tensor of this name if a node produces it; otherwise null.</summary>
    public static string? Find(OnnxModel model, string name)
    {
        ArgumentNullException.ThrowIfNull(model);
        var nodes = model.Graph.Node;
        return nodes.FirstOrDefault(n => n.Name == name)?.Output.FirstOrDefault(o => o.Length > 0)
            ?? (nodes.Any(n => n.Output.Contains(name)) ? name : null);
    }

    /// <summary>As <see cref="Find"/>; an error lists near names.</summary>
    /// <exception cref="BadModelException">Nothing has that name.</exception>
    public static string Tensor(OnnxModel model, string name)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (Find(model, name) is { } found) return found;
        var nodes = model.Graph.Node;
        var what = model.Graph.Input.Any(i => i.Name == name) ? "is an input, not a layer"
            : model.Graph.Initializer.Any(t => t.Name == name) ? "is an initializer, not a layer"
            : "is not a layer";
        var near = NearNames.Of(name, nodes.Where(n => n.OpType != "Constant").Select(n => n.LayerName()).Concat(nodes.SelectMany(n => n.Output)));
        throw new BadModelException($"{model.Name}: '{name}' {what}. Near names: {string.Join(", ", near)}.");
    }

    /// <summary>
    /// The names of all tensors that the given ones depend on. Nodes are in topological order, so one pass from the back finds them.
    /// </summary>
    public static HashSet<string> Needed(GraphProto graph, IEnumerable<string> tensors)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var needed = new HashSet<string>(tensors, StringComparer.Ordinal);
        foreach (var node in graph.Node.Reverse())
            if (node.Output.Any(needed.Contains)) needed.UnionWith(Uses(node));
        needed.Remove("");
        return needed;
    }

    /// <summary>
    /// The tensors that a node reads, including those that the bodies of If and Loop take from outside. An omitted input is an empty name.
    /// </summary>
    public static IEnumerable<string> Uses(NodeProto node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Input.Concat(node.Bodies().SelectMany(b => b.Node.SelectMany(Uses).Concat(b.Output.Select(o => o.Name))));
    }

    /// <summary>Declares a tensor as an output of a graph, with its type and shape where known.</summary>
    public static ValueInfoProto Describe(string name, TensorFact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        if (fact.Type == DataType.Undefined) return new ValueInfoProto { Name = name };
        var info = OnnxValue.Info(name, fact.Type, [.. (fact.Shape ?? []).Select(d => d ?? -1)]);
        if (fact.Shape is null) info.Type.TensorType.Shape = null;
        return info;
    }

    private static void Keep<T>(RepeatedField<T> list, Func<T, bool> wanted)
    {
        var kept = list.Where(wanted).ToArray();
        list.Clear();
        list.AddRange(kept);
    }
}
