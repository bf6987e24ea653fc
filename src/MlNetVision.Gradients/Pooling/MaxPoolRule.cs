using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Gradients.Convolutions;

namespace MlNetVision.Gradients.Pooling;

/// <summary>y is the largest x of a window: dy goes to that x, whose place the second output of MaxPool holds. An x may be the largest of several windows.</summary>
internal sealed class MaxPoolRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        var x = node.Input[0];
        if (!scope.NeedsGradient(x) || scope.GradientOf(node.Output[0]) is not { } dy) return;
        if (node.Integer("storage_order", 0) != 0) throw scope.Unsupported(node, "with storage_order 1");
        var kernel = node.Integers("kernel_shape");
        var strides = Windows.Each(node, "strides", kernel.Length, 1);
        var dilated = Windows.Each(node, "dilations", kernel.Length, 1).Any(d => d != 1);
        var indices = scope.Output(node, 1);
        var apart = !dilated && strides.Zip(kernel).All(p => p.First >= p.Second);
        scope.Accumulate(x, apart ? Unpool(scope, x, dy, indices, kernel.Length) : Scatter(scope, x, dy, indices));
    }

    /// <summary>The kernel only tells the least size of the output, which pads may go below; one of 1 asks for nothing.</summary>
    private static string Unpool(GradientScope scope, string x, string dy, string indices, int rank) =>
        scope.Node("MaxUnpool", [dy, indices, scope.ShapeOf(x)], ("kernel_shape", Enumerable.Repeat(1L, rank).ToArray()));

    private static string Scatter(GradientScope scope, string x, string dy, string indices)
    {
        var flat = scope.Constant([-1]);
        var zeros = scope.Node("ConstantOfShape", [scope.Node("Reshape", [scope.Node("Size", [x]), scope.Constant([1])])]);
        var sums = scope.Node("ScatterElements", [zeros, scope.Node("Reshape", [indices, flat]), scope.Node("Reshape", [dy, flat])], ("reduction", "add"));
        return scope.Node("Reshape", [sums, scope.ShapeOf(x)]);
    }
}
