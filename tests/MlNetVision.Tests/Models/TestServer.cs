using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MlNetVision.Tests.Models;

/// <summary>
/// A web server on 127.0.0.1 that speaks just enough HTTP/1.1 to misbehave on the wire: each request is answered by the
/// next of the given replies, the last of which answers all further ones. One connection a request.
/// </summary>
internal sealed class TestServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<TestRequest, NetworkStream, Task>[] _replies;
    private readonly ConcurrentQueue<TestRequest> _requests = new();
    private int _next;
    private long _bodyBytes;

    public TestServer(params Func<TestRequest, NetworkStream, Task>[] replies)
    {
        _replies = replies;
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public IReadOnlyList<TestRequest> Requests => [.. _requests];

    /// <summary>The bytes of bodies that were sent, over all requests.</summary>
    public long BodyBytes => Interlocked.Read(ref _bodyBytes);

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    /// <summary>Answers with the content, from the asked byte on where ranges are honoured, and stops after some bytes.</summary>
    public static Func<TestRequest, NetworkStream, Task> Content(
        byte[] content, bool ranges = true, int? cutAfter = null, string? etag = "\"v1\"", long? length = null) => async (request, stream) =>
    {
        var valid = request.IfRange is null || request.IfRange == etag;
        var from = ranges && valid ? request.From ?? 0 : 0;
        if (from > content.Length)
        {
            await HeadAsync(stream, "416 Range Not Satisfiable", $"Content-Range: bytes */{content.Length}", "Content-Length: 0");
            return;
        }
        List<string> headers = [$"Content-Length: {length ?? content.Length - from}"];
        if (etag is not null) headers.Add($"ETag: {etag}");
        var partial = ranges && valid && request.From is not null;
        if (partial) headers.Add($"Content-Range: bytes {from}-{content.Length - 1}/{content.Length}");
        await HeadAsync(stream, partial ? "206 Partial Content" : "200 OK", [.. headers]);
        var count = (int)Math.Min(cutAfter ?? int.MaxValue, content.Length - from);
        await request.Server.BodyAsync(stream, content.AsMemory((int)from, count));
    };

    public static Func<TestRequest, NetworkStream, Task> Status(string status, params string[] headers) =>
        (_, stream) => HeadAsync(stream, status, ["Content-Length: 0", .. headers]);

    /// <summary>A body without a length and without an end.</summary>
    public static Func<TestRequest, NetworkStream, Task> Endless() => async (request, stream) =>
    {
        await HeadAsync(stream, "200 OK", "Connection: close");
        var block = new byte[1 << 14];
        while (!request.Server._stop.IsCancellationRequested) await request.Server.BodyAsync(stream, block);
    };

    /// <summary>Sends some bytes of the content and then nothing, with the connection left open.</summary>
    public static Func<TestRequest, NetworkStream, Task> Stall(byte[] content, int after) => async (request, stream) =>
    {
        await HeadAsync(stream, "200 OK", $"Content-Length: {content.Length}", "ETag: \"v1\"");
        await request.Server.BodyAsync(stream, content.AsMemory(0, after));
        await Task.Delay(Timeout.Infinite, request.Server._stop.Token);
    };

    /// <summary>Sends a byte of the content now and then.</summary>
    public static Func<TestRequest, NetworkStream, Task> Drip(byte[] content, int milliseconds) => async (request, stream) =>
    {
        var from = (int)(request.From ?? 0);
        await HeadAsync(stream, from > 0 ? "206 Partial Content" : "200 OK", $"Content-Length: {content.Length - from}", "ETag: \"v1\"",
            $"Content-Range: bytes {from}-{content.Length - 1}/{content.Length}");
        for (var at = from; at < content.Length; at++)
        {
            await request.Server.BodyAsync(stream, content.AsMemory(at, 1));
            await Task.Delay(milliseconds, request.Server._stop.Token);
        }
    };

    private static async Task HeadAsync(NetworkStream stream, string status, params string[] headers) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n"));

    private async Task BodyAsync(NetworkStream stream, ReadOnlyMemory<byte> bytes)
    {
        await stream.WriteAsync(bytes, _stop.Token);
        Interlocked.Add(ref _bodyBytes, bytes.Length);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The server was stopped.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            if (await ReadAsync(stream) is not { } request) return;
            _requests.Enqueue(request);
            var index = Math.Min(Interlocked.Increment(ref _next) - 1, _replies.Length - 1);
            await _replies[index](request, stream);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client went away, or the server was stopped.
        }
    }

    private async Task<TestRequest?> ReadAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, false, 1024, leaveOpen: true);
        if (await reader.ReadLineAsync(_stop.Token) is not { } first) return null;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
            headers[line[..line.IndexOf(':', StringComparison.Ordinal)]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        long? from = headers.TryGetValue("Range", out var range) ? long.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture) : null;
        return new TestRequest(this, first.Split(' ')[1], from, headers.GetValueOrDefault("If-Range"));
    }
}
