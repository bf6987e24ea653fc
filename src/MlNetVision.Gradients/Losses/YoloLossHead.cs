namespace MlNetVision.Gradients.Losses;

/// <summary>
/// A YOLO grid as its loss sees it: a float output N × A·(5 + C) × H × W of raw values, the values of each of A anchors in the order x, y, w, h,
/// objectness, C classes. Boxes are bx = (column + σ(x))/W, by = (row + σ(y))/H, bw = eʷ·anchor width, bh = eʰ·anchor height, in fractions of the
/// network's input.
/// </summary>
public abstract record YoloLossHead
{
    private protected YoloLossHead()
    {
    }

    /// <summary>The name of the output; H and W must be known.</summary>
    public required string Grid { get; init; }

    /// <summary>Width and height of the anchors of this grid, above 0, in fractions of the network's input.</summary>
    public required IReadOnlyList<(float Width, float Height)> Anchors { get; init; }

    /// <summary>The number of classes C, 1 or more.</summary>
    public required int Classes { get; init; }

    /// <summary>
    /// Whether errors of a box of the size w × h weigh 2 − w·h, so that small ones count for more. Default true; the first versions of YOLO v2 lack it.
    /// </summary>
    public bool ScaleBySize { get; init; } = true;

    internal virtual void Validate()
    {
        if (Anchors.Count == 0) throw new ArgumentException($"The grid '{Grid}' has no anchors, expected one or more.");
        foreach (var (width, height) in Anchors) AboveZero(nameof(Anchors), width, height);
        if (Classes < 1) throw new ArgumentException($"The grid '{Grid}' has {Classes} classes, expected one or more.");
    }

    private protected void AboveZero(string name, params ReadOnlySpan<float> values)
    {
        foreach (var value in values)
            if (!(value > 0 && float.IsFinite(value))) throw new ArgumentException($"{name} of the grid '{Grid}': {value}, expected above 0.");
    }

    private protected void NotNegative(string name, float value)
    {
        if (!(value >= 0 && float.IsFinite(value))) throw new ArgumentException($"{name} of the grid '{Grid}': {value}, expected 0 or more.");
    }
}

/// <summary>
/// The head of YOLO v2, Darknet's <c>[region]</c>. With δ the error of a value after its activation, its loss is Σ scale·δ²/2 for x, y, w, h and
/// objectness, and cross-entropy for classes. Redmon and Farhadi, "YOLO9000", arXiv:1612.08242; Darknet's <c>src/region_layer.c</c>.
/// </summary>
public sealed record RegionLossHead : YoloLossHead
{
    /// <summary>Whether classes exclude each other: a softmax, else a logistic function for each. Default true.</summary>
    public bool Softmax { get; init; } = true;

    /// <summary>
    /// Whether the responsible anchor of an object is the one of the most similar shape; otherwise the one whose predicted box is. Default true.
    /// </summary>
    public bool BiasMatch { get; init; } = true;

    /// <summary>Whether the target of the objectness is the IoU of the predicted box with its object; otherwise 1. Default true.</summary>
    public bool Rescore { get; init; } = true;

    /// <summary>A prediction whose IoU with any object is larger is not taught to be none. Default 0.6.</summary>
    public float Threshold { get; init; } = 0.6f;

    /// <summary>The weight of the objectness of responsible predictions, 0 or more. Default 5.</summary>
    public float ObjectScale { get; init; } = 5;

    /// <summary>The weight of the objectness of all others, 0 or more. Default 1.</summary>
    public float NoObjectScale { get; init; } = 1;

    /// <summary>The weight of x, y, w, h, 0 or more. Default 1.</summary>
    public float CoordScale { get; init; } = 1;

    /// <summary>The weight of the classes, 0 or more. Default 1.</summary>
    public float ClassScale { get; init; } = 1;

    /// <summary>
    /// The weight of the pull of all predictions without an object towards the middle of their cell and the size of their anchor, for
    /// <see cref="YoloLoss.Feeds"/> with <c>prior</c>. Default 0.01; 0 leaves it out of the graph.
    /// </summary>
    public float PriorScale { get; init; } = 0.01f;

    internal override void Validate()
    {
        base.Validate();
        NotNegative(nameof(Threshold), Threshold);
        NotNegative(nameof(ObjectScale), ObjectScale);
        NotNegative(nameof(NoObjectScale), NoObjectScale);
        NotNegative(nameof(CoordScale), CoordScale);
        NotNegative(nameof(ClassScale), ClassScale);
        NotNegative(nameof(PriorScale), PriorScale);
    }
}

