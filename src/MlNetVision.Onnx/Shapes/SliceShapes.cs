
namespace MlNetVision.Onnx.Shapes;

/// <summary>Operators that take tensors apart and put them together.</summary>
internal static class SliceShapes
{
    public static IEnumerable<(string Operator, ShapeRule Rule)> Rules =>
    [
        ("Concat", Concat),
        ("Slice", Slice),
        ("Split", Split),
        ("Gather", Gather),
        ("GatherElements", n => n.Set(n[1].Shape)),
        ("GatherND", GatherND),
        .. OperatorRules.Each(OperatorRules.Same, "ScatterElements", "ScatterND", "Scatter", "ReverseSequence"),
        ("Pad", Pad),
    ];

    private static void Concat(NodeScope n)
    {
        var parts = Enumerable.Range(0, n.Node.Input.Count).Select(i => n[i]).ToArray();
        if (parts.FirstOrDefault(p => p.Shape is not null)?.Shape is not { } first) return;
        var axis = ShapeInference.Axis(n.Node.Integer("axis", 1), first.Length);
        long? sum = 0;
        foreach (var part in parts) sum = checked(sum + part.Shape?[axis]);
        // All parts agree except on the axis, so any part may give the other dimensions.
        long?[] shape = [.. first.Select((_, i) => i == axis ? sum : parts.Select(p => p.Shape?[i]).FirstOrDefault(d => d is not null))];
        var values = first.Length == 1 && sum <= SmallValues.Limit && parts.All(p => p.Values is not null)
            ? parts.SelectMany(p => p.Values!).ToArray()
            : null;
        n.Set(0, parts[0].Type, shape, values);
    }

    private static void Slice(NodeScope n)
    {
        if (n[0].Shape is not { } x) return;
        var axes = n.List("axes", 3, out var unknown);
        var (starts, ends) = n.Has("starts") ? (Attribute(n, "starts"), Attribute(n, "ends")) : (n[1].Values, n[2].Values);
        var shape = unknown ? new long?[x.Length] : [.. x];
        var cuts = x.Select(_ => (Start: 0L, Step: 1L)).ToArray();
        var count = unknown ? 0 : axes?.Length ?? starts?.Length ?? (int?)n[1].Shape?[0]
            ?? throw new InvalidOperationException("How many axes are cut is not known.");
        for (var i = 0; i < count; i++)
        {
            var axis = ShapeInference.Axis(axes?[i] ?? i, x.Length);
            var step = n.Has(4) ? n[4].Values?[i] : 1;
            var cut = x[axis] is { } d && starts?[i] is { } s && ends?[i] is { } e && step is { } by ? Cut((long)s, (long)e, (long)by, d) : null;
            shape[axis] = cut?.Length;
            if (cut is { } c) cuts[axis] = (c.Start, c.Step);
        }
        n.Set(shape, SmallValues.Move(n[0], shape, (to, from) =>
        {
            for (var i = 0; i < from.Length; i++) from[i] = cuts[i].Start + (to[i] * cuts[i].Step);
        }));
    }

    /// <summary>Clamps a cut along an axis of the given size as NumPy does.</summary>
    private static (long Start, long Step, long Length)? Cut(long start, long end, long step, long size)
    {
        var (low, high) = step > 0 ? (0, size) : (-1, size - 1);
        start = Math.Clamp(start < 0 ? start + size : start, step > 0 ? 0 : Math.Min(0, high), high);
        end = Math.Clamp(end < 0 ? end + size : end, low, high);
        var span = step > 0 ? end - start : start - end;
        var stride = Math.Abs(step);
        return (start, step, span <= 0 ? 0 : ((span - 1) / stride) + 1);
    }

    private static double?[] Attribute(NodeScope n, string name) => [.. n.Node.Integers(name).Select(v => (double?)v)];

    /// <summary>Without sizes the parts are equal; where the number of outputs does not divide, the last one is smaller.</summary>
    private static void Split(NodeScope n)
    {
        var sizes = n.List("split", 1, out var unknown);
        if (n[0].Shape is not { } x) return;
        var axis = ShapeInference.Axis(n.Node.Integer("axis", 0), x.Length);
        var parts = n.Node.Output.Count;
        var part = (x[axis] + parts - 1) / parts;
        for (var i = 0; i < parts; i++)
        {
            var shape = x.ToArray();
            shape[axis] = unknown ? null : sizes is not null ? sizes[i] : x[axis] is null ? null
                : Math.Min(part!.Value, x[axis]!.Value - (i * part.Value));
            n.Set(i, n[0].Type, shape);
        }
    }

    private static void Gather(NodeScope n)
    {
        if (n[0].Shape is not { } x || n[1].Shape is not { } indices) return;
        var axis = ShapeInference.Axis(n.Node.Integer("axis", 0), x.Length);
        var values = x.Length == 1 && n[0].Values is { } from && n[1].Integers is { } at
            ? at.Select(i => from[ShapeInference.Axis(i, from.Length)]).ToArray()
            : null;
        n.Set([.. x[..axis], .. indices, .. x[(axis + 1)..]], values);
    }

    private static void GatherND(NodeScope n)
    {
        var batch = (int)n.Node.Integer("batch_dims", 0);
        if (n[0].Shape is { } x && n[1].Shape is [.. var outer, { } depth]) n.Set([.. outer, .. x[(batch + (int)depth)..]]);
    }

    /// <summary>Pads are all fronts, then all backs; from operator set 18 on for some axes only.</summary>
    private static void Pad(NodeScope n)
    {
        if (n[0].Shape is not { } x) return;
        var pads = n.Has("pads") ? Attribute(n, "pads") : n.Has("paddings") ? Attribute(n, "paddings") : n[1].Values;
        if (n.Has(3) && n[3].Integers is null)
        {
            n.Set(new long?[x.Length]);
            return;
        }
        var axes = n[3].Integers?.Select(a => ShapeInference.Axis(a, x.Length)).ToArray() ?? [.. Enumerable.Range(0, x.Length)];
        var shape = x.ToArray();
        for (var i = 0; i < axes.Length; i++) shape[axes[i]] = checked(x[axes[i]] + (long?)pads?[i] + (long?)pads?[i + axes.Length]);
        n.Set(shape);
    }
}
