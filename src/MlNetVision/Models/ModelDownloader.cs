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
            await Task.Run(() => Copy(LocalFile.Find(entry, file, from), file, path, options.Progress, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
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
        // Redirects are followed by FileTransfer, which looks at their scheme. Stalls are detected per read; a whole model may take longer than any fixed timeout.
        var client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = ConnectTimeout, AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.Add(
            new ProductInfoHeaderValue("mlnetvision", typeof(ModelDownloader).Assembly.GetName().Version?.ToString(3)));
        return client;
    }
}

/// <summary>How <see cref="ModelDownloader.PullAsync"/> fetches a model.</summary>
public sealed record ModelPullOptions
{
    /// <summary>The folder that receives the files; null, the default: <see cref="ModelFolder.Path"/>.</summary>
    public string? Folder { get; init; }

    /// <summary>
    /// A server folder (http or https) with the files under their catalogue names; it replaces all addresses of the
    /// catalogue. Null by default.
    /// </summary>
    public Uri? Mirror { get; init; }

    /// <summary>
    /// A local file or folder to copy from instead of downloading: the model's file; of several files, one of them or
    /// their folder (by catalogue names). Null by default.
    /// </summary>
    public string? FromFile { get; init; }

    /// <summary>Receives progress a few times a second; null by default.</summary>
    public IProgress<DownloadProgress>? Progress { get; init; }

    /// <summary>The attempts per address in a row without progress of at least 1 MiB; 5 by default.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>The delay before the second attempt, doubled for each further one. One second by default.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The timeout without received bytes. 60 seconds by default.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The least mean speed over each <see cref="StallTimeout"/>, in bytes per second; below it an attempt ends, and the next one continues. Default:
    /// 1,000, less than a modem has. 0: any speed.
    /// </summary>
    public int LeastBytesPerSecond { get; init; } = 1000;

    internal void Validate()
    {
        if (Mirror is { } mirror && (!mirror.IsAbsoluteUri || mirror.Scheme is not ("http" or "https")))
            throw new ArgumentException(
                $"The mirror should be an http or https address; found '{mirror}'. For local files use the option for a file (--from).");
        if (Mirror is not null && FromFile is not null) throw new ArgumentException("Give a mirror or a file to pull from, not both.");
        ArgumentOutOfRangeException.ThrowIfLessThan(Attempts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RetryDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(StallTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(LeastBytesPerSecond);
    }
}

/// <summary>The progress of the pull of one file.</summary>
/// <param name="File">The name of the file.</param>
/// <param name="Received">The bytes received, with those of an earlier, interrupted pull.</param>
/// <param name="Size">The bytes of the whole file.</param>
public readonly record struct DownloadProgress(string File, long Received, long Size)
{
    /// <summary>The part received, 0 to 1.</summary>
    public double Fraction => Size == 0 ? 1 : (double)Received / Size;
}
