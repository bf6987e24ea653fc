using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Training.Gradients.Building;

/// <summary>Rewrites layers that behave otherwise in training than in inference.</summary>
internal sealed class TrainingForms(OnnxModel model)
{
    private readonly ShapeInference _shapes = new(model, model.Inputs);

    /// <summary>
    /// BatchNormalization with a parameter among scale and bias gets <c>training_mode</c>. With a momentum of 0 its further outputs are the
    /// mean and variance of the batch.
    /// </summary>
    public IReadOnlyList<RunningStatistics> NormalizeByBatch(HashSet<string> parameters)
    {
        var found = new List<RunningStatistics>();
        foreach (var node in model.Graph.Node.Where(n => n.OpType == "BatchNormalization"))
        {
            if (!parameters.Contains(node.Input[1]) && !parameters.Contains(node.Input[2])) continue;
            if (!Stored(node.Input[3]) || !Stored(node.Input[4]))
                throw new BadModelException($"{model.Name}: {node.Title()} is expected to have a stored running mean and variance.");
            var momentum = node.Float("momentum", 0.9f);
            foreach (var old in node.Attribute.Where(a => a.Name is "momentum" or "training_mode").ToArray()) node.Attribute.Remove(old);
            node.Attribute.Add([OnnxAttributes.Make("momentum", 0f), OnnxAttributes.Make("training_mode", 1L)]);
            var y = node.Output[0];
            node.Output.Clear();
            node.Output.Add([y, $"{y}.mean", $"{y}.variance"]);
            found.Add(new RunningStatistics(node.Input[3], node.Input[4], node.Output[1], node.Output[2], momentum));
        }
        return found;
    }

    /// <summary>Dropout becomes a product with an input.</summary>
    public IReadOnlyList<DropoutMask> Drop()
    {
        var found = new List<DropoutMask>();
        foreach (var node in model.Graph.Node.Where(n => n.OpType == "Dropout"))
        {
            var ratio = Ratio(node);
            if (ratio == 0) continue;
            if (node.Output.Skip(1).Any(o => o.Length > 0)) throw new BadModelException($"{model.Name}: {node.Title()} gives out its mask, which training has no gradient for.");
            var mask = new DropoutMask($"{node.Output[0]}.mask", node.Input[0], ratio);
            var shape = _shapes[node.Input[0]].Shape ?? throw new BadModelException($"{model.Name}: the shape of '{node.Input[0]}', which {node.Title()} takes, is not known.");
            model.Graph.Input.Add(OnnxGraphBuilder.ValueInfo(mask.Input, DataType.Float, [.. shape.Select(d => d ?? -1)]));
            node.OpType = "Mul";
            node.Attribute.Clear();
            node.Input.Clear();
            node.Input.Add([mask.Layer, mask.Input]);
            found.Add(mask);
        }
        return found;
    }

    private bool Stored(string tensor) => model.Graph.Initializer.Any(t => t.Name == tensor);

    private float Ratio(NodeProto node)
    {
        if (node.Input.Count < 2 || node.Input[1].Length == 0) return 0.5f;
        var ratio = _shapes[node.Input[1]].Values is [{ } value] ? (float)value : float.NaN;
        return ratio is >= 0 and < 1 ? ratio : throw new BadModelException($"{model.Name}: {node.Title()} is expected to have a stored ratio of 0 to below 1.");
    }
}
