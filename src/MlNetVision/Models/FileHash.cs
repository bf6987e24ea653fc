using System.Globalization;
using System.Security.Cryptography;
using MlNetVision.Files;

namespace MlNetVision.Models;

/// <summary>Compares files with the catalogue's lengths and hashes.</summary>
internal static class FileHash
{
    private const int BufferSize = 1 << 17;

    /// <summary>Whether the file exists with the catalogue's length and SHA-256.</summary>
    public static async Task<bool> MatchesAsync(string path, CatalogueFile file, CancellationToken cancellationToken) =>
        RegularFile.LengthOf(path) == file.Size
        && await OfAsync(path, cancellationToken).ConfigureAwait(false) == file.Sha256;

    /// <summary>The SHA-256 of a file in lower-case hexadecimal digits.</summary>
    public static async Task<string> OfAsync(string path, CancellationToken cancellationToken)
    {
        await using var stream = RegularFile.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Copies at most <paramref name="limit"/> bytes and gives their SHA-256.</summary>
    public static string Copy(Stream input, Stream output, long limit, Action<long> copied)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        for (long total = 0; total < limit;)
        {
            var n = input.Read(buffer, 0, (int)Math.Min(buffer.Length, limit - total));
            if (n == 0) break;
            hash.AppendData(buffer, 0, n);
            output.Write(buffer, 0, n);
            copied(total += n);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static BadModelException WrongHash(string where, CatalogueFile file, string found) => new(
        $"{where}: not the content of {file.Name} in the catalogue: expected SHA-256 {file.Sha256}, found {found}.");

    public static BadModelException WrongSize(string where, CatalogueFile file, long found) => new(string.Create(CultureInfo.InvariantCulture,
        $"{where}: not the content of {file.Name} in the catalogue: expected {file.Size} bytes, found {found}."));
}
