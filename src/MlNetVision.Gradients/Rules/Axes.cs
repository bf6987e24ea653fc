using MlNetVision.Onnx;

namespace MlNetVision.Gradients.Rules;

/// <summary>Orders of axes, and what is done along one of them.</summary>
internal static class Axes
{
    /// <summary>The order that undoes another.</summary>
    public static long[] Inverse(long[] order)
    {
        var inverse = new long[order.Length];
        for (var i = 0; i < order.Length; i++) inverse[order[i]] = i;
        return inverse;
    }

    /// <summary>The order that moves one axis to another place and leaves the others as they follow.</summary>
    public static long[] Move(int rank, int from, int to)
    {
        var order = Enumerable.Range(0, rank).Where(a => a != from).Select(a => (long)a).ToList();
        order.Insert(to, from);
        return [.. order];
    }

    /// <summary>The entries along an axis in reverse.</summary>
    public static GraphTensor Flip(this GraphTensor tensor, int axis) => tensor.Slice([-1], [long.MinValue], [axis], [-1]);

    /// <summary>Zeros before and after the entries along an axis; a negative number takes entries away.</summary>
    public static GraphTensor Pad(this GradientScope scope, GraphTensor tensor, int axis, long front, long back)
    {
        if (front == 0 && back == 0) return tensor;
        var rank = scope.Known(tensor).Length;
        var pads = new long[2 * rank];
        (pads[axis], pads[axis + rank]) = (front, back);
        return tensor.Do("Pad", scope.Graph.Integers(pads));
    }

    /// <summary>Zeros after every entry along an axis, so that entries stand <paramref name="step"/> apart.</summary>
    public static GraphTensor Dilate(this GradientScope scope, GraphTensor tensor, int axis, long step)
    {
        var shape = scope.Known(tensor);
        // 0 copies a dimension from its place, which the new axis has not moved; behind it one may be left open.
        long[] target = [.. shape.Select((d, i) => i < axis ? 0 : i == axis ? d!.Value * step : d ?? -1)];
        return scope.Pad(tensor.Unsqueeze(axis + 1), axis + 1, 0, step - 1).Reshape(target);
    }
}
