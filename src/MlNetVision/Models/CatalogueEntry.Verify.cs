namespace MlNetVision.Models;

public sealed partial record CatalogueEntry
{
    /// <summary>Compares length and SHA-256 of the pulled files with the catalogue; bundled models have no files.</summary>
    /// <param name="folder">The model folder; null: <see cref="ModelFolder.Path"/>.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="BadModelException">A file is missing or has another content; the message names it.</exception>
    public async Task VerifyAsync(string? folder = null, CancellationToken cancellationToken = default)
    {
        foreach (var file in Files)
        {
            var path = Path.Combine(folder ?? ModelFolder.Path, file.Name);
            var info = new FileInfo(path);
            if (!info.Exists) throw new BadModelException($"{path}: is missing; run 'mlnetvision model pull {Name}'.");
            if (info.Length != file.Size) throw FileHash.WrongSize(path, file, info.Length);
            var found = await FileHash.OfAsync(path, cancellationToken).ConfigureAwait(false);
            if (found != file.Sha256) throw FileHash.WrongHash(path, file, found);
        }
    }
}
