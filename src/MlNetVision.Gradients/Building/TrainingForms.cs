using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Building;

/// <summary>Rewrites layers that differ between training and inference.</summary>
internal sealed class TrainingForms(OnnxModel model)
{
    private readonly ShapeInference _shapes = new(model, model.Inputs);

    /// <summary>The nodes as gradient rules see them: a layer that was rewritten to several nodes is still one.</summary>
    public IReadOnlyList<NodeProto> Seen { get; private set; } = [.. model.Graph.Node];

    /// <summary>
    /// Swaps each ReLU or leaky ReLU with the MaxPool that alone takes it: both orders give the same values and gradients, as the activation keeps the order of
    /// values, and the activation then works on fewer of them.
    /// </summary>
    /// <param name="loss">The loss, which stays as it is.</param>
    public void PoolFirst(string loss)
    {
        var outputs = model.Graph.Output.Select(o => o.Name).Append(loss).ToHashSet(StringComparer.Ordinal);
        var takers = model.Graph.Node.SelectMany(GraphCutter.Uses, (node, tensor) => (node, tensor)).ToLookup(u => u.tensor, u => u.node, StringComparer.Ordinal);
        foreach (var activation in model.Graph.Node.Where(n => n.OpType == "Relu" || (n.OpType == "LeakyRelu" && n.Float("alpha", 0.01f) >= 0)))
        {
            if (takers[activation.Output[0]].ToArray() is not [{ OpType: "MaxPool" } pool]) continue;
            if (outputs.Contains(activation.Output[0]) || GradientRules.IsFlat(activation) || GradientRules.IsFlat(pool)) continue;
            var (was, pooled) = (activation.Clone(), $"{pool.Output[0]}.pooled");
            (activation.OpType, activation.Name, activation.Output[0]) = (pool.OpType, pool.Name, pooled);
            activation.Output.Add(pool.Output.Skip(1));
            activation.Attribute.Clear();
            activation.Attribute.Add(pool.Attribute);
            (pool.OpType, pool.Name, pool.Input[0]) = (was.OpType, was.Name, pooled);
            while (pool.Output.Count > 1) pool.Output.RemoveAt(1);
            pool.Attribute.Clear();
            pool.Attribute.Add(was.Attribute);
        }
    }

    /// <summary>Rewrites each BatchNormalization whose scale or bias is a parameter, or whose <c>training_mode</c> is set.</summary>
    public IReadOnlyList<RunningStatistics> NormalizeByBatch(HashSet<string> parameters)
    {
        var found = new List<RunningStatistics>();
        var seen = new List<NodeProto>();
        var graph = new GraphWriter(model, "batch.");
        var nodes = model.Graph.Node.ToArray();
        model.Graph.Node.Clear();
        foreach (var node in nodes)
        {
            if (node.OpType != "BatchNormalization"
                || !(node.Integer("training_mode", 0) != 0 || node.Input.Skip(1).Take(2).Any(parameters.Contains)))
            {
                graph.Add(node);
                seen.Add(node);
                continue;
            }
            var channels = _shapes[node.Input[1]].Shape is [{ } count] ? count
                : throw new BadModelException($"{model.Name}: the number of channels of {node.Title()} is not known.");
            var form = BatchForm.Write(graph, node, channels);
            seen.Add(form.Seen);
            if (IsInitializer(node.Input[3]) && IsInitializer(node.Input[4]))
                found.Add(new RunningStatistics(node.Input[3], node.Input[4], form.Mean, form.Variance, node.Float("momentum", 0.9f)));
        }
        Seen = seen;
        return found;
    }

    /// <summary>Dropout becomes a product with an input, or an Identity where the ratio is 0.</summary>
    public IReadOnlyList<DropoutMask> Drop(bool drops)
    {
        var found = new List<DropoutMask>();
        foreach (var node in model.Graph.Node.Where(n => n.OpType == "Dropout"))
        {
            if (node.Output.Skip(1).Any(o => o.Length > 0))
                throw new BadModelException($"{model.Name}: {node.Title()} has its mask as an output, which training does not support.");
            var (x, ratio) = (node.Input[0], drops ? Ratio(node) : 0);
            node.OpType = ratio == 0 ? "Identity" : "Mul";
            node.Attribute.Clear();
            node.Input.Clear();
            node.Input.Add(x);
            if (ratio == 0) continue;
            var mask = new DropoutMask($"{node.Output[0]}.mask", x, ratio);
            node.Input.Add(mask.Input);
            var shape = _shapes[x].Shape
                ?? throw new BadModelException($"{model.Name}: the shape of '{x}', which {node.Title()} takes, is not known.");
            model.Graph.Input.Add(OnnxValue.Info(mask.Input, DataType.Float, [.. shape.Select(d => d ?? -1)]));
            found.Add(mask);
        }
        return found;
    }

    private bool IsInitializer(string tensor) => model.Graph.Initializer.Any(t => t.Name == tensor);

    private float Ratio(NodeProto node)
    {
        if (node.Input.Count < 2 || node.Input[1].Length == 0) return 0.5f;
        var ratio = _shapes[node.Input[1]].Values is [{ } value] ? (float)value : float.NaN;
        return ratio is >= 0 and < 1 ? ratio
            : throw new BadModelException($"{model.Name}: {node.Title()} is expected to have a constant ratio of 0 to below 1.");
    }
}

/// <summary>
/// BatchNormalization by the statistics of the batch: y = s·(x − μ)/√(σ² + ε) + b with σ² the mean of (x − μ)². ONNX Runtime's kernel in training mode
/// computes it in one pass; with a momentum of 0 its running statistics are those of the batch. It may write them over the initializers that it reads
/// them from, so each layer has its own.
/// </summary>
/// <param name="Seen">The node that gradient rules see instead: its inputs are x, s, b, μ and σ².</param>
/// <param name="Mean">The mean of each channel.</param>
/// <param name="Variance">The variance of each channel.</param>
internal sealed record BatchForm(NodeProto Seen, string Mean, string Variance)
{
    /// <summary>Writes the node that replaces a BatchNormalization.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="node">The node.</param>
    /// <param name="channels">The number of channels.</param>
    public static BatchForm Write(GraphWriter graph, NodeProto node, long channels)
    {
        var y = node.Output[0];
        var (mean, variance, epsilon) = ($"{y}.batch.mean", $"{y}.batch.variance", node.Float("epsilon", 1e-5f));
        GraphTensor Unread(string name) => graph.Floats($"{y}.batch.{name}", new float[channels], channels);
        graph.NodeWithOutputs("BatchNormalization", node.Name.Length > 0 ? node.Name : y,
            [node.Input[0], node.Input[1], node.Input[2], Unread("unread_mean"), Unread("unread_variance")], [y, mean, variance],
            ("training_mode", 1L), ("momentum", 0f), ("epsilon", epsilon));

        var seen = new NodeProto { OpType = node.OpType, Name = node.Name };
        seen.Input.Add([node.Input[0], node.Input[1], node.Input[2], mean, variance]);
        seen.Output.Add(y);
        seen.Attribute.Add(OnnxAttributes.Make("training_mode", 1L));
        seen.Attribute.Add(OnnxAttributes.Make("epsilon", epsilon));
        return new BatchForm(seen, mean, variance);
    }
}
