namespace MlNetVision.Onnx.Import.Darknet;

/// <summary>What a network starts its training with.</summary>
public sealed record DarknetTrainingOptions
{
    /// <summary>0.99, Darknet's own.</summary>
    internal const float DarknetMomentum = .99f;

    /// <summary>
    /// A <c>.weights</c> file of the network as its <c>.cfg</c> states it, before <see cref="Classes"/> and the other changes: the layers that they do not
    /// change keep their values. Null, the default: all values are random.
    /// </summary>
    public string? WeightsFile { get; init; }

    /// <summary>
    /// Whether the file may end after any layer, as <c>darknet19_448.conv.23</c> does; the layers after it are random. Default false: the file holds
    /// all layers.
    /// </summary>
    public bool WeightsMayEnd { get; init; }

    /// <summary>The random seed; default 0. One seed gives each layer the same values, whatever the layers before it are.</summary>
    public int Seed { get; init; }

    /// <summary>The height of the input in pixels; null, the default: that of the <c>.cfg</c>.</summary>
    public int? Height { get; init; }

    /// <summary>The width of the input in pixels; null, the default: that of the <c>.cfg</c>.</summary>
    public int? Width { get; init; }

    /// <summary>
    /// The number of classes of all heads, 1 or more; <c>filters</c> of the convolution before each head follows, as anchors · (5 + classes). Null, the
    /// default: that of the <c>.cfg</c>. A convolution before a head whose classes change starts with random values.
    /// </summary>
    public int? Classes { get; init; }

    /// <summary>
    /// Whether the convolutions before the heads start with random values even where there are as many classes and anchors as before: other classes of the
    /// same number. Default false.
    /// </summary>
    public bool NewHeads { get; init; }

    /// <summary>
    /// The anchors of all heads, width and height in turn: of <c>[region]</c> in cells of the grid, of <c>[yolo]</c> in pixels of the input. Another
    /// number of them is dealt out evenly to the heads of <c>[yolo]</c>, in the order of their masks, and the convolutions before start with random values.
    /// Null, the default: those of the <c>.cfg</c>.
    /// </summary>
    public IReadOnlyList<float>? Anchors { get; init; }

    /// <summary>
    /// The weight of the old running statistics of batch normalisation at each step, 0 to below 1. Default 0.99, as Darknet has it, which follows the last
    /// few hundred steps; short runs take less.
    /// </summary>
    public float Momentum { get; init; } = DarknetMomentum;

    internal void Validate()
    {
        if (Height < 1 || Width < 1) throw new ArgumentException($"The size is {Height}×{Width}; expected 1 or more.");
        if (Classes is < 1) throw new ArgumentException($"Classes is {Classes}; expected 1 or more.");
        if (Momentum is not (>= 0 and < 1)) throw new ArgumentException($"Momentum is {Momentum}; expected 0 to below 1.");
        if (WeightsFile is { Length: 0 }) throw new ArgumentException("WeightsFile is empty; expected the path of a file, or null.");
        if (Anchors is null) return;
        if (Anchors.Count == 0 || Anchors.Count % 2 != 0)
            throw new ArgumentException($"Anchors has {Anchors.Count} numbers; expected pairs of width and height.");
        if (Anchors.Any(a => !(a > 0 && float.IsFinite(a))))
            throw new ArgumentException("Anchors has a number that is not above 0; expected widths and heights.");
    }
}
