using System.Net.Http.Headers;
using MlNetVision.Files;

namespace MlNetVision.Models;

/// <summary>
/// Fetches the files of catalogue models. A file appears under its name only when its length and SHA-256 are correct; an
/// interrupted pull resumes; concurrent pulls of the same file by several processes wait for each other.
/// </summary>
public sealed class ModelDownloader : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    private readonly HttpClient _client;
    private readonly bool _ownsClient;

    /// <summary>Makes a downloader.</summary>
    /// <param name="client">The client to use; the caller disposes it. Null: one that this instance owns.</param>
    public ModelDownloader(HttpClient? client = null)
    {
        _ownsClient = client is null;
        _client = client ?? NewClient();
    }

    /// <summary>Fetches the missing files of a model.</summary>
    /// <param name="entry">The model; a bundled one has no files.</param>
    /// <param name="options">Folder, mirror, progress; null: the defaults.</param>
    /// <param name="cancellationToken">Stops the pull; the next one resumes it.</param>
    /// <returns>The paths of the files, in the order of <see cref="CatalogueEntry.Files"/>.</returns>
    /// <exception cref="BadModelException">
    /// A file could not be fetched, or its content is not the catalogue's. The message names every address tried and why it
    /// failed, the length and hash expected, and what else to try.
    /// </exception>
    /// <exception cref="ArgumentException">The options contradict each other or the model.</exception>
    public async Task<IReadOnlyList<string>> PullAsync(
        CatalogueEntry entry, ModelPullOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        options ??= new ModelPullOptions();
        options.Validate();
        var folder = Path.GetFullPath(options.Folder ?? ModelFolder.Path);
        var paths = new List<string>();
        foreach (var file in entry.Files)
        {
            var path = Path.Combine(folder, file.Name);
            try
            {
                using var guard = await FileLock.TakeAsync(Path.Combine(folder, ".locks", file.Name), cancellationToken).ConfigureAwait(false);
                await PullFileAsync(entry, file, path, options, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new BadModelException($"{path}: the model file cannot be written: {e.Message}", e);
            }
            paths.Add(path);
        }
        return paths;
    }

    /// <summary>Disposes the client where this instance made it.</summary>
    public void Dispose()
    {
        if (_ownsClient) _client.Dispose();
    }

    private async Task PullFileAsync(
        CatalogueEntry entry, CatalogueFile file, string path, ModelPullOptions options, CancellationToken cancellationToken)
    {
        if (await FileHash.MatchesAsync(path, file, cancellationToken).ConfigureAwait(false))
            options.Progress?.Report(new DownloadProgress(file.Name, file.Size, file.Size));
        else if (options.FromFile is { } from)
            await Task.Run(() => Copy(LocalFile.Find(entry, file, from), file, path, options.Progress, cancellationToken), cancellationToken).ConfigureAwait(false);
        else
            await new FileDownload(_client, file, path, options).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    private static void Copy(
        string source, CatalogueFile file, string path, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        using var input = LocalFile.Open(source);
        if (input.Length != file.Size) throw FileHash.WrongSize(source, file, input.Length);
        AtomicFile.Write(path, output =>
        {
            var hash = FileHash.Copy(input, output, file.Size, n =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Report(new DownloadProgress(file.Name, n, file.Size));
            });
            if (hash != file.Sha256) throw FileHash.WrongHash(source, file, hash);
        });
    }

    private static HttpClient NewClient()
    {
        // Stalls are detected per read; a whole model may take longer than any fixed timeout.
        var client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = ConnectTimeout }) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.Add(
            new ProductInfoHeaderValue("mlnetvision", typeof(ModelDownloader).Assembly.GetName().Version?.ToString(3)));
        return client;
    }
}
