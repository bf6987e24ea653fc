using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;
using MlNetVision.Onnx.Upgrading;

namespace MlNetVision.Training;

/// <summary>The trainable end of a network: some named layers and all layers after them.</summary>
/// <param name="Boundary">The tensor that the frozen layers below give and the tail takes.</param>
/// <param name="RowShape">The shape of that tensor for one image.</param>
/// <param name="Nodes">Its nodes, in order.</param>
/// <param name="Weights">The initializers that training changes: kernels, matrices, biases, scales and shifts.</param>
internal sealed record NetworkTail(string Boundary, IReadOnlyList<long> RowShape, IReadOnlyList<NodeProto> Nodes, IReadOnlyList<string> Weights)
{
    // The indices of weight inputs by operator.
    private static readonly Dictionary<string, int[]> WeightInputs = new(StringComparer.Ordinal)
    {
        ["Conv"] = [1, 2], ["ConvTranspose"] = [1, 2], ["Gemm"] = [1, 2], ["MatMul"] = [1], ["BatchNormalization"] = [1, 2],
        ["InstanceNormalization"] = [1, 2], ["PRelu"] = [1], ["Add"] = [0, 1], ["Mul"] = [0, 1],
    };

    /// <summary>Finds the tail of a network.</summary>
    /// <param name="model">A network with one image input.</param>
    /// <param name="unfreeze">The prefix of the layers' names, such as <c>block5</c>.</param>
    /// <exception cref="BadModelException">No layer's name has the prefix, or the tail takes more than one tensor of the layers below.</exception>
    public static NetworkTail Find(OnnxModel model, string unfreeze)
    {
        var graph = model.Graph;
        if (!graph.Node.Any(n => n.LayerName().StartsWith(unfreeze, StringComparison.Ordinal)))
            throw new BadModelException(
                $"{model.Name}: no layer's name begins with '{unfreeze}'. "
                + $"{NearNames.Describe(unfreeze, [.. graph.Node.Where(n => n.OpType != "Constant").Select(n => n.LayerName())])}");
        var ofImage = Descendants(graph, n => false, model.Inputs[0].Name);
        var above = Descendants(graph, n => n.LayerName().StartsWith(unfreeze, StringComparison.Ordinal) && n.Input.Any(ofImage.Contains));
        // Constant nodes belong to the layers that use them.
        var nodes = graph.Node.Where(n => n.Output.Any(above.Contains) || !n.Output.Any(ofImage.Contains)).ToList();
        var made = nodes.SelectMany(n => n.Output).ToHashSet(StringComparer.Ordinal);
        var taken = nodes.SelectMany(n => n.Input).Where(i => ofImage.Contains(i) && !made.Contains(i)).Distinct().ToList();
        if (taken is not [var boundary])
            throw new BadModelException(
                $"{model.Name}: the layers from '{unfreeze}' on take {taken.Count} tensors of the layers below "
                + $"({string.Join(", ", taken.Take(5))}); expected one. Name the first layer of a block.");
        var shape = new ShapeInference(model, model.Inputs)[boundary].Shape;
        if (shape is not [_, ..] || shape.Skip(1).Any(d => d is not > 0))
            throw new BadModelException($"{model.Name}: the size of '{boundary}' is not known.");
        var stored = graph.Initializer.Where(t => t.DataType == (int)TensorProto.Types.DataType.Float).Select(t => t.Name)
            .ToHashSet(StringComparer.Ordinal);
        var weights = nodes.SelectMany(n => WeightInputs.GetValueOrDefault(n.OpType, []).Where(i => i < n.Input.Count).Select(i => n.Input[i]))
            .Where(stored.Contains);
        return new NetworkTail(boundary, [.. shape.Skip(1).Select(d => d!.Value)], nodes, [.. weights.Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>The tail and a head as a trainable network that takes flat rows of the boundary tensor.</summary>
    /// <param name="model">The network it was found in, with the output <c>features</c>.</param>
    /// <param name="head">The head, from <c>features</c> to logits, with its initial weights.</param>
    /// <param name="headParameters">The head's trained initializers.</param>
    /// <param name="classes">The number of classes.</param>
    public TrainableNetwork With(OnnxModel model, OnnxModel head, IReadOnlyList<string> headParameters, int classes)
    {
        var tail = new OnnxModel(new ModelProto { IrVersion = Math.Max(8, model.Proto.IrVersion), Graph = new GraphProto { Name = "tail" } },
            model.Name);
        tail.Proto.OpsetImport.AddRange(model.Proto.OpsetImport);
        tail.Graph.Input.Add(OnnxValue.Info(Boundary, TensorProto.Types.DataType.Float, [-1, .. RowShape]));
        tail.Graph.Node.AddRange(Nodes.Select(n => n.Clone()));
        var used = Nodes.SelectMany(n => n.Input).ToHashSet(StringComparer.Ordinal);
        tail.Graph.Initializer.AddRange(model.Graph.Initializer.Where(t => used.Contains(t.Name)).Select(t => t.Clone()));
        OperatorSetUpgrade.Raise(tail);
        GraphJoin.Append(tail, head);
        return new TrainableNetwork(tail, [.. Weights, .. headParameters], RowShape, classes);
    }

    /// <summary>The outputs of some nodes and of all nodes that depend on them.</summary>
    private static HashSet<string> Descendants(GraphProto graph, Predicate<NodeProto> first, params ReadOnlySpan<string> from)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in from) found.Add(name);
        foreach (var node in graph.Node)
        {
            if (first(node) || node.Input.Any(found.Contains)) found.UnionWith(node.Output);
        }
        return found;
    }
}
