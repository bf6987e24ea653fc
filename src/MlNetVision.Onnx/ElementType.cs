using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx;

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

    /// <summary>The number of elements: the product of dimensions, 1 where there are none; null where one is negative or the product does not fit in 63 bits.</summary>
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
