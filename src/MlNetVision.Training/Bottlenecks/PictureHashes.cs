using System.Security.Cryptography;

namespace MlNetVision.Training;

/// <summary>A picture file with what tells its content from any other, or the error that it cannot be read for.</summary>
internal readonly record struct HashedPicture(string Path, PictureHash Hash, Exception? Error);

/// <summary>Hashes picture files, several at once.</summary>
internal static class PictureHashes
{
    public static HashedPicture[] Of(IReadOnlyList<string> paths, CancellationToken cancellation)
    {
        var pictures = new HashedPicture[paths.Count];
        Parallel.For(0, paths.Count, new ParallelOptions { CancellationToken = cancellation }, i => pictures[i] = Of(paths[i]));
        return pictures;
    }

    private static HashedPicture Of(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var hash = new PictureHash();
            SHA256.HashData(stream, hash);
            return new(path, hash, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(path, default, new BadImageException($"{path}: the picture cannot be read: {e.Message}", e));
        }
    }
}
