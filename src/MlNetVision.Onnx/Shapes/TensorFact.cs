using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx.Shapes;

/// <summary>What is known of a tensor without running the network.</summary>
/// <param name="Type">The element type, or undefined.</param>
/// <param name="Shape">The dimensions, null where one is not known; null as a whole where the rank is not known.</param>
public sealed record TensorFact(DataType Type, long?[]? Shape)
{
    /// <summary>A tensor of which nothing is known.</summary>
    public static TensorFact Unknown { get; } = new(DataType.Undefined, null);

    /// <summary>
    /// The values of a small tensor that shapes may be worked out from, null where one is not known.
    /// Exact up to 2⁵³; larger ones only ever mean "to the end".
    /// </summary>
    public double?[]? Values { get; init; }

    /// <summary>The values where all are known, as integers.</summary>
    public long[]? Integers => Values is { } v && v.All(x => x.HasValue) ? [.. v.Select(x => (long)x!.Value)] : null;

    /// <summary>The number of elements, where it is known.</summary>
    public long? Count => Shape is { } s && s.All(d => d.HasValue) ? ElementType.Count(s.Select(d => d!.Value)) : null;

    /// <summary>Takes from <paramref name="other"/> what is not known here.</summary>
    public TensorFact Or(TensorFact other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var shape = Shape is null ? other.Shape
            : other.Shape?.Length == Shape.Length ? [.. Shape.Select((d, i) => d ?? other.Shape[i])]
            : Shape;
        return this with { Type = Type == DataType.Undefined ? other.Type : Type, Shape = shape };
    }
}
