using System.Globalization;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Onnx;

/// <summary>An input or output of a model: a tensor's name, element type and shape.</summary>
/// <param name="Name">The name of the tensor.</param>
/// <param name="Type">The element type; <see cref="TensorProto.Types.DataType.Undefined"/> where the file does not say it, or for what is not a tensor.</param>
/// <param name="Shape">The dimensions, outermost first; null is a free dimension. Empty for a scalar, and where <see cref="HasShape"/> is false.</param>
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
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dims } } };
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
