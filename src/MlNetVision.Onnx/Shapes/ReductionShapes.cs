using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx.Shapes;

/// <summary>Reductions, normalisations and what else runs along axes.</summary>
internal static class ReductionShapes
{
    public static IEnumerable<(string Operator, ShapeRule Rule)> Rules =>
    [
        .. OperatorRules.Each(Reduce, "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2",
            "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare"),
        .. OperatorRules.Each(Arg, "ArgMax", "ArgMin"),
        ("TopK", TopK),
        .. OperatorRules.Each(OperatorRules.Same, "Softmax", "LogSoftmax", "InstanceNormalization", "GroupNormalization", "LpNormalization",
            "MeanVarianceNormalization", "LRN", "RMSNormalization"),
        ("LayerNormalization", OperatorRules.Same),
        ("BatchNormalization", BatchNormalization),
        ("Dropout", n => { n.Set(n[0].Shape, n[0].Values); n.Set(1, DataType.Bool, n[0].Shape); }),
    ];

    /// <summary>Without axes all of them are reduced, unless <c>noop_with_empty_axes</c>.</summary>
    private static void Reduce(NodeScope n)
    {
        if (n[0].Shape is not { } x) return;
        var keep = n.Node.Integer("keepdims", 1) != 0;
        var axes = n.List("axes", 1, out var unknown);
        if (unknown)
        {
            if (keep) n.Set(new long?[x.Length]);
            return;
        }
        if (axes is null or [])
        {
            var none = n.Node.Integer("noop_with_empty_axes", 0) != 0;
            axes = none ? [] : [.. Enumerable.Range(0, x.Length).Select(i => (long)i)];
        }
        n.Set(Without(x, axes, keep), Product(n, axes));
    }

    /// <summary>Exporters count elements as the product of a shape.</summary>
    private static double?[]? Product(NodeScope n, long[] axes) =>
        n.Node.OpType == "ReduceProd" && n[0].Shape?.Length == 1 && axes.Length == 1 && n[0].Values is { } v
            ? [v.Aggregate((double?)1, (a, b) => a * b)]
            : null;

    private static void Arg(NodeScope n)
    {
        if (n[0].Shape is { } x)
            n.Set(0, DataType.Int64, Without(x, [n.Node.Integer("axis", 0)], n.Node.Integer("keepdims", 1) != 0));
        else
            n.Set(0, DataType.Int64, null);
    }

    private static long?[] Without(long?[] x, long[] axes, bool keep)
    {
        var gone = axes.Select(a => ShapeInference.Axis(a, x.Length)).ToHashSet();
        return keep ? [.. x.Select((d, i) => gone.Contains(i) ? 1 : d)] : [.. x.Where((_, i) => !gone.Contains(i))];
    }

    private static void TopK(NodeScope n)
    {
        if (n[0].Shape is not { } x) return;
        var shape = x.ToArray();
        shape[ShapeInference.Axis(n.Node.Integer("axis", -1), x.Length)] = n.Has("k") ? n.Node.Integer("k", 0) : n[1].Integers is [var k] ? k : null;
        n.Set(shape);
        n.Set(1, DataType.Int64, shape);
    }

    private static void BatchNormalization(NodeScope n)
    {
        n.Set(n[0].Shape);
        for (var i = 1; i < n.Node.Output.Count; i++) n.Set(i, n[1].Type, n[1].Shape);
    }
}
