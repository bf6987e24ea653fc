using System.Globalization;
using MlNetVision.Onnx.Proto;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx;

/// <summary>An input or output of a model: a tensor's name, element type and shape.</summary>
/// <param name="Name">The name of the tensor.</param>
/// <param name="Type">The element type; <see cref="TensorProto.Types.DataType.Undefined"/> where the file does not say it, or for what is not a
/// tensor.</param>
/// <param name="Shape">The dimensions, outermost first; null is a free dimension. Empty for a scalar, and where <see cref="HasShape"/> is
/// false.</param>
public sealed record OnnxValue(string Name, TensorProto.Types.DataType Type, IReadOnlyList<long?> Shape)
{
    /// <summary>Whether the model states the number of dimensions. Default true.</summary>
    public bool HasShape { get; init; } = true;

    /// <summary>Such as <c>image: float ?×3×224×224</c>; a free dimension is a question mark.</summary>
    public override string ToString() => $"{Name}: {ElementType.Name(Type)} {(HasShape ? ShapeText(Shape) : "of unknown shape")}";

    /// <summary>A shape as text, such as <c>1×3×?×?</c>; <c>scalar</c> where there are no dimensions.</summary>
    public static string ShapeText(IReadOnlyList<long?> shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return shape.Count == 0 ? "scalar" : string.Join('×', shape.Select(d => d?.ToString(CultureInfo.InvariantCulture) ?? "?"));
    }

    /// <summary>A tensor as a graph declares it among its inputs and outputs.</summary>
    /// <param name="name">The name of the tensor.</param>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The dimensions, outermost first; negative ones are free.</param>
    public static ValueInfoProto Info(string name, TensorProto.Types.DataType type, params ReadOnlySpan<long> shape)
    {
        var dims = new TensorShapeProto();
        foreach (var d in shape)
        {
            var dim = new TensorShapeProto.Types.Dimension();
            if (d >= 0) dim.DimValue = d;
            dims.Dim.Add(dim);
        }
        return new ValueInfoProto { Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dims } } };
    }

    internal static OnnxValue From(ValueInfoProto info)
    {
        var tensor = info.Type?.TensorType;
        var type = (TensorProto.Types.DataType)(tensor?.ElemType ?? 0);
        return tensor?.Shape is { } shape
            ? new OnnxValue(info.Name, type, [.. shape.Dim.Select(Dimension)])
            : new OnnxValue(info.Name, type, []) { HasShape = false };
    }

    /// <summary>Exporters write a free dimension as a name, as nothing, or as −1.</summary>
    private static long? Dimension(TensorShapeProto.Types.Dimension d) =>
        d.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue && d.DimValue >= 0 ? d.DimValue : null;
}

/// <summary>Sizes and names of ONNX element types (TensorProto.DataType of the specification, up to IR version 13).</summary>
public static class ElementType
{
    /// <summary>NumPy's limit of 64, far above any real network. It bounds the memory and time of hostile files.</summary>
    internal const int MostDimensions = 64;

    /// <summary>Bits of one element in <c>raw_data</c>; 0 where the type is unknown or has no fixed size.</summary>
    public static int Bits(int type) => type switch
    {
        1 or 6 or 12 => 32,
        2 or 3 or 9 => 8,
        4 or 5 or 10 or 16 => 16,
        7 or 11 or 13 or 14 => 64,
        15 => 128,
        >= 17 and <= 20 or 24 => 8,   // the 8-bit floats
        >= 21 and <= 23 => 4,         // uint4, int4, float4
        25 or 26 => 2,                // uint2, int2
        _ => 0,
    };

    /// <summary>The name as ONNX writes it, in lower case: <c>float</c>, <c>uint8</c>, <c>float16</c>, …</summary>
    public static string Name(DataType type) => Enum.IsDefined(type)
        ? type.ToString().ToLowerInvariant()
        : $"type {(int)type}";

    internal static bool IsInteger(DataType type) => type is DataType.Uint8 or DataType.Int8 or DataType.Uint16 or DataType.Int16
        or DataType.Int32 or DataType.Int64 or DataType.Uint32 or DataType.Uint64;

    /// <summary>
    /// The number of elements: the product of dimensions, 1 where there are none; null where one is negative or the product does not fit in 63 bits.
    /// </summary>
    public static long? Count(IEnumerable<long> dims)
    {
        UInt128 product = 1;
        var empty = false;
        foreach (var d in dims)
        {
            if (d < 0) return null;
            if (d == 0) empty = true;
            else if (product <= long.MaxValue) product *= (ulong)d;
        }
        return empty ? 0 : product <= long.MaxValue ? (long)product : null;
    }
}
