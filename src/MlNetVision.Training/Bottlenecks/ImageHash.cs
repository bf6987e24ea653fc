using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MlNetVision.Files;

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

/// <summary>An image file with the hash of its content, or the error that prevents reading it.</summary>
internal readonly record struct HashedImage(string Path, ImageHash Hash, Exception? Error);

/// <summary>Hashes image files, several at once.</summary>
internal static class ImageHashes
{
    public static HashedImage[] Of(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        var images = new HashedImage[paths.Count];
        Parallel.For(0, paths.Count, new ParallelOptions { CancellationToken = cancellationToken }, i => images[i] = Of(paths[i]));
        return images;
    }

    private static HashedImage Of(string path)
    {
        try
        {
            using var stream = RegularFile.OpenRead(path);
            var hash = new ImageHash();
            SHA256.HashData(stream, hash);
            return new(path, hash, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(path, default, new BadImageException($"{path}: the image cannot be read: {e.Message}", e));
        }
    }
}
