using System.Buffers.Binary;

namespace MlNetVision.Onnx.Import.Torch7;

/// <summary>What a tensor or storage holds: a number of so many bytes, little-endian.</summary>
/// <param name="Name">Its name in Torch, such as <c>Float</c>.</param>
/// <param name="Bytes">Bytes a number.</param>
/// <param name="Read">Reads the number that the bytes start with.</param>
internal sealed record Torch7Element(string Name, int Bytes, Torch7Element.Reader Read)
{
    private const string Namespace = "torch.";
    private const string Cuda = "Cuda";

    // Files hold what was on a graphics card as ordinary numbers; "Cuda" by itself means floats.
    private static readonly Dictionary<string, Torch7Element> All = new Torch7Element[]
    {
        new("Byte", 1, b => b[0]),
        new("Char", 1, b => (sbyte)b[0]),
        new("Short", 2, b => BinaryPrimitives.ReadInt16LittleEndian(b)),
        new("Int", 4, b => BinaryPrimitives.ReadInt32LittleEndian(b)),
        new("Long", 8, b => BinaryPrimitives.ReadInt64LittleEndian(b)),
        new("Half", 2, b => (float)BinaryPrimitives.ReadHalfLittleEndian(b)),
        new("Float", 4, BinaryPrimitives.ReadSingleLittleEndian),
        new("Double", 8, b => (float)BinaryPrimitives.ReadDoubleLittleEndian(b)),
    }.ToDictionary(e => e.Name, StringComparer.Ordinal);

    public delegate float Reader(ReadOnlySpan<byte> bytes);

    /// <summary>The element of a class such as <c>torch.FloatTensor</c> or <c>torch.CudaStorage</c>, whose name ends as said; or null.</summary>
    public static Torch7Element? Of(string className, string ending)
    {
        if (!className.StartsWith(Namespace, StringComparison.Ordinal) || !className.EndsWith(ending, StringComparison.Ordinal)) return null;
        var name = className.AsSpan(Namespace.Length..^ending.Length);
        if (name.StartsWith(Cuda, StringComparison.Ordinal)) name = name.Length == Cuda.Length ? "Float" : name[Cuda.Length..];
        return All.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var element) ? element : null;
    }
}
