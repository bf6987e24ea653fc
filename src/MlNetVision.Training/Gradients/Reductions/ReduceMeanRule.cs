using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Training.Gradients.Reductions;

/// <summary>y = the mean of n values: every x gets dy/n.</summary>
internal sealed class ReduceMeanRule : ReductionRule
{
    protected override string Gradient(GradientScope scope, string x, string y, string dy, long[] axes)
    {
        var count = Count(scope, x, axes);
        return scope.Node("Expand", [scope.Node("Div", [dy, count]), scope.ShapeOf(x)]);
    }

    /// <summary>The number of values: constant where the axes are known, and else counted when the graph runs.</summary>
    private static string Count(GradientScope scope, string x, long[] axes)
    {
        var shape = scope.Known(x);
        if (axes.All(a => shape[a].HasValue)) return scope.Constant((float)axes.Aggregate(1L, (n, a) => n * shape[a]!.Value));
        var sizes = scope.Node("Gather", [scope.Node("Shape", [x]), scope.Constant(axes)]);
        return scope.Node("Cast", [scope.Node("ReduceProd", [sizes], ("keepdims", 0L))], ("to", (long)DataType.Float));
    }
}
