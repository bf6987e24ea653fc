using Google.Protobuf.Collections;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Onnx.Surgery;

/// <summary>Renames tensors of a graph.</summary>
public static class GraphNames
{
    /// <summary>The given name, with a number appended where a tensor or node has it already.</summary>
    public static string FreeName(this GraphProto graph, string wanted)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var taken = graph.Node.SelectMany(n => n.Output.Append(n.Name)).Concat(graph.Input.Select(i => i.Name))
            .Concat(graph.Initializer.Select(t => t.Name))
            .ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(1, int.MaxValue).Select(i => i == 1 ? wanted : FormattableString.Invariant($"{wanted}_{i}"))
            .First(n => !taken.Contains(n));
    }

    /// <summary>Renames a tensor in nodes, inputs and initializers; outputs of the graph keep the old name.</summary>
    public static void Rename(this GraphProto graph, string from, string to)
    {
        ArgumentNullException.ThrowIfNull(graph);
        foreach (var input in graph.Input.Where(i => i.Name == from)) input.Name = to;
        foreach (var initializer in graph.Initializer.Where(t => t.Name == from)) initializer.Name = to;
        foreach (var node in graph.Node) Replace(node.Output, from, to);
        graph.RenameUses(from, to);
    }

    /// <summary>Makes all nodes that use a tensor use another, in the bodies of If and Loop too.</summary>
    public static void RenameUses(this GraphProto graph, string from, string to)
    {
        ArgumentNullException.ThrowIfNull(graph);
        foreach (var node in graph.Node)
        {
            Replace(node.Input, from, to);
            foreach (var body in node.Bodies()) body.RenameUses(from, to);
        }
    }

    private static void Replace(RepeatedField<string> names, string from, string to)
    {
        for (var i = 0; i < names.Count; i++)
            if (names[i] == from) names[i] = to;
    }
}

/// <summary>
/// Files before IR version 4 list their initializers among the inputs. ONNX Runtime must then treat them as changeable and folds nothing, and
/// ML.NET refuses those of float16.
/// </summary>
public static class InitializerInputs
{
    private const int FirstWithout = 4;

    /// <summary>Removes initializers from the list of inputs, in place; a caller can then no longer replace them.</summary>
    public static void Remove(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var inputs = model.Inputs.Select(i => i.Name).ToHashSet(StringComparer.Ordinal);
        ValueInfoProto[] kept = [.. model.Graph.Input.Where(i => inputs.Contains(i.Name))];
        if (kept.Length == model.Graph.Input.Count) return;
        model.Graph.Input.Clear();
        model.Graph.Input.AddRange(kept);
        model.Proto.IrVersion = Math.Max(model.Proto.IrVersion, FirstWithout);
    }
}
