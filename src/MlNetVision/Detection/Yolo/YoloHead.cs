namespace MlNetVision.Detection;

/// <summary>
/// One output of a YOLO network: a raw grid <c>N × (anchors · (5 + classes)) × H × W</c> as the last convolution
/// leaves it, before any logistic, exponential or softmax.
/// Channels run anchor by anchor: x, y, w, h, objectness, then one channel a class.
/// </summary>
public sealed record YoloHead
{
    /// <summary>The name of the ONNX output that holds the grid.</summary>
    public required string Output { get; init; }

    /// <summary>How the grid is decoded.</summary>
    public required YoloHeadKind Kind { get; init; }

    /// <summary>
    /// Widths and heights of the anchors of this head (already chosen by the mask), in the order of the channels:
    /// in grid cells for <see cref="YoloHeadKind.Region"/>, in pixels of the network's input for <see cref="YoloHeadKind.Yolo"/>.
    /// </summary>
    public required IReadOnlyList<AnchorSize> Anchors { get; init; }

    /// <summary>The number of classes.</summary>
    public required int Classes { get; init; }

    /// <summary>Darknet's <c>scale_x_y</c> (YOLO v4): the centre is σ(t)·s − (s − 1)/2 within its cell. 1 leaves σ(t).</summary>
    public float ScaleXY { get; init; } = 1;

    /// <summary>Whether classes go through a softmax (YOLO v2) or each through a logistic function (YOLO v3).</summary>
    public bool SoftmaxClasses { get; init; }

    /// <summary>
    /// Darknet's <c>new_coords=1</c> (Scaled-YOLO v4): the network's own activation has made x, y, objectness and classes
    /// logistic, and width and height are (2t)² times the anchor.
    /// </summary>
    public bool NewCoordinates { get; init; }

    /// <summary>Whether the grid lies as <c>N × H × W × C</c> (Keras, YAD2K) and not as <c>N × C × H × W</c>.</summary>
    public bool ChannelsLast { get; init; }
}
