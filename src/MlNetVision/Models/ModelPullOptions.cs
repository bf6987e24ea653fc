namespace MlNetVision.Models;

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
