using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Reductions;

/// <summary>y = the largest or smallest x: dy goes to the x that is it, in equal shares where there are several.</summary>
internal sealed class ReduceExtremeRule : ReductionRule
{
    protected override string Gradient(GradientScope scope, string x, string y, string dy, long[] axes)
    {
        var chosen = scope.Node("Cast", [scope.Node("Equal", [x, y])], ("to", (long)DataType.Float));
        var count = scope.Node("ReduceSum", [chosen, scope.Constant(axes)]);
        return scope.Node("Mul", [chosen, scope.Node("Div", [dy, count])]);
    }
}
