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
        if (!Interpolation.KnownCoordinates.Contains(interpolation.Coordinates))
            throw scope.Unsupported(node, $"of coordinates '{interpolation.Coordinates}'");
        if (node.Integer("antialias", 0) != 0) throw scope.Unsupported(node, "with antialias");
        if (node.Text("keep_aspect_ratio_policy", "stretch") is not "stretch" and var policy)
            throw scope.Unsupported(node, $"that keeps the aspect ratio ('{policy}')");
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

    /// <summary>
    /// Mᵀ·dy along an axis: from the right along the last one, from the left along the one before; any other is moved to the end and back.
    /// </summary>
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

/// <summary>How one axis is resized: every output is a weighted sum of inputs, so that y = M·x with a fixed matrix M.</summary>
/// <param name="Mode">ONNX's <c>mode</c>: nearest or linear.</param>
/// <param name="Coordinates">ONNX's <c>coordinate_transformation_mode</c>.</param>
/// <param name="Rounding">ONNX's <c>nearest_mode</c>.</param>
/// <remarks>Formulas: https://github.com/onnx/onnx/blob/main/docs/Operators.md#Resize. In single precision, as ONNX Runtime computes them, so that
/// ties fall alike.</remarks>
internal sealed record Interpolation(string Mode, string Coordinates, string Rounding)
{
    public static IReadOnlyList<string> KnownModes { get; } = ["nearest", "linear"];

    public static IReadOnlyList<string> KnownCoordinates { get; } = ["half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners",
        "tf_half_pixel_for_nn"];

    /// <summary>M, <paramref name="outputs"/> rows of <paramref name="inputs"/> weights.</summary>
    public float[] Matrix(long inputs, long outputs, float scale)
    {
        var matrix = new float[outputs * inputs];
        for (var row = 0L; row < outputs; row++)
        {
            var x = Source(row, inputs, outputs, scale);
            if (Mode == "nearest")
            {
                matrix[(row * inputs) + Nearest(x, inputs)] = 1;
                continue;
            }
            x = Math.Clamp(x, 0, inputs - 1);
            var low = (long)x;
            matrix[(row * inputs) + low] += 1 - (x - low);
            matrix[(row * inputs) + Math.Min(low + 1, inputs - 1)] += x - low;
        }
        return matrix;
    }

    /// <summary>The factor k where every input is repeated k times, or 0.</summary>
    public long Repeats(long inputs, long outputs, float scale)
    {
        if (Mode != "nearest" || outputs % inputs != 0) return 0;
        var k = outputs / inputs;
        for (var row = 0L; row < outputs; row++)
            if (Nearest(Source(row, inputs, outputs, scale), inputs) != row / k) return 0;
        return k;
    }

    /// <summary>Where an output lies among the inputs.</summary>
    private float Source(long row, long inputs, long outputs, float scale) => Coordinates switch
    {
        "asymmetric" => row / scale,
        "align_corners" => outputs == 1 ? 0 : (float)row * (inputs - 1) / (outputs - 1),
        "pytorch_half_pixel" when outputs <= 1 => 0,
        "tf_half_pixel_for_nn" => (row + 0.5f) / scale,
        _ => ((row + 0.5f) / scale) - 0.5f,
    };

    private long Nearest(float x, long inputs)
    {
        var nearest = Rounding switch
        {
            "floor" => MathF.Floor(x),
            "ceil" => MathF.Ceiling(x),
            "round_prefer_ceil" => MathF.Floor(x + 0.5f),
            _ => MathF.Ceiling(x - 0.5f),
        };
        return Math.Clamp((long)nearest, 0, inputs - 1);
    }
}
