using MlNetVision.Onnx;

namespace MlNetVision.Gradients.Losses;

/// <summary>
/// The loss of YOLO v2, v3 and v4 behind a network, as Darknet computes it, in standard operators. The loss of a batch is the mean over its images of
/// the sum of all terms. Which anchor answers for which object depends on shapes alone and is found here, not in the graph, but for
/// <see cref="RegionLossHead.BiasMatch"/> false.
/// </summary>
public sealed class YoloLoss
{
    private readonly YoloGridGeometry[] _grids;
    private readonly string _name;

    private YoloLoss(string name, YoloGridGeometry[] grids) => (_name, _grids) = (name, grids);

    /// <summary>The name of the loss, a scalar output of the network.</summary>
    public string Total => _name;

    /// <summary>The loss of x, y, w, h of responsible predictions, summed over all grids; a scalar output, as are all terms.</summary>
    public string Box => $"{_name}.box";

    /// <summary>The loss of the objectness of responsible predictions.</summary>
    public string Objectness => $"{_name}.objectness";

    /// <summary>The loss of the objectness of all others.</summary>
    public string NoObject => $"{_name}.no_object";

    /// <summary>The loss of the classes.</summary>
    public string Class => $"{_name}.class";

    /// <summary>The pull of predictions towards their anchors, see <see cref="RegionLossHead.PriorScale"/>.</summary>
    public string Prior => $"{_name}.prior";

    /// <summary>The names of all terms; they add up to the loss.</summary>
    public IReadOnlyList<string> Terms => [Box, Objectness, NoObject, Class, Prior];

    internal string Truth => $"{_name}.truth";

    internal string TruthClasses => $"{_name}.truth_classes";

    internal string PriorWeight => $"{_name}.prior_weight";

    /// <summary>Appends the loss to a network, which is changed in place; one in an operator set before 17 is upgraded to it.</summary>
    /// <param name="model">The network.</param>
    /// <param name="heads">Its grids, one or more.</param>
    /// <param name="name">The name of the loss. Default <c>loss</c>.</param>
    /// <exception cref="BadModelException">The network has no such float output of A·(5 + C) channels and known height and width.</exception>
    /// <exception cref="ArgumentException">There is no head, a setting is out of its range, or an output has the loss's name.</exception>
    public static YoloLoss Add(OnnxModel model, IReadOnlyList<YoloLossHead> heads, string name = "loss")
    {
        ArgumentNullException.ThrowIfNull(heads);
        if (heads.Count == 0) throw new ArgumentException("Expected one grid or more.", nameof(heads));
        foreach (var head in heads) head.Validate();
        var writer = new LossWriter(model, name);
        var loss = new YoloLoss(name, [.. heads.Select(h => YoloGridGeometry.Of(writer, h, model.Name))]);
        new YoloLossGraph(writer, loss).Write(loss._grids);
        return loss;
    }

    /// <summary>The inputs of the loss for a batch, to be fed beside the images.</summary>
    /// <param name="batch">The objects of each image, in the order of Darknet's labels: where two claim one prediction, the later one has it.</param>
    /// <param name="prior">Whether predictions are pulled towards their anchors, as Darknet does for the first 12,800 images. Default false.</param>
    /// <exception cref="ArgumentException">The class of an object is none of the network's, or its box is not a number or of no size.</exception>
    public IReadOnlyDictionary<string, TrainingFeed> Feeds(IReadOnlyList<IReadOnlyList<YoloObject>> batch, bool prior = false)
    {
        ArgumentNullException.ThrowIfNull(batch);
        foreach (var found in batch.SelectMany(objects => objects)) found.Validate(_grids[0].Head.Classes);
        var feeds = new Dictionary<string, TrainingFeed>(StringComparer.Ordinal) { [Truth] = YoloTargets.Truth(batch) };
        if (_grids.Any(g => g.HasPrior)) feeds[PriorWeight] = TrainingFeed.Of<float>(new[] { prior ? 1f : 0 }, 1);
        if (_grids.Any(g => g.TeachesByOverlap)) feeds[TruthClasses] = YoloTargets.TruthClasses(batch, _grids[0].Head.Classes);
        foreach (var grid in _grids) YoloTargets.Assign(grid, batch, feeds);
        return feeds;
    }
}

/// <summary>An object of the ground truth. Its box is given in fractions of the network's input, 0 to 1.</summary>
/// <param name="X">The centre, from the left.</param>
/// <param name="Y">The centre, from the top.</param>
/// <param name="Width">The width, above 0.</param>
/// <param name="Height">The height, above 0.</param>
/// <param name="Class">The index of its class.</param>
public readonly record struct YoloObject(float X, float Y, float Width, float Height, int Class)
{
    internal void Validate(int classes)
    {
        if (Class < 0 || Class >= classes) throw new ArgumentException($"An object has the class {Class}, expected 0 to {classes - 1}.");
        if (!(X is >= 0 and <= 1 && Y is >= 0 and <= 1 && Width > 0 && Height > 0 && float.IsFinite(Width) && float.IsFinite(Height)))
            throw new ArgumentException(FormattableString.Invariant(
                $"An object has the box {X}, {Y}, {Width}, {Height}; expected a centre from 0 to 1 and a width and height above 0."));
    }
}

/// <summary>A head with the size of its grid.</summary>
internal sealed record YoloGridGeometry(YoloLossHead Head, GraphTensor Grid, int Height, int Width)
{
    public int Anchors => Head.Anchors.Count;

    public int Cells => Height * Width;

    /// <summary>Values of a prediction before its classes.</summary>
    public const int BoxAttributes = 5;

    public int Attributes => BoxAttributes + Head.Classes;

    public string Positions => $"{Head.Grid}.positions";

    public string Boxes => $"{Head.Grid}.boxes";

    public string Classes => $"{Head.Grid}.classes";

    public bool HasPrior => Head is RegionLossHead { PriorScale: > 0 };

    public bool TeachesByOverlap => Head is YoloV3LossHead { TruthThreshold: < 1 };

    public float ScaleXY => Head is YoloV3LossHead yolo ? yolo.ScaleXY : 1;

    public static YoloGridGeometry Of(LossWriter writer, YoloLossHead head, string model)
    {
        var grid = writer.Tensor(head.Grid);
        var shape = writer.ShapeOf(grid);
        var channels = head.Anchors.Count * (BoxAttributes + (long)head.Classes);
        return shape is [_, var found, > 0 and <= int.MaxValue, > 0 and <= int.MaxValue] && found == channels
            ? new YoloGridGeometry(head, grid, (int)shape[2], (int)shape[3])
            : throw new BadModelException(
                $"{model}: '{head.Grid}' is {OnnxValue.ShapeText([.. shape.Select(d => d < 0 ? (long?)null : d)])}; expected N × {channels} "
                + $"({head.Anchors.Count} anchors × (5 + {head.Classes} classes)) × H × W of known height and width.");
    }
}
