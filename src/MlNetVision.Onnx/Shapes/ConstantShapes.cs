using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx.Shapes;

/// <summary>Operators that make tensors out of attributes, shapes and numbers.</summary>
internal static class ConstantShapes
{
    public static IEnumerable<(string Operator, ShapeRule Rule)> Rules =>
    [
        ("Constant", Constant),
        ("ConstantOfShape", Filled),
        ("Shape", ShapeOf),
        ("Size", n => n.Set(0, DataType.Int64, [], n[0].Count is { } c ? [c] : [null])),
        ("Range", Range),
        ("EyeLike", n => n.Set(0, n.Has("dtype") ? (DataType)n.Node.Integer("dtype", 1) : n[0].Type, n[0].Shape)),
        ("NonZero", n => n.Set(0, DataType.Int64, [n[0].Shape?.Length, null])),
        ("NonMaxSuppression", n => n.Set(0, DataType.Int64, [null, 3])),
        ("RandomNormal", Random),
        ("RandomUniform", Random),
        .. OperatorRules.Each(n => n.Set(0, n.Has("dtype") ? (DataType)n.Node.Integer("dtype", 1) : n[0].Type, n[0].Shape), "RandomNormalLike",
            "RandomUniformLike"),
        ("OneHot", OneHot),
    ];

    private static void Constant(NodeScope n)
    {
        foreach (var a in n.Node.Attribute)
        {
            var fact = a.Name switch
            {
                "value" when a.T is not null => ShapeInference.OfInitializer(a.T),
                "value_int" => new TensorFact(DataType.Int64, []) { Values = [a.I] },
                "value_float" => new TensorFact(DataType.Float, []) { Values = [a.F] },
                "value_ints" => new TensorFact(DataType.Int64,
                    [a.Ints.Count]) { Values = [.. a.Ints.Take(SmallValues.Limit + 1).Select(v => (double?)v)] },
                "value_floats" => new TensorFact(DataType.Float,
                    [a.Floats.Count]) { Values = [.. a.Floats.Take(SmallValues.Limit + 1).Select(v => (double?)v)] },
                "value_string" => new TensorFact(DataType.String, []),
                "value_strings" => new TensorFact(DataType.String, [a.Strings.Count]),
                _ => TensorFact.Unknown,
            };
            n.Set(0, fact.Type, fact.Shape, fact.Values);
        }
    }

    private static void Filled(NodeScope n)
    {
        var value = n.Node.Find("value")?.T is { } t ? ShapeInference.OfInitializer(t) : new TensorFact(DataType.Float, [1]) { Values = [0] };
        var fact = new TensorFact(value.Type, Dimensions(n[0]));
        n.Set(0, fact.Type, fact.Shape,
            fact.Count is <= SmallValues.Limit and { } count && value.Values is { Length: 1 } v ? [.. Enumerable.Repeat(v[0], (int)count)] : null);
    }

    /// <summary>The dimensions that a tensor of integers holds.</summary>
    public static long?[]? Dimensions(TensorFact list) =>
        list.Values is { } values ? [.. values.Select(v => (long?)v)] : list.Shape is [var rank] ? NodeScope.Free(rank) : null;

    private static void ShapeOf(NodeScope n)
    {
        if (n[0].Shape is not { } x)
        {
            n.Set(0, DataType.Int64, [null]);
            return;
        }
        var start = Clamp(n.Node.Integer("start", 0), x.Length);
        var end = Math.Max(start, Clamp(n.Node.Integer("end", x.Length), x.Length));
        n.Set(0, DataType.Int64, [end - start], [.. x[start..end].Select(d => (double?)d)]);
    }

    private static int Clamp(long axis, int rank) => (int)Math.Clamp(axis < 0 ? axis + rank : axis, 0, rank);

    private static void Range(NodeScope n)
    {
        if (n[0].Values is not [{ } start] || n[1].Values is not [{ } limit] || n[2].Values is not [{ } step] || step == 0)
        {
            n.Set([null]);
            return;
        }
        var count = Math.Max(0, Math.Ceiling((limit - start) / step));
        n.Set([(long)count], count <= SmallValues.Limit ? [.. Enumerable.Range(0, (int)count).Select(i => (double?)(start + (i * step)))] : null);
    }

    private static void Random(NodeScope n) =>
        n.Set(0, (DataType)n.Node.Integer("dtype", 1), [.. n.Node.Integers("shape").Select(d => (long?)d)]);

    private static void OneHot(NodeScope n)
    {
        if (n[0].Shape is not { } x) return;
        var axis = ShapeInference.Axis(n.Node.Integer("axis", -1), x.Length + 1);
        n.Set(0, n[2].Type, [.. x[..axis], n[1].Integers is [var depth] ? depth : null, .. x[axis..]]);
    }
}
