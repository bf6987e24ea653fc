using System.Globalization;
using System.Net;
using System.Text;
using MlNetVision.Files;

namespace MlNetVision.Models;

/// <summary>The download of one file: addresses in turn, attempts at each, verification at the end.</summary>
internal sealed class FileDownload(HttpClient client, CatalogueFile file, string path, ModelPullOptions options)
{
    private const long ProgressWorthTheName = 1 << 20;

    private readonly PartFile _part = new(path);

    /// <summary>Fetches the file or throws <see cref="BadModelException"/>.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        IEnumerable<Uri> addresses = options.Mirror is { } mirror ? [Below(mirror, file.Name)] : [file.Address, .. file.Mirrors];
        var failures = new List<Exception>();
        foreach (var address in addresses)
        {
            try
            {
                await FetchAsync(address, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is BadModelException or HttpRequestException or ConnectionCutException)
            {
                failures.Add(e);
            }
        }
        throw Failed(failures);
    }

    private async Task FetchAsync(Uri address, CancellationToken cancellationToken)
    {
        var resumed = _part.Length > 0;
        await CompleteAsync(address, cancellationToken).ConfigureAwait(false);
        if (await AcceptAsync(cancellationToken).ConfigureAwait(false) is not { } found) return;
        // An old part may belong to other content than the rest: only then a second full download is worthwhile.
        if (resumed)
        {
            await CompleteAsync(address, cancellationToken).ConfigureAwait(false);
            if (await AcceptAsync(cancellationToken).ConfigureAwait(false) is not { } again) return;
            found = again;
        }
        throw FileHash.WrongHash(address.AbsoluteUri, file, found);
    }

    /// <summary>Renames the part and returns null, or removes it and returns its incorrect hash.</summary>
    private async Task<string?> AcceptAsync(CancellationToken cancellationToken)
    {
        var found = await FileHash.OfAsync(_part.Path, cancellationToken).ConfigureAwait(false);
        if (found == file.Sha256)
            _part.MoveTo(path);
        else
            _part.Delete();
        return found == file.Sha256 ? null : found;
    }

    /// <summary>Tries until the part has the file's length.</summary>
    private async Task CompleteAsync(Uri address, CancellationToken cancellationToken)
    {
        if (_part.Length > file.Size) _part.Delete();
        var transfer = new FileTransfer(client, file, address, _part, options);
        for (var attempt = 1; _part.Length < file.Size; attempt++)
        {
            var before = _part.Length;
            try
            {
                await transfer.RunAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (IsPassing(e, transfer.HasAnswered))
            {
                if (_part.Length - before >= ProgressWorthTheName) attempt = 1;
                if (attempt >= options.Attempts) throw;
                await Task.Delay(options.RetryDelay * Math.Pow(2, Math.Min(attempt - 1, 5)), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static bool IsPassing(Exception e, bool hasAnswered) => e switch
    {
        ConnectionCutException => true,
        HttpRequestException { StatusCode: { } status } =>
            (int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests,
        // Without the internet, fail at once; a server that did respond may come back.
        HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError,
        } => hasAnswered,
        HttpRequestException => true,
        _ => false,
    };

    private static Uri Below(Uri folder, string name) =>
        new(new UriBuilder(folder) { Path = folder.AbsolutePath.TrimEnd('/') + "/" }.Uri, name);

    private BadModelException Failed(List<Exception> failures)
    {
        var text = new StringBuilder($"{file.Name} could not be fetched.");
        foreach (var failure in failures) text.Append(CultureInfo.InvariantCulture, $"\n  {failure.Message}");
        text.Append(CultureInfo.InvariantCulture, $"\nWanted: {file.Size} bytes, SHA-256 {file.Sha256}. ");
        text.Append("On a machine without the internet, or where an address has gone: --mirror URL names a server folder that holds the file, --from "
            + "FILE a copy that was fetched elsewhere.");
        return new BadModelException(text.ToString(), failures.Count == 1 ? failures[0] : new AggregateException(failures));
    }
}

/// <summary>Finds the local copy of a model's file in a given file or folder.</summary>
internal static class LocalFile
{
    /// <summary>The path to copy <paramref name="file"/> from.</summary>
    /// <exception cref="BadModelException">There is no such file.</exception>
    public static string Find(CatalogueEntry entry, CatalogueFile file, string from)
    {
        if (File.Exists(from) && entry.Files.Count == 1) return from;
        // The given file is the one of its extension; its folder holds the others.
        if (File.Exists(from) && SameEnding(from, file.Name)) return from;
        var folder = Directory.Exists(from) ? from : Path.GetDirectoryName(Path.GetFullPath(from))!;
        string[] names = [file.Name, Path.GetFileName(file.Address.LocalPath)];
        return names.Select(n => Path.Combine(folder, n)).FirstOrDefault(File.Exists)
            ?? throw new BadModelException($"{from}: expected the file {file.Name} of the model '{entry.Name}' there, found none.");
    }

    public static FileStream Open(string path)
    {
        try
        {
            return RegularFile.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadModelException($"{path}: the model file cannot be read: {e.Message}", e);
        }
    }

    private static bool SameEnding(string a, string b) =>
        string.Equals(Path.GetExtension(a), Path.GetExtension(b), StringComparison.OrdinalIgnoreCase);
}
