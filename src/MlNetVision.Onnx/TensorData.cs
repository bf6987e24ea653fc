using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Google.Protobuf;
using MlNetVision.Onnx.Proto;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx;

/// <summary>Checks, reads and writes initializers, whichever of the fields of <c>TensorProto</c> holds their values.</summary>
public static class TensorData
{
    /// <summary>What is wrong with a tensor, or null where its data has the length that its shape and type ask for.</summary>
    internal static string? Problem(TensorProto tensor)
    {
        if (tensor.DataLocation == DataLocation.External) return ExternalData.NotRead(tensor);
        if (ShapeProblem(tensor) is { } problem) return problem;
        if (tensor.RawData.Length > 0 && tensor.DataType != (int)DataType.String)
        {
            var bytes = RawLength(tensor);
            return bytes == (uint)tensor.RawData.Length ? null : $"its shape {Shape(tensor)} asks for {bytes} bytes, found {tensor.RawData.Length}";
        }
        var (found, expected) = Fields(tensor, ElementType.Count(tensor.Dims)!.Value);
        return expected == (UInt128)found ? null : $"its shape {Shape(tensor)} asks for {expected} values, found {found}";
    }

    /// <summary>What is wrong with the type or the shape of a tensor; null: nothing.</summary>
    internal static string? ShapeProblem(TensorProto tensor)
    {
        var type = tensor.DataType;
        if (type != (int)DataType.String && ElementType.Bits(type) == 0) return $"its element type {type} is not one of ONNX";
        if (tensor.Dims.Count > ElementType.MostDimensions)
            return $"it has {tensor.Dims.Count} dimensions, expected at most {ElementType.MostDimensions}";
        return ElementType.Count(tensor.Dims) is null ? $"its shape {Shape(tensor)} is impossible" : null;
    }

    /// <summary>The bytes that the shape and type of a tensor without a <see cref="ShapeProblem"/> ask for as raw data.</summary>
    internal static UInt128 RawLength(TensorProto tensor) =>
        ((UInt128)ElementType.Count(tensor.Dims)!.Value * (uint)ElementType.Bits(tensor.DataType) + 7) / 8;

    /// <summary>The dimensions of a tensor in messages.</summary>
    internal static string Shape(TensorProto tensor) => string.Join('×', tensor.Dims);

    /// <summary>
    /// The values of a tensor of at most <paramref name="limit"/> elements of a type that shape arithmetic uses
    /// (int32, int64, float, bool), or null for any other, and where the data is not as long as the shape says. int64 beyond 2⁵³ are
    /// rounded, which serves: they stand for "to the end". False is 0, true 1.
    /// </summary>
    public static double[]? Small(TensorProto tensor, int limit)
    {
        if (tensor.DataLocation == DataLocation.External || ElementType.Count(tensor.Dims) is not { } count || count > limit) return null;
        if (Problem(tensor) is not null) return null;
        var raw = tensor.RawData.Span;
        var values = new double[count];
        for (var i = 0; i < values.Length; i++)
        {
            double? value = (DataType)tensor.DataType switch
            {
                DataType.Int64 => raw.IsEmpty ? tensor.Int64Data[i] : BinaryPrimitives.ReadInt64LittleEndian(raw[(8 * i)..]),
                DataType.Int32 => raw.IsEmpty ? tensor.Int32Data[i] : BinaryPrimitives.ReadInt32LittleEndian(raw[(4 * i)..]),
                DataType.Float => raw.IsEmpty ? tensor.FloatData[i] : BinaryPrimitives.ReadSingleLittleEndian(raw[(4 * i)..]),
                DataType.Bool => raw.IsEmpty ? tensor.Int32Data[i] : raw[i],
                _ => null,
            };
            if (value is null) return null;
            values[i] = value.Value;
        }
        return values;
    }

    /// <summary>Replaces the values of a float tensor, in place; its dimensions stay.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="values">As many values as its dimensions ask for, the last axis running fastest.</param>
    public static void Write(TensorProto tensor, ReadOnlySpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        tensor.FloatData.Clear();
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values));
    }

    /// <summary>
    /// The values of a float tensor of a checked model (<see cref="OnnxModel.Check"/>), the last axis running fastest. They may be the tensor's own
    /// memory.
    /// </summary>
    public static ReadOnlySpan<float> Floats(TensorProto tensor) =>
        tensor.RawData.IsEmpty ? tensor.FloatData.ToArray() : MemoryMarshal.Cast<byte, float>(tensor.RawData.Span);

    /// <summary>The number of entries of the typed field that goes with the element type, found and expected.</summary>
    private static (int Found, UInt128 Expected) Fields(TensorProto t, long count) => (DataType)t.DataType switch
    {
        DataType.Float => (t.FloatData.Count, (UInt128)count),
        DataType.Complex64 => (t.FloatData.Count, 2 * (UInt128)count),
        DataType.Double => (t.DoubleData.Count, (UInt128)count),
        DataType.Complex128 => (t.DoubleData.Count, 2 * (UInt128)count),
        DataType.Int64 => (t.Int64Data.Count, (UInt128)count),
        DataType.Uint32 or DataType.Uint64 => (t.Uint64Data.Count, (UInt128)count),
        DataType.String => (t.StringData.Count, (UInt128)count),
        _ => (t.Int32Data.Count, ElementType.Bits(t.DataType) is < 8 and var bits ? ((UInt128)count * (uint)bits + 7) / 8 : (UInt128)count),
    };
}
