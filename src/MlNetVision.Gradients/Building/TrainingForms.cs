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
            var rank = _shapes[node.Input[0]].Shape?.Length
                ?? throw new BadModelException($"{model.Name}: the shape of '{node.Input[0]}', which {node.Title()} takes, is not known.");
            var form = BatchForm.Write(graph, node, rank);
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
/// BatchNormalization by the statistics of the batch, in single operators: y = s·(x − μ)/√(σ² + ε) + b with σ² the mean of (x − μ)². (E[x²] − μ²
/// would
/// lose digits, and ONNX Runtime's own kernel in training mode may overwrite an initializer that other nodes read.)
/// </summary>
/// <param name="Seen">The node that gradient rules see instead: its inputs are x, s, b, x − μ and 1/√(σ² + ε).</param>
/// <param name="Mean">The mean of each channel.</param>
/// <param name="Variance">The variance of each channel.</param>
internal sealed record BatchForm(NodeProto Seen, string Mean, string Variance)
{
    /// <summary>Writes the nodes that replace a BatchNormalization.</summary>
    public static BatchForm Write(GraphWriter graph, NodeProto node, int rank)
    {
        var prefix = $"{node.Output[0]}.batch.";
        var (x, scale, bias) = (graph[node.Input[0]], graph[node.Input[1]], graph[node.Input[2]]);
        long[] wide = [-1, .. Enumerable.Repeat(1L, rank - 2)];
        long[] axes = [0, .. Enumerable.Range(2, rank - 2).Select(i => (long)i)];
        var values = (x.Do("Size") / scale.Do("Size")).Cast(DataType.Float);
        var mean = x.Sum(axes) / values;
        var centred = x - mean;
        // ReduceSumSquare takes its axes as an input only from operator set 18 on.
        var variance = centred.Square().Sum(axes) / values;
        var inverse = (variance + node.Float("epsilon", 1e-5f)).Sqrt().Reciprocal();
        var scaled = centred * (scale.Reshape(wide) * inverse);
        graph.Node("Add", node.Output[0], [scaled, bias.Reshape(wide)]);

        var seen = new NodeProto { OpType = node.OpType, Name = node.Name };
        seen.Input.Add([x, scale, bias, centred, inverse]);
        seen.Output.Add(node.Output[0]);
        seen.Attribute.Add(OnnxAttributes.Make("training_mode", 1L));
        return new BatchForm(seen, Flat("mean", mean), Flat("variance", variance));

        string Flat(string name, GraphTensor wideTensor) => graph.Node("Reshape", prefix + name, [wideTensor, graph.Integers(-1)]);
    }
}
