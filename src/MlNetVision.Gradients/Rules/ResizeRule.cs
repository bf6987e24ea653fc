using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;

namespace MlNetVision.Gradients.Rules;

/// <summary>
/// Images made larger or smaller (Resize). Along an axis y = M·x with a fixed matrix, so dx = Mᵀ·dy; where every
/// pixel is only repeated, dx is the sum over its copies.
/// </summary>
internal static class ResizeRule
{
    public static void Differentiate(GradientScope scope, NodeProto node)
    {
        var (x, y) = (node.Input[0], node.Output[0]);
        if (!scope.NeedsGradient(x) || scope.GradientOf(y) is not { } dx) return;
        var interpolation = Read(scope, node);
        var (from, to) = (scope.Known(x), scope.Known(y));
        var scales = Scales(scope, node, from.Length);
        foreach (var axis in Enumerable.Range(0, from.Length))
        {
            if (scales is not null ? scales[axis] == 1 : from[axis] == to[axis]) continue;
            var (inputs, outputs) = (scope.Size(x, axis), scope.Size(y, axis));
            var scale = scales?[axis] ?? (float)outputs / inputs;
            dx = interpolation.Repeats(inputs, outputs, scale) is > 0 and var copies
                ? Sum(scope, dx, axis, inputs, copies)
                : Multiply(scope, dx, axis, inputs, outputs, interpolation.Matrix(inputs, outputs, scale));
        }
        scope.Accumulate(x, dx);
    }

    private static Interpolation Read(GradientScope scope, NodeProto node)
    {
        var interpolation = new Interpolation(
            node.Text("mode", "nearest"),
            node.Text("coordinate_transformation_mode", "half_pixel"),
            node.Text("nearest_mode", "round_prefer_floor"));
        if (!Interpolation.KnownModes.Contains(interpolation.Mode)) throw scope.Unsupported(node, $"of mode '{interpolation.Mode}'");
        if (!Interpolation.KnownCoordinates.Contains(interpolation.Coordinates)) throw scope.Unsupported(node, $"of coordinates '{interpolation.Coordinates}'");
        if (node.Integer("antialias", 0) != 0) throw scope.Unsupported(node, "with antialias");
        if (node.Text("keep_aspect_ratio_policy", "stretch") is not "stretch" and var policy) throw scope.Unsupported(node, $"that keeps the aspect ratio ('{policy}')");
        return interpolation;
    }

    /// <summary>The scale of every axis, or null where sizes are given.</summary>
    private static float[]? Scales(GradientScope scope, NodeProto node, int rank)
    {
        if (node.Input.Count > 3 && node.Input[3].Length > 0) return null;
        var given = scope.Graph.ValuesOf(node.Input[2])?.Select(v => (float)(v ?? float.NaN)).ToArray();
        if (given is null || given.Any(float.IsNaN)) throw scope.Unsupported(node, "with scales that are not constant");
        var axes = node.Find("axes")?.Ints.Select(a => ShapeInference.Axis(a, rank)).ToArray() ?? [.. Enumerable.Range(0, rank)];
        var scales = Enumerable.Repeat(1f, rank).ToArray();
        foreach (var (axis, scale) in axes.Zip(given)) scales[axis] = scale;
        return scales;
    }

    private static GraphTensor Sum(GradientScope scope, GraphTensor dy, int axis, long inputs, long copies)
    {
        long[] blocks = [.. scope.Known(dy).SelectMany((d, i) => i == axis ? [inputs, copies] : new[] { i < axis ? 0 : d ?? -1 })];
        return dy.Reshape(blocks).Sum([axis + 1], keepAxes: false);
    }

    /// <summary>Mᵀ·dy along an axis: from the right along the last one, from the left along the one before; any other is moved to the end and back.</summary>
    private static GraphTensor Multiply(GradientScope scope, GraphTensor dy, int axis, long inputs, long outputs, float[] matrix)
    {
        var rank = scope.Known(dy).Length;
        var m = scope.Graph.Floats(matrix, outputs, inputs);
        if (axis == rank - 1) return dy.MatMul(m);
        if (axis == rank - 2) return m.Do("Transpose").MatMul(dy);
        var order = Axes.Move(rank, axis, rank - 1);
        return dy.Transpose(order).MatMul(m).Transpose(Axes.Inverse(order));
    }
}