/// <summary>
/// A head of YOLO v3 and v4, Darknet's <c>[yolo]</c>: logistic cross-entropy for x, y, objectness and classes, Σ δ²/2 for w and h; or one of the losses
/// by IoU for the box. Redmon and Farhadi, "YOLOv3", arXiv:1804.02767; Darknet's <c>src/yolo_layer.c</c>.
/// </summary>
public sealed record YoloV3LossHead : YoloLossHead
{
    /// <summary>
    /// The anchors of all grids of the network, in fractions of the input, among which the most similar shape decides which grid is responsible for an
    /// object. Null, the default: this grid's own.
    /// </summary>
    public IReadOnlyList<(float Width, float Height)>? AllAnchors { get; init; }

    /// <summary>The indices of <see cref="YoloLossHead.Anchors"/> in <see cref="AllAnchors"/>. Null, the default: all in order.</summary>
    public IReadOnlyList<int>? Mask { get; init; }

    /// <summary>A prediction whose IoU with any object is larger is not taught to be none. Default 0.5.</summary>
    public float IgnoreThreshold { get; init; } = 0.5f;

    /// <summary>A prediction whose IoU with an object is larger is taught to be that object. Default 1: none.</summary>
    public float TruthThreshold { get; init; } = 1;

    /// <summary>Anchors whose shape has a larger IoU with an object than this are responsible for it, too. Default 1: only the best is.</summary>
    public float AnchorThreshold { get; init; } = 1;

    /// <summary>The factor s of bx = (column + s·σ(x) − (s − 1)/2)/W, above 0. Default 1. Bochkovskiy et al., "YOLOv4", arXiv:2004.10934.</summary>
    public float ScaleXY { get; init; } = 1;

    /// <summary>The loss of x, y, w, h. Default <see cref="YoloBoxLoss.SquaredError"/>.</summary>
    public YoloBoxLoss BoxLoss { get; init; }

    /// <summary>The weight of the box, 0 or more. Default 1.</summary>
    public float BoxScale { get; init; } = 1;

    /// <summary>The weight of the objectness, 0 or more. Default 1.</summary>
    public float ObjectScale { get; init; } = 1;

    /// <summary>The weight of the classes, 0 or more. Default 1.</summary>
    public float ClassScale { get; init; } = 1;

    internal IReadOnlyList<(float Width, float Height)> Candidates => AllAnchors ?? Anchors;

    /// <summary>The index in this grid of an anchor of <see cref="Candidates"/>, or −1.</summary>
    internal int IndexOf(int candidate)
    {
        if (Mask is null) return candidate < Anchors.Count ? candidate : -1;
        for (var i = 0; i < Mask.Count; i++)
            if (Mask[i] == candidate) return i;
        return -1;
    }

    internal override void Validate()
    {
        base.Validate();
        NotNegative(nameof(IgnoreThreshold), IgnoreThreshold);
        NotNegative(nameof(TruthThreshold), TruthThreshold);
        NotNegative(nameof(AnchorThreshold), AnchorThreshold);
        AboveZero(nameof(ScaleXY), ScaleXY);
        NotNegative(nameof(BoxScale), BoxScale);
        NotNegative(nameof(ObjectScale), ObjectScale);
        NotNegative(nameof(ClassScale), ClassScale);
        foreach (var (width, height) in Candidates) AboveZero(nameof(AllAnchors), width, height);
        if (Mask is not null && (Mask.Count != Anchors.Count || Mask.Any(m => m < 0 || m >= Candidates.Count)))
            throw new ArgumentException($"The mask of the grid '{Grid}' has {Mask.Count} numbers; expected {Anchors.Count} from 0 to {Candidates.Count - 1}.");
    }
}

/// <summary>The loss of a box of YOLO v3 and v4.</summary>
public enum YoloBoxLoss
{
    /// <summary>Logistic cross-entropy of x and y, squared errors of w and h.</summary>
    SquaredError,

    /// <summary>1 − IoU. Yu et al., "UnitBox", arXiv:1608.01471.</summary>
    Iou,

    /// <summary>1 − IoU + (c − union)/c, with c the area of the smallest box around both. Rezatofighi et al., arXiv:1902.09630.</summary>
    Giou,

    /// <summary>1 − IoU + d²/e², with d the distance of the centres and e the diagonal of the smallest box around both. Zheng et al., arXiv:1911.08287.</summary>
    Diou,

    /// <summary>
    /// The same + α·v, with v = 4/π²·(arctan w/h of the object − arctan w/h of the prediction)² and α = v/(1 − IoU + v), which gets no gradient. Zheng
    /// et al., arXiv:1911.08287.
    /// </summary>
    Ciou,
}
