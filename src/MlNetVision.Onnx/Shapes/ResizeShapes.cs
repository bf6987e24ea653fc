namespace MlNetVision.Onnx.Shapes;

/// <summary>Operators that change the size of images.</summary>
internal static class ResizeShapes
{
    public static IEnumerable<(string Operator, ShapeRule Rule)> Rules =>
    [
        ("Resize", Resize),
        ("Upsample", n => Scale(n, n.Has("scales") ? [.. n.Node.Find("scales")!.Floats.Select(f => (double?)f)] : n[1].Values)),
        ("SpaceToDepth", n => Blocks(n, (c, b) => c * b * b, (d, b) => d / b)),
        ("DepthToSpace", n => Blocks(n, (c, b) => c / (b * b), (d, b) => d * b)),
        ("Crop", Crop),
        ("ImageScaler", OperatorRules.Same),
    ];

    /// <summary>Operator set 10 takes scales; from 11 on either scales or sizes, and from 18 on for some axes only.</summary>
    private static void Resize(NodeScope n)
    {
        if (n.OperatorSet < 11) Scale(n, n[1].Values);
        else if (n.Has(3)) Sizes(n, n[3].Values);
        else if (n.Node.Text("coordinate_transformation_mode", "") == "tf_crop_and_resize") n.Set(NodeScope.Free(n[0].Shape?.Length));
        else Scale(n, n[2].Values);
    }

    private static void Scale(NodeScope n, double?[]? scales)
    {
        if (n[0].Shape is not { } x) return;
        var axes = Axes(n, x.Length);
        var shape = x.ToArray();
        // ONNX Runtime multiplies in single precision and cuts off the fraction.
        for (var i = 0; i < axes.Length; i++) shape[axes[i]] = scales?[i] is { } s && x[axes[i]] is { } d ? (long)((float)s * d) : null;
        n.Set(shape);
    }

    private static void Sizes(NodeScope n, double?[]? sizes)
    {
        if (n[0].Shape is not { } x) return;
        var axes = Axes(n, x.Length);
        var shape = x.ToArray();
        for (var i = 0; i < axes.Length; i++) shape[axes[i]] = (long?)sizes?[i];
        if (n.Node.Text("keep_aspect_ratio_policy", "stretch") is not "stretch" and var policy)
        {
            var ratios = axes.Select(a => shape[a] / (double?)x[a]).ToArray();
            double? scale = ratios.Contains(null) ? null : policy == "not_larger" ? ratios.Min() : ratios.Max();
            foreach (var a in axes) shape[a] = scale is null ? null : (long)Math.Floor((scale.Value * x[a]!.Value) + 0.5);
        }
        n.Set(shape);
    }

    private static int[] Axes(NodeScope n, int rank) =>
        n.Has("axes") ? [.. n.Node.Integers("axes").Select(a => ShapeInference.Axis(a, rank))] : [.. Enumerable.Range(0, rank)];

    private static void Blocks(NodeScope n, Func<long, long, long> channels, Func<long, long, long> side)
    {
        if (n[0].Shape is not [var batch, var c, var h, var w]) return;
        var block = n.Node.Integer("blocksize", 0);
        n.Set([batch, c is null ? null : channels(c.Value, block), h is null ? null : side(h.Value, block), w is null ? null : side(w.Value, block)]);
    }

    /// <summary>An operator of ONNX before 1.5 that Core ML's converters wrote: border is left, top, right, bottom; scale is height, width.</summary>
    private static void Crop(NodeScope n)
    {
        if (n[0].Shape is not [var batch, var c, var h, var w]) return;
        var border = n.Node.Integers("border");
        n.Set(n.Has("scale")
            ? [batch, c, .. n.Node.Integers("scale").Select(s => (long?)s)]
            : [batch, c, h - border[1] - border[3], w - border[0] - border[2]]);
    }
}
