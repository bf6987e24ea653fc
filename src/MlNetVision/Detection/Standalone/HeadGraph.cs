using MlNetVision.Pipelines.Standalone;

namespace MlNetVision.Detection.Standalone;

/// <summary>Decodes one YOLO head in ONNX; the formulas are those of <see cref="YoloHeadDecoder"/>.</summary>
internal static class HeadGraph
{
    private const int BoxAttributes = 5;

    /// <summary>Appends the decoding of a raw grid.</summary>
    /// <returns>
    /// Boxes <c>1 × n × 4</c> (left, top, right, bottom; 0 to 1 across the network's input, not clipped) and scores <c>n × classes</c>,
    /// n = anchors · rows · columns in that order.
    /// </returns>
    public static (string Boxes, string Scores) Append(GraphOperators ops, YoloHead head, YoloGridShape grid, int networkWidth, int networkHeight)
    {
        var cells = Cells(ops, head, grid);
        var count = (long)head.Anchors.Count * grid.Height * grid.Width;
        var center = Center(ops, head, grid, ops.Slice(cells, 0, 2, axis: 2));
        var half = HalfSize(ops, head, grid, networkWidth, networkHeight, ops.Slice(cells, 2, 4, axis: 2));
        var boxes = ops.Concat([ops.Subtract(center, half), ops.Add(center, half)], axis: 2);
        var objectness = Probability(ops, head, ops.Slice(cells, 4, BoxAttributes, axis: 2));
        var raw = ops.Slice(cells, BoxAttributes, BoxAttributes + head.Classes, axis: 2);
        var classes = head.SoftmaxClasses ? ops.Do("Softmax", [raw], ("axis", -1L)) : Probability(ops, head, raw);
        return (ops.Reshape(boxes, 1, count, 4), ops.Reshape(ops.Multiply(objectness, classes), count, head.Classes));
    }

    /// <summary>The grid as anchors × cells × (5 + classes).</summary>
    private static string Cells(GraphOperators ops, YoloHead head, YoloGridShape grid)
    {
        var (anchors, channels, cells) = (head.Anchors.Count, BoxAttributes + head.Classes, (long)grid.Height * grid.Width);
        return head.ChannelsLast
            ? ops.Transpose(ops.Reshape(head.Output, cells, anchors, channels), 1, 0, 2)
            : ops.Transpose(ops.Reshape(head.Output, anchors, channels, cells), 0, 2, 1);
    }

    /// <summary>(cell + σ(t)·s − (s − 1)/2) / cells.</summary>
    private static string Center(GraphOperators ops, YoloHead head, YoloGridShape grid, string raw)
    {
        var shift = (head.ScaleXY - 1) / 2;
        var corners = Enumerable.Range(0, grid.Height * grid.Width)
            .SelectMany(cell => new[] { cell % grid.Width - shift, cell / grid.Width - shift }).ToArray();
        var inCell = Probability(ops, head, raw);
        if (head.ScaleXY != 1) inCell = ops.Multiply(inCell, ops.Number(head.ScaleXY));
        return ops.Multiply(ops.Add(inCell, ops.Floats(corners, 1, corners.Length / 2, 2)), ops.Floats([1f / grid.Width, 1f / grid.Height], 1, 1, 2));
    }

    /// <summary>Half of exp(t) · anchor, or of 4t² · anchor; region anchors are in cells, yolo anchors in pixels.</summary>
    private static string HalfSize(GraphOperators ops, YoloHead head, YoloGridShape grid, int networkWidth, int networkHeight, string raw)
    {
        var (width, height) = head.Kind == YoloHeadKind.Region ? (grid.Width, grid.Height) : (networkWidth, networkHeight);
        var growth = head.NewCoordinates ? ops.Multiply(raw, raw) : ops.Do("Exp", [raw]);
        var factor = head.NewCoordinates ? 2f : 0.5f;
        var anchors = head.Anchors.SelectMany(a => new[] { factor * a.Width / width, factor * a.Height / height }).ToArray();
        return ops.Multiply(growth, ops.Floats(anchors, head.Anchors.Count, 1, 2));
    }

    private static string Probability(GraphOperators ops, YoloHead head, string raw) =>
        head.NewCoordinates ? ops.Clip(raw, 0, 1) : ops.Do("Sigmoid", [raw]);
}
