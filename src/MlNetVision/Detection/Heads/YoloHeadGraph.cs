using MlNetVision.Onnx;

namespace MlNetVision.Detection;

/// <summary>Decodes one YOLO head in ONNX; the formulas are those of <see cref="YoloHeadDecoder"/>.</summary>
internal static class YoloHeadGraph
{
    private const int BoxAttributes = YoloHead.BoxAttributes;

    /// <summary>Appends the decoding of a raw grid.</summary>
    /// <returns>
    /// Boxes <c>1 × n × 4</c> (left, top, right, bottom; 0 to 1 across the network's input, not clipped) and scores <c>n × classes</c>,
    /// n = anchors · rows · columns in that order.
    /// </returns>
    public static HeadTensors Append(GraphWriter graph, YoloHead head, YoloGridShape grid, int networkWidth, int networkHeight)
    {
        var cells = Cells(graph, head, grid);
        var count = (long)head.Anchors.Count * grid.Height * grid.Width;
        var center = Center(head, grid, cells.Slice(0, 2, axis: 2));
        var half = HalfSize(head, grid, networkWidth, networkHeight, cells.Slice(2, 4, axis: 2));
        var boxes = graph.Concat([center - half, center + half], axis: 2);
        var objectness = Probability(head, cells.Slice(4, BoxAttributes, axis: 2));
        var raw = cells.Slice(BoxAttributes, BoxAttributes + head.Classes, axis: 2);
        var classes = head.SoftmaxClasses ? raw.Softmax(-1) : Probability(head, raw);
        return new(boxes.Reshape(1, count, 4), (objectness * classes).Reshape(count, head.Classes), count);
    }

    /// <summary>The grid as anchors × cells × (5 + classes).</summary>
    private static GraphTensor Cells(GraphWriter graph, YoloHead head, YoloGridShape grid)
    {
        var (anchors, channels, cells) = (head.Anchors.Count, BoxAttributes + head.Classes, (long)grid.Height * grid.Width);
        return head.ChannelsLast
            ? graph[head.Output].Reshape(cells, anchors, channels).Transpose(1, 0, 2)
            : graph[head.Output].Reshape(anchors, channels, cells).Transpose(0, 2, 1);
    }

    /// <summary>(cell + σ(t)·s − (s − 1)/2) / cells.</summary>
    private static GraphTensor Center(YoloHead head, YoloGridShape grid, GraphTensor raw)
    {
        var shift = (head.ScaleXY - 1) / 2;
        var corners = Enumerable.Range(0, grid.Height * grid.Width)
            .SelectMany(cell => new[] { cell % grid.Width - shift, cell / grid.Width - shift }).ToArray();
        var inCell = Probability(head, raw);
        if (head.ScaleXY != 1) inCell *= head.ScaleXY;
        return (inCell + raw.Graph.Floats(corners, 1, corners.Length / 2, 2)) * raw.Graph.Floats([1f / grid.Width, 1f / grid.Height], 1, 1, 2);
    }

    /// <summary>Half of exp(t) · anchor, or of 4t² · anchor; region anchors are in cells, yolo anchors in pixels.</summary>
    private static GraphTensor HalfSize(YoloHead head, YoloGridShape grid, int networkWidth, int networkHeight, GraphTensor raw)
    {
        var (width, height) = head.Kind == YoloHeadKind.Region ? (grid.Width, grid.Height) : (networkWidth, networkHeight);
        var growth = head.NewCoordinates ? raw.Square() : raw.Exp();
        var factor = head.NewCoordinates ? 2f : 0.5f;
        var anchors = head.Anchors.SelectMany(a => new[] { factor * a.Width / width, factor * a.Height / height }).ToArray();
        return growth * raw.Graph.Floats(anchors, head.Anchors.Count, 1, 2);
    }

    private static GraphTensor Probability(YoloHead head, GraphTensor raw) => head.NewCoordinates ? raw.Clip(0, 1) : raw.Sigmoid();
}
