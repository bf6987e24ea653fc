using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlNetVision.Training;

/// <summary>The SHA-256 of an image file.</summary>
[InlineArray(Length)]
internal struct ImageHash : IEquatable<ImageHash>
{
    public const int Length = 32;

    private byte _first;

    public readonly bool Equals(ImageHash other) => Bytes(in this).SequenceEqual(Bytes(in other));

    public override readonly bool Equals(object? obj) => obj is ImageHash other && Equals(other);

    // SHA-256 is uniformly distributed.
    public override readonly int GetHashCode() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(in this));

    public static ReadOnlySpan<byte> Bytes(in ImageHash hash) => MemoryMarshal.CreateReadOnlySpan(in hash._first, Length);
}
