using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;
using static MlNetVision.Gradients.Rules.RuleTable;

namespace MlNetVision.Gradients.Rules;

/// <summary>Operators that lay elements out anew, take them apart and put them together.</summary>
internal static class ShapingRules
{
    public static IEnumerable<(string Operator, GradientRule Rule)> All =>
    [
        // The same elements in another shape.
        Unary("Reshape", (g, x, y) => g.Do("Reshape", x.Shape())),
        Unary("Flatten", (g, x, y) => g.Do("Reshape", x.Shape())),
        Unary("Squeeze", (g, x, y) => g.Do("Reshape", x.Shape())),
        Unary("Unsqueeze", (g, x, y) => g.Do("Reshape", x.Shape())),
        Unary("SpaceToDepth", (n, g, x, y) => g.Do("DepthToSpace", ("blocksize", n.Integer("blocksize", 0)))),
        Unary("Transpose", (n, g, x, y) => n.Find("perm") is { } order ? g.Transpose(Axes.Inverse([.. order.Ints])) : g.Do("Transpose")),
        With("Expand", (s, n, g, x) => s.Unbroadcast(g, x)),
        With("Tile", Tile),
        With("Slice", Slice),
        With("Gather", Gather),
        With("Pad", PadRule.Gradient),
        With("DepthToSpace", DepthToSpace),
        ("Concat", Concat),
        ("Split", Split),
    ];

    /// <summary>An operator with one input that takes a gradient, whose formula looks into the graph.</summary>
    private static (string, GradientRule) With(string operation, Func<GradientScope, NodeProto, GraphTensor, GraphTensor, GraphTensor> gradient) =>
        (operation, (scope, node) =>
    {
        if (scope.NeedsGradient(node, 0) && scope.GradientOf(node.Output[0]) is { } g)
            scope.Accumulate(node.Input[0], gradient(scope, node, g, scope[node.Input[0]]));
    });

    /// <summary>A tensor repeated whole along its axes: dx is the sum of dy over the repetitions.</summary>
    private static GraphTensor Tile(GradientScope scope, NodeProto node, GraphTensor dy, GraphTensor x)
    {
        var repeats = scope.Needed(node, "repeats", 1);
        long[] blocks = [.. repeats.SelectMany((r, axis) => new[] { r, scope.Size(x, axis) })];
        return dy.Reshape(blocks).Sum([.. repeats.Select((_, axis) => 2L * axis)], keepAxes: false);
    }

    /// <summary>Channels laid out as blocks of pixels: dx is dy with the blocks laid back into channels.</summary>
    private static GraphTensor DepthToSpace(GradientScope scope, NodeProto node, GraphTensor dy, GraphTensor x)
    {
        var block = node.Integer("blocksize", 0);
        if (node.Text("mode", "DCR") == "DCR") return dy.Do("SpaceToDepth", ("blocksize", block));
        // CRD: N × C × b·b … was laid out as N, C, H, b, W, b.
        var (channels, height, width) = (scope.Size(dy, 1), scope.Size(x, 2), scope.Size(x, 3));
        return dy.Reshape(-1, channels, height, block, width, block).Transpose(0, 1, 3, 5, 2, 4).Do("Reshape", x.Shape());
    }

    /// <summary>Entries picked along an axis by their positions: each adds its dy at the position it came from.</summary>
    private static GraphTensor Gather(GradientScope scope, NodeProto node, GraphTensor dy, GraphTensor x)
    {
        var indices = scope[node.Input[1]];
        var (rank, picks) = (scope.Known(x).Length, scope.Known(indices).Length);
        var axis = ShapeInference.Axis(node.Integer("axis", 0), rank);
        // ScatterND adds along leading axes, so the axis goes to the front of x, and the axes of the positions to that of dy.
        long[] front = Axes.Move(rank, axis, 0);
        long[] picked = [.. Range(axis, picks), .. Range(0, axis), .. Range(axis + picks, rank - axis - 1)];
        var zeros = scope.Zeros(x.Transpose(front));
        return scope.Graph.Node("ScatterND", [zeros, indices.Unsqueeze(-1), dy.Transpose(picked)], ("reduction", "add"))
            .Transpose(Axes.Inverse(front));
    }

    /// <summary>
    /// Every s-th entry from a start to an end along some axes: dx is dy at its former positions, zeros elsewhere. Along each axis dy is reversed
    /// where s is negative, spread by |s| − 1 zeros after every entry, and padded to the size of x.
    /// </summary>
    private static GraphTensor Slice(GradientScope scope, NodeProto node, GraphTensor dx, GraphTensor x)
    {
        var starts = scope.Needed(node, "starts", 1);
        var axes = scope.List(node, "axes", 3) ?? [.. Range(0, starts.Length)];
        var steps = scope.List(node, "steps", 4);
        for (var i = 0; i < axes.Length; i++)
        {
            var axis = ShapeInference.Axis(axes[i], scope.Known(x).Length);
            dx = Spread(scope, dx, axis, starts[i], steps?[i] ?? 1, scope.Size(x, axis));
        }
        return dx;
    }

