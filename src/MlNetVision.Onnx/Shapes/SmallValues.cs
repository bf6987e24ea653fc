namespace MlNetVision.Onnx.Shapes;

/// <summary>Moves the elements of small tensors whose values are followed.</summary>
internal static class SmallValues
{
    /// <summary>Larger tensors are not followed: shapes are short, and a hostile file gets no memory out of it.</summary>
    public const int Limit = 64;

    /// <summary>Combines two lists element by element, where they are of one length or one of them is a single value.</summary>
    public static double?[]? Zip(double?[]? a, double?[]? b, Func<double, double, double> combine)
    {
        if (a is null || b is null || (a.Length != b.Length && a.Length != 1 && b.Length != 1)) return null;
        if (a.Length == 0 || b.Length == 0) return [];
        var result = new double?[Math.Max(a.Length, b.Length)];
        for (var i = 0; i < result.Length; i++)
        {
            var (x, y) = (a[a.Length == 1 ? 0 : i], b[b.Length == 1 ? 0 : i]);
            result[i] = x is null || y is null ? null : combine(x.Value, y.Value);
        }
        return result;
    }

    /// <summary>
    /// A tensor of the shape <paramref name="target"/>, each element taken from the place in <paramref name="source"/>
    /// that <paramref name="map"/> writes into its second argument; null where a shape is not known or too large.
    /// </summary>
    public static double?[]? Move(TensorFact source, long?[] target, Action<long[], long[]> map)
    {
        if (source.Values is not { } values || source.Shape is not { } shape || source.Count != values.Length) return null;
        if (new TensorFact(source.Type, target).Count is not { } count || count > Limit) return null;
        var result = new double?[count];
        var (to, from) = (new long[target.Length], new long[shape.Length]);
        for (var i = 0L; i < count; i++)
        {
            var rest = i;
            for (var d = target.Length - 1; d >= 0; d--) (rest, to[d]) = Math.DivRem(rest, target[d]!.Value);
            map(to, from);
            var at = 0L;
            for (var d = 0; d < shape.Length; d++) at = (at * shape[d]!.Value) + from[d];
            result[i] = values[at];
        }
        return result;
    }
}
