using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Building;

/// <summary>Appends the gradients, node by node from the loss backwards.</summary>
internal sealed class BackwardPass(OnnxModel model, GradientScope scope)
{
    public void Run(string loss)
    {
        var shape = scope.Known(loss);
        if (scope.Graph.TypeOf(loss) != DataType.Float || shape.Any(d => d is not 1))
            throw new BadModelException($"{model.Name}: the loss '{loss}' is {ElementType.Name(scope.Graph.TypeOf(loss))} {OnnxValue.ShapeText(shape)}, expected a float of one element.");
        scope.Accumulate(loss, scope.Graph.Floats([1], [.. shape.Select(_ => 1L)]));
        foreach (var node in scope.Forward.Reverse())
            if (node.Output.Any(o => scope.GradientOf(o) is not null)) Differentiate(node);
    }

    private void Differentiate(NodeProto node)
    {
        foreach (var output in node.Output)
            if (scope.GradientOf(output) is not null && scope.Graph.TypeOf(output) is not (DataType.Float or DataType.Undefined))
                throw new BadModelException($"{model.Name}: {node.Title()} produces {ElementType.Name(scope.Graph.TypeOf(output))}; gradients are written for float (32 bits).");
        if (OnnxNodes.NormalDomain(node.Domain).Length > 0 || !GradientRules.All.TryGetValue(node.OpType, out var rule))
            throw new BadModelException($"{model.Name}: {node.Title()} has no gradient here. Operators with a gradient: {string.Join(", ", GradientRules.All.Keys.Order(StringComparer.Ordinal))}.");
        try
        {
            rule(scope, node);
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException)
        {
            throw new BadModelException($"{model.Name}: {node.Title()} lacks a required attribute or input, or its attributes contradict its inputs.", e);
        }
    }
}
