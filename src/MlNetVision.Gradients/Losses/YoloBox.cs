using MlNetVision.Onnx;

namespace MlNetVision.Gradients.Losses;

/// <summary>Boxes in a graph: centres and sizes, in tensors whose shapes broadcast.</summary>
internal sealed record YoloBox(GraphTensor X, GraphTensor Y, GraphTensor Width, GraphTensor Height)
{
    public GraphTensor Area => Width * Height;

    /// <summary>Boxes from a tensor K × 4.</summary>
    public static YoloBox OfColumns(GraphTensor boxes) =>
        new(boxes.Columns(0, 1), boxes.Columns(1, 2), boxes.Columns(2, 3), boxes.Columns(3, 4));

    /// <summary>The area that two boxes share.</summary>
    public GraphTensor Intersection(YoloBox other) =>
        Shared(X, Width, other.X, other.Width) * Shared(Y, Height, other.Y, other.Height);

    /// <summary>Intersection over union.</summary>
    public GraphTensor Iou(YoloBox other)
    {
        var shared = Intersection(other);
        return shared / Union(other, shared);
    }

    /// <summary>The overlap by which a loss goes: IoU less the penalty of its kind.</summary>
    public GraphTensor Overlap(YoloBox other, YoloBoxLoss kind, LossWriter writer)
    {
        var shared = Intersection(other);
        var union = Union(other, shared);
        var iou = shared / union;
        if (kind == YoloBoxLoss.Iou) return iou;
        var (width, height) = (Span(X, Width, other.X, other.Width), Span(Y, Height, other.Y, other.Height));
        if (kind == YoloBoxLoss.Giou) return iou - (((width * height) - union) / (width * height));
        var distance = ((X - other.X).Square() + (Y - other.Y).Square()) / (width.Square() + height.Square());
        if (kind == YoloBoxLoss.Diou) return iou - distance;
        const float FourByPiSquared = 0.40528473f;
        var v = ((other.Width / other.Height).Do("Atan") - (Width / Height).Do("Atan")).Square() * FourByPiSquared;
        // Two equal boxes have v = 0 and 1 − IoU = 0.
        var alpha = writer.Detached(v / ((1 - iou) + v + 1e-9f));
        return iou - distance - (alpha * v);
    }

    private GraphTensor Union(YoloBox other, GraphTensor shared) => (Area + other.Area - shared).Max(X.Graph.Scalar(1e-12f));

    private static GraphTensor Shared(GraphTensor x, GraphTensor size, GraphTensor otherX, GraphTensor otherSize) =>
        ((x + (size * 0.5f)).Do("Min", otherX + (otherSize * 0.5f)) - (x - (size * 0.5f)).Max(otherX - (otherSize * 0.5f))).Relu();

    private static GraphTensor Span(GraphTensor x, GraphTensor size, GraphTensor otherX, GraphTensor otherSize) =>
        (x + (size * 0.5f)).Max(otherX + (otherSize * 0.5f)) - (x - (size * 0.5f)).Do("Min", otherX - (otherSize * 0.5f));
}
