using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx;

/// <summary>A row of the layer table: one node of the graph.</summary>
/// <param name="Name">The name of the node, or of its first output where the node has none; <see cref="OnnxModel.Cut"/> takes it.</param>
/// <param name="Type">The operator, such as <c>Conv</c>; with its domain where that is not ONNX's own.</param>
/// <param name="OutputShape">The dimensions of the first output, null where one is not known; null as a whole where the rank is not known.</param>
/// <param name="Parameters">Elements of the initializers that the layer uses: weights, biases, statistics. Shapes, axes and limits do not count.</param>
/// <param name="MultiplyAdds">Multiply-adds of a convolution or matrix product, biases not counted; 0 for other layers, null where shapes are not known.</param>
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
