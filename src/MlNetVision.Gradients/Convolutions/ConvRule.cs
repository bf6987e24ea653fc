using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Convolutions;

/// <summary>Y = X ∗ W + b; see <see cref="InputGradient"/> and <see cref="KernelGradient"/>; db = ΣdY over samples and places.</summary>
internal sealed class ConvRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        if (scope.GradientOf(node.Output[0]) is not { } dy) return;
        var (x, w) = (node.Input[0], node.Input[1]);
        var windows = Windows.Of(scope, node, Kernel(scope, w));
        var groups = node.Integer("group", 1);
        if (scope.NeedsGradient(x)) scope.Accumulate(x, InputGradient.Of(scope, x, w, dy, windows, groups));
        if (scope.NeedsGradient(w)) scope.Accumulate(w, KernelGradient.Of(scope, x, w, dy, windows, groups));
        if (scope.NeedsGradient(node, 2)) scope.Accumulate(node.Input[2], Bias(scope, dy, windows));
    }

    public static long[] Kernel(GradientScope scope, string w) => [.. Enumerable.Range(2, scope.Known(w).Length - 2).Select(i => scope.Size(w, i))];

    public static string Bias(GradientScope scope, string dy, Windows windows) =>
        scope.Node("ReduceSum", [dy, scope.Constant([0, .. windows.Axes])], ("keepdims", 0L));
}
