using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx;

/// <summary>The layers of a network in order, with shapes, parameters and multiply-adds, and the totals.</summary>
public sealed record OnnxSummary
{
    /// <summary>The name of the model in error messages, usually its file.</summary>
    public required string Name { get; init; }

    /// <summary>The inputs as the file declares them.</summary>
    public required IReadOnlyList<OnnxValue> Inputs { get; init; }

    /// <summary>The outputs as the file declares them.</summary>
    public required IReadOnlyList<OnnxValue> Outputs { get; init; }

    /// <summary>One row per node, in the order of the graph; nodes that only hold a constant are left out.</summary>
    public required IReadOnlyList<OnnxLayer> Layers { get; init; }

    /// <summary>Parameters of the network; a tensor that several layers share counts once.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-adds of the layers where they are known; see <see cref="OnnxLayer.MultiplyAdds"/>.</summary>
    public long MultiplyAdds => (long)Decimal.Min(long.MaxValue, Layers.Sum(l => (decimal)(l.MultiplyAdds ?? 0)));

    /// <summary>Convolutions and matrix products whose multiply-adds are not known, because their shapes are not.</summary>
    public int UncountedLayers => Layers.Count(l => l.MultiplyAdds is null);

    /// <summary>The atrous (dilated) convolutions by rate, smallest first; empty where all windows are dense.</summary>
    public IReadOnlyList<AtrousRate> AtrousRates =>
    [
        .. Layers.Where(l => l.AtrousRate > 1).GroupBy(l => l.AtrousRate).OrderBy(g => g.Key).Select(g => new AtrousRate(g.Key, g.Count())),
    ];

    /// <summary>
    /// How many input pixels lie side by side for one element of the feature map that the atrous convolutions work on (the smallest
    /// one, if several); without any, of the smallest map that a convolution with a window makes. DeepLab's output stride:
    /// arXiv:1706.05587, section 3. Null where sizes are not known.
    /// </summary>
    public int? OutputStride
    {
        get
        {
            var windows = Layers.Where(l => l.Type == "Conv" && l.Kernel.Any(k => k > 1) && l.Height > 1).ToList();
            var maps = windows.Any(l => l.AtrousRate > 1) ? windows.Where(l => l.AtrousRate > 1) : windows;
            var smallest = maps.Select(l => l.Height!.Value).DefaultIfEmpty(0).Min();
            var input = Inputs.Select(i => i.Shape is [_, <= 4, { } h, _] ? h : i.Shape is [_, { } rows, _, <= 4] ? rows : 0).FirstOrDefault();
            return smallest > 0 && input > 0 ? (int)Math.Round((double)input / smallest) : null;
        }
    }

    /// <summary>
    /// A table in plain text: one row per layer with name, type, output shape, parameters, multiply-adds and what it is connected to, then the
    /// totals, atrous rates and output stride.
    /// </summary>
    public string ToTable() => SummaryTable.Write(this);

    /// <summary>
    /// The summary as JSON: <c>name</c>, <c>inputs</c>, <c>outputs</c>, <c>layers</c> (<c>name</c>, <c>type</c>, <c>connectedTo</c>, <c>output</c>,
    /// <c>outputType</c>,
    /// <c>outputShape</c>, <c>parameters</c>, <c>multiplyAdds</c>; convolutions and poolings also <c>kernel</c>, <c>strides</c>, <c>dilations</c>,
    /// <c>groups</c>),
    /// <c>parameters</c>, <c>multiplyAdds</c>, <c>uncountedLayers</c>, <c>atrousRates</c>
    /// (<c>rate</c>, <c>layers</c>), <c>outputStride</c>. What is not known is null.
    /// </summary>
    /// <param name="indented">Whether to break lines. Default true.</param>
    public string ToJson(bool indented = true) => SummaryJson.Write(this, indented);
}

/// <summary>A row of the layer table: one node of the graph.</summary>
/// <param name="Name">The name of the node, or of its first output where the node has none; <see cref="OnnxModel.Cut"/> takes it.</param>
/// <param name="Type">The operator, such as <c>Conv</c>; with its domain where that is not ONNX's own.</param>
/// <param name="OutputShape">The dimensions of the first output, null where one is not known; null as a whole where the rank is not known.</param>
/// <param name="Parameters">Elements of the initializers that the layer uses: weights, biases, statistics. Shapes, axes and limits do not
/// count.</param>
/// <param name="MultiplyAdds">Multiply-adds of a convolution or matrix product, biases not counted; 0 for other layers, null where shapes are not
/// known.</param>
public sealed record OnnxLayer(string Name, string Type, IReadOnlyList<long?>? OutputShape, long Parameters, long? MultiplyAdds)
{
    /// <summary>The name of the first output tensor.</summary>
    public required string Output { get; init; }

    /// <summary>The layers and inputs of the network that it reads, by name, each once; initializers do not count.</summary>
    public IReadOnlyList<string> ConnectedTo { get; init; } = [];

    /// <summary>The element type of the first output, undefined where it is not known.</summary>
    public required DataType OutputType { get; init; }

    /// <summary>Height and width of the window of a convolution or pooling; empty for other layers.</summary>
    public IReadOnlyList<long> Kernel { get; init; } = [];

    /// <summary>Steps of the window along height and width; empty for layers without a window.</summary>
    public IReadOnlyList<long> Strides { get; init; } = [];

    /// <summary>The atrous rate along height and width, 1 for a dense window; empty for layers without a window.</summary>
    public IReadOnlyList<long> Dilations { get; init; } = [];

    /// <summary>The larger of the two <see cref="Dilations"/> of a convolution; 1 where it is dense, and for other layers.</summary>
    public long AtrousRate => Type == "Conv" ? Dilations.DefaultIfEmpty(1).Max() : 1;

    /// <summary>Rows of an output N × C × H × W, where they are known.</summary>
    internal long? Height => OutputShape is [_, _, var height, _] ? height : null;

    /// <summary>Groups of channels that a convolution keeps apart. Default 1.</summary>
    public long Groups { get; init; } = 1;
}

/// <summary>The atrous (dilated) convolutions of one rate.</summary>
/// <param name="Rate">The distance between the elements that a window takes, above 1.</param>
/// <param name="Layers">How many convolutions have it.</param>
public readonly record struct AtrousRate(long Rate, int Layers);