    private static GraphTensor Spread(GradientScope scope, GraphTensor dy, int axis, long start, long step, long size)
    {
        var count = scope.Size(dy, axis);
        if (start < 0) start += size;
        start = Math.Clamp(start, 0, step > 0 ? size : size - 1);
        if (step < 0)
        {
            dy = dy.Flip(axis);
            (start, step) = (start + ((count - 1) * step), -step);
        }
        if (count == 0 || step == 1) return scope.Pad(dy, axis, start, size - start - count);
        return scope.Pad(scope.Dilate(dy, axis, step), axis, start, size - start - (count * step));
    }

    /// <summary>Tensors one after another along an axis: each gets its part of dy.</summary>
    private static void Concat(GradientScope scope, NodeProto node)
    {
        if (scope.GradientOf(node.Output[0]) is not { } dy) return;
        var axis = ShapeInference.Axis(node.Integer("axis", 1), scope.Known(dy).Length);
        if (node.Input.Count == 1)
        {
            scope.Accumulate(node.Input[0], dy);
            return;
        }
        var sizes = node.Input.Select(x => scope.Size(x, axis)).ToArray();
        var start = 0L;
        foreach (var (x, size) in node.Input.Zip(sizes))
        {
            if (scope.NeedsGradient(x)) scope.Accumulate(x, dy.Slice(start, start + size, axis));
            start += size;
        }
    }

    /// <summary>
    /// A tensor cut into parts along an axis: dx is the gradients of the parts one after another, with zeros for those that nothing uses.
    /// </summary>
    private static void Split(GradientScope scope, NodeProto node)
    {
        if (!scope.NeedsGradient(node, 0)) return;
        var axis = ShapeInference.Axis(node.Integer("axis", 0), scope.Known(node.Input[0]).Length);
        GraphTensor[] parts = [.. node.Output.Select(y => scope.GradientOf(y) ?? scope.Zeros(scope[y]))];
        scope.Accumulate(node.Input[0], scope.Graph.Concat(parts, axis));
    }

    private static IEnumerable<long> Range(int start, int count) => Enumerable.Range(start, count).Select(i => (long)i);
}

/// <summary>
/// A border around a tensor: dx is the inner part of dy. Of a reflected border (without the edge) it also gets the borders of dy, mirrored into
/// their positions; of a repeated edge, their sums at the edge. Axis by axis, since the borders of one axis are copied into the corners by the next.
/// </summary>
internal static class PadRule
{
    public static GraphTensor Gradient(GradientScope scope, NodeProto node, GraphTensor dx, GraphTensor x)
    {
        var rank = scope.Known(x).Length;
        var pads = scope.Needed(node, "pads", 1);
        var axes = scope.List(node, "axes", 3) ?? [.. Enumerable.Range(0, rank).Select(i => (long)i)];
        var mode = node.Text("mode", "constant");
        if (mode is not ("constant" or "reflect" or "edge")) throw scope.Unsupported(node, $"of mode '{mode}'");
        for (var i = 0; i < axes.Length; i++)
        {
            var (axis, front, back) = (ShapeInference.Axis(axes[i], rank), pads[i], pads[i + axes.Length]);
            if (mode != "constant" && (front > 0 || back > 0))
            {
                // A negative pad takes entries away before the border is made.
                var size = scope.Size(x, axis) + Math.Min(front, 0) + Math.Min(back, 0);
                dx = Fold(scope, dx, axis, Math.Max(front, 0), Math.Max(back, 0), size, mode == "edge");
                (front, back) = (Math.Min(front, 0), Math.Min(back, 0));
            }
            dx = scope.Pad(dx, axis, -front, -back);
        }
        return dx;
    }

    private static GraphTensor Fold(GradientScope scope, GraphTensor dy, int axis, long front, long back, long size, bool edge)
    {
        var inner = dy.Slice(front, front + size, axis);
        if (front > 0) Add(dy.Slice(0, front, axis), front, edge ? 0 : 1);
        if (back > 0) Add(dy.Slice(front + size, front + size + back, axis), back, edge ? size - 1 : size - 1 - back);
        return inner;

        void Add(GraphTensor border, long length, long at)
        {
            var (folded, count) = edge ? (border.Sum([axis]), 1) : (border.Flip(axis), length);
            inner += scope.Pad(folded, axis, at, size - at - count);
        }
    }
}
