namespace MlNetVision.Onnx.Shapes;

/// <summary>Operators that lay the same elements out anew.</summary>
internal static class ReshapeShapes
{
    public static IEnumerable<(string Operator, ShapeRule Rule)> Rules =>
    [
        ("Reshape", Reshape),
        ("Flatten", Flatten),
        ("Squeeze", Squeeze),
        ("Unsqueeze", Unsqueeze),
        ("Transpose", Transpose),
        ("Expand", Expand),
        ("Tile", Tile),
    ];

    private static void Reshape(NodeScope n)
    {
        var target = n.Has("shape") ? [.. n.Node.Integers("shape").Select(d => (long?)d)] : ConstantShapes.Dimensions(n[1]);
        if (target is null) return;
        var zeroIsZero = n.Node.Integer("allowzero", 0) != 0;
        var x = n[0].Shape;
        var shape = target.Select((d, i) => d == 0 && !zeroIsZero ? x?[i] : d).ToArray();
        if (Array.IndexOf(target, -1) is >= 0 and var open)
            shape[open] = x is null || target.Contains(null) ? null : Rest(x, target, shape, open, !zeroIsZero);
        n.Set(shape, n[0].Values);
    }

    /// <summary>The dimension written as −1. Dimensions that were copied cancel, so they need not be known.</summary>
    private static long? Rest(long?[] x, long?[] target, long?[] shape, int open, bool copies)
    {
        bool Copied(int i) => copies && i < target.Length && target[i] == 0;
        var from = new TensorFact(default, [.. x.Where((_, i) => !Copied(i))]).Count;
        var to = new TensorFact(default, [.. shape.Where((_, i) => i != open && !Copied(i))]).Count;
        return to == 0 || from % to != 0 ? null : from / to;
    }

    private static void Flatten(NodeScope n)
    {
        if (n[0].Shape is not { } x) return;
        var axis = n.Node.Integer("axis", 1);
        var split = axis == x.Length ? x.Length : ShapeInference.Axis(axis, x.Length);
        n.Set([Product(x[..split]), Product(x[split..])]);
    }

    private static long? Product(long?[] dims) => dims is [var only] ? only : new TensorFact(default, dims).Count;

    private static void Squeeze(NodeScope n)
    {
        var axes = n.List("axes", 1, out var unknown);
        if (n[0].Shape is not { } x || unknown) return;
        if (axes is null && x.Contains(null)) return;
        var gone = axes is null ? null : axes.Select(a => ShapeInference.Axis(a, x.Length)).ToHashSet();
        n.Set([.. x.Where((d, i) => gone is null ? d != 1 : !gone.Contains(i))], n[0].Values);
    }

    private static void Unsqueeze(NodeScope n)
    {
        var axes = n.List("axes", 1, out _);
        if (n[0].Shape is not { } x || axes is null) return;
        var rank = x.Length + axes.Length;
        var added = axes.Select(a => ShapeInference.Axis(a, rank)).ToHashSet();
        var next = 0;
        n.Set([.. Enumerable.Range(0, rank).Select(i => added.Contains(i) ? 1 : x[next++])], n[0].Values);
    }

    private static void Transpose(NodeScope n)
    {
        if (n[0].Shape is not { } x) return;
        var order = n.Has("perm") ? n.Node.Integers("perm") : [.. Enumerable.Range(0, x.Length).Reverse().Select(i => (long)i)];
        if (order.Length != x.Length) return;
        long?[] shape = [.. order.Select(a => x[a])];
        n.Set(shape, SmallValues.Move(n[0], shape, (to, from) =>
        {
            for (var i = 0; i < order.Length; i++) from[order[i]] = to[i];
        }));
    }

    private static void Expand(NodeScope n)
    {
        var shape = ElementwiseShapes.Broadcast(n[0].Shape, ConstantShapes.Dimensions(n[1]));
        if (shape is null) return;
        var lead = shape.Length - n[0].Shape!.Length;
        n.Set(shape, SmallValues.Move(n[0], shape, (to, from) =>
        {
            for (var i = 0; i < from.Length; i++) from[i] = n[0].Shape![i] == 1 ? 0 : to[i + lead];
        }));
    }

    private static void Tile(NodeScope n)
    {
        if (n[0].Shape is not { } x) return;
        var times = n[1].Values;
        long?[] shape = [.. x.Select((d, i) => times?[i] is { } t ? checked(d * (long)t) : null)];
        n.Set(shape, SmallValues.Move(n[0], shape, (to, from) =>
        {
            for (var i = 0; i < from.Length; i++) from[i] = to[i] % x[i]!.Value;
        }));
    }
}
