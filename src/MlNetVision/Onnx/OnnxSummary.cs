namespace MlNetVision.Onnx;

/// <summary>What a network is made of: its layers in order, with shapes, parameters and multiply-adds, and the totals.</summary>
public sealed record OnnxSummary
{
    /// <summary>What errors call the model, usually its file.</summary>
    public required string Name { get; init; }

    /// <summary>The inputs as the file declares them.</summary>
    public required IReadOnlyList<OnnxValue> Inputs { get; init; }

    /// <summary>The outputs as the file declares them.</summary>
    public required IReadOnlyList<OnnxValue> Outputs { get; init; }

    /// <summary>One row a node, in the order of the graph; nodes that only hold a constant are left out.</summary>
    public required IReadOnlyList<OnnxLayer> Layers { get; init; }

    /// <summary>Parameters of the network; a tensor that several layers share counts once.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-adds of the layers where they are known; see <see cref="OnnxLayer.MultiplyAdds"/>.</summary>
    public long MultiplyAdds => (long)Decimal.Min(long.MaxValue, Layers.Sum(l => (decimal)(l.MultiplyAdds ?? 0)));

    /// <summary>Convolutions and matrix products whose multiply-adds are not known, because their shapes are not.</summary>
    public int UncountedLayers => Layers.Count(l => l.MultiplyAdds is null);

    /// <summary>A table in plain text: a row a layer with name, type, output shape, parameters and multiply-adds, then the totals.</summary>
    public string ToTable() => SummaryTable.Write(this);

    /// <summary>
    /// The summary as JSON: <c>name</c>, <c>inputs</c>, <c>outputs</c>, <c>layers</c> (<c>name</c>, <c>type</c>, <c>output</c>, <c>outputType</c>,
    /// <c>outputShape</c>, <c>parameters</c>, <c>multiplyAdds</c>; convolutions and poolings also <c>kernel</c>, <c>strides</c>, <c>dilations</c>, <c>groups</c>),
    /// <c>parameters</c>, <c>multiplyAdds</c>, <c>uncountedLayers</c>. What is not known is null.
    /// </summary>
    /// <param name="indented">Whether to break lines. Default true.</param>
    public string ToJson(bool indented = true) => SummaryJson.Write(this, indented);
}
