using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace MlNetVision.Models;

/// <summary>Attempts to complete a part from one address; each continues where the last ended.</summary>
internal sealed class FileTransfer(HttpClient client, CatalogueFile file, Uri address, PartFile part, ModelPullOptions options)
{
    private const int BufferSize = 1 << 17;
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether the server has responded at all, with any status.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>Requests the missing bytes and appends them. Returns early where the part had to be discarded.</summary>
    /// <exception cref="ConnectionCutException">The connection ended early; the part keeps the received bytes.</exception>
    /// <exception cref="HttpRequestException">No connection, or a status that is not success.</exception>
    /// <exception cref="BadModelException">The server has another length for the file.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stall.CancelAfter(options.StallTimeout);
        try
        {
            var offset = part.Length;
            using var response = await SendAsync(offset, stall.Token).ConfigureAwait(false);
            HasAnswered = true;
            if (offset > 0 && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                part.Delete();
                throw new ConnectionCutException($"{address}: the server refuses the range from {offset} on.");
            }
            if (!response.IsSuccessStatusCode)
            {
                throw new HttpRequestException(
                    $"{address}: {(int)response.StatusCode} {response.ReasonPhrase}", null, response.StatusCode);
            }
            offset = Start(response, offset);
            CheckLength(response.Content, offset);
            await AppendAsync(response, offset, stall).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (e.InnerException is TimeoutException timeout && !stall.IsCancellationRequested)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"{address}: no connection: {timeout.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConnectionCutException($"{address}: nothing was received for {options.StallTimeout.TotalSeconds:0.#} s.", e);
        }
        // A client of the caller's that follows redirects by itself.
        catch (UriFormatException e)
        {
            throw new HttpRequestException($"{address}: redirects to an address that cannot be read: {e.Message}", e, HttpStatusCode.Redirect);
        }
        catch (HttpRequestException e) when (e.StatusCode is null)
        {
            throw new HttpRequestException(e.HttpRequestError, $"{address}: no connection: {e.Message}", e);
        }
    }

    /// <summary>Sends the request, and follows redirects to http and https, but not from https to http. The caller disposes the response.</summary>
    private async Task<HttpResponseMessage> SendAsync(long offset, CancellationToken cancellationToken)
    {
        var target = address;
        for (var hops = 0; ; hops++)
        {
            using var request = Request(offset, target);
            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || !response.Headers.TryGetValues("Location", out var locations)) return response;
            using (response) target = Redirected(target, locations.First(), hops, response.StatusCode);
        }
    }

    private Uri Redirected(Uri from, string location, int hops, HttpStatusCode status)
    {
        const int MostHops = 10;
        if (hops < MostHops && Uri.TryCreate(from, location, out var target) && (target.Scheme == Uri.UriSchemeHttps || target.Scheme == from.Scheme)) return target;
        var expected = hops < MostHops ? $"an address of {from.Scheme} or https" : $"at most {MostHops} redirects";
        throw new HttpRequestException($"{address}: {(int)status} redirects to '{location}', which is not followed; expected {expected}.", null, status);
    }

    private HttpRequestMessage Request(long offset, Uri target)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, target);
        if (offset == 0) return request;
        request.Headers.Range = new RangeHeaderValue(offset, null);
        // With If-Range, a server whose file has changed sends the whole new file instead of a mismatched rest.
        if (part.Version(address) is { } version && RangeConditionHeaderValue.TryParse(version, out var condition))
            request.Headers.IfRange = condition;
        return request;
    }

    /// <summary>The offset of the response's first byte: the part's end if the server states it, else 0.</summary>
    private long Start(HttpResponseMessage response, long offset)
    {
        if (offset == 0 || response.StatusCode != HttpStatusCode.PartialContent) return 0;
        var range = response.Content.Headers.ContentRange;
        if (range?.From == offset && (range.Length ?? file.Size) == file.Size) return offset;
        part.Delete();
        throw new ConnectionCutException($"{address}: asked for the bytes from {offset} on, the server sent '{range}'.");
    }

    private void CheckLength(HttpContent content, long offset)
    {
        if (content.Headers.ContentLength is not { } length || offset + length == file.Size) return;
        throw new BadModelException(string.Create(CultureInfo.InvariantCulture,
            $"{address}: not {file.Name}: the server sends {offset + length} bytes of {content.Headers.ContentType?.MediaType ?? "unknown type"}, "
            + $"expected {file.Size}."));
    }

    private async Task AppendAsync(HttpResponseMessage response, long offset, CancellationTokenSource stall)
    {
        await using var input = await response.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
        await using var output = part.Open(offset, address, Version(response));
        var buffer = new byte[BufferSize];
        var reported = 0L;
        var (windowStart, windowOffset) = (Environment.TickCount64, offset);
        while (true)
        {
            stall.CancelAfter(options.StallTimeout);
            if (Environment.TickCount64 - windowStart >= options.StallTimeout.TotalMilliseconds)
            {
                RequireSpeed(offset - windowOffset, (Environment.TickCount64 - windowStart) / 1000.0);
                (windowStart, windowOffset) = (Environment.TickCount64, offset);
            }
            // Reads one byte more than missing, so that an endless body is detected and not stored.
            var wanted = (int)Math.Min(buffer.Length, file.Size - offset + 1);
            var n = await ReadAsync(input, buffer.AsMemory(0, wanted), stall.Token).ConfigureAwait(false);
            if (n == 0) break;
            if (offset + n > file.Size)
            {
                await output.DisposeAsync().ConfigureAwait(false);
                part.Delete();
                throw new BadModelException($"{address}: not {file.Name}: the server sends more than the {file.Size} bytes expected.");
            }
            await output.WriteAsync(buffer.AsMemory(0, n), CancellationToken.None).ConfigureAwait(false);
            offset += n;
            if (Environment.TickCount64 - reported < ReportInterval.TotalMilliseconds) continue;
            reported = Environment.TickCount64;
            options.Progress?.Report(new DownloadProgress(file.Name, offset, file.Size));
        }
        options.Progress?.Report(new DownloadProgress(file.Name, offset, file.Size));
        if (offset < file.Size) throw new ConnectionCutException($"{address}: the connection ended after {offset} of {file.Size} bytes.");
    }

    /// <summary>A server that sends a byte now and then would keep a pull busy for ever.</summary>
    private void RequireSpeed(long bytes, double seconds)
    {
        if (bytes >= options.LeastBytesPerSecond * seconds) return;
        throw new ConnectionCutException(string.Create(CultureInfo.InvariantCulture,
            $"{address}: {bytes} bytes were received in {seconds:0.#} s; at least {options.LeastBytesPerSecond} bytes per second were expected."));
    }

    private async ValueTask<int> ReadAsync(Stream input, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await input.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new ConnectionCutException($"{address}: the connection was cut: {e.Message}", e);
        }
    }

    // Weak ETags must not be sent with If-Range (RFC 9110, section 13.1.5).
    private static string? Version(HttpResponseMessage response) =>
        response.Headers.ETag is { IsWeak: false } tag
            ? tag.ToString()
            : response.Content.Headers.LastModified?.ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>A connection ended or stalled before the file was complete: worth another attempt.</summary>
internal sealed class ConnectionCutException(string message, Exception? inner = null) : Exception(message, inner);
