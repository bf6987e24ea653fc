namespace MlNetVision.Models;

/// <summary>How <see cref="ModelDownloader.PullAsync"/> fetches a model.</summary>
public sealed record ModelPullOptions
{
    /// <summary>The folder that receives the files; null, the default, takes <see cref="ModelFolder.Path"/>.</summary>
    public string? Folder { get; init; }

    /// <summary>
    /// A folder on a server (http or https) that holds the files under their catalogue names; it replaces all addresses of
    /// the catalogue. Null by default.
    /// </summary>
    public Uri? Mirror { get; init; }

    /// <summary>
    /// A local file or folder to copy from instead of the network: the file of a model that has one; of a model with
    /// several, one of them or their folder (by catalogue names). Null by default.
    /// </summary>
    public string? FromFile { get; init; }

    /// <summary>Receives progress a few times a second; null by default.</summary>
    public IProgress<DownloadProgress>? Progress { get; init; }

    /// <summary>How often one address is tried in a row without progress worth the name (1 MiB); 5 by default.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>The wait before the second attempt; it doubles with each further one. One second by default.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a server may send nothing before the connection counts as cut. 60 seconds by default.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    internal void Validate()
    {
        if (Mirror is { } mirror && (!mirror.IsAbsoluteUri || mirror.Scheme is not ("http" or "https")))
            throw new ArgumentException($"The mirror should be an http or https address; found '{mirror}'. For local files use the option for a file (--from).");
        if (Mirror is not null && FromFile is not null) throw new ArgumentException("Give a mirror or a file to pull from, not both.");
        ArgumentOutOfRangeException.ThrowIfLessThan(Attempts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RetryDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(StallTimeout, TimeSpan.Zero);
    }
}
