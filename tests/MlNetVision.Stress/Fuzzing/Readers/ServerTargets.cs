using System.Net.Sockets;
using System.Security.Cryptography;
using MlNetVision.Models;
using MlNetVision.Tests.Models;

namespace MlNetVision.Stress.Fuzzing.Readers;

/// <summary>Downloads from a server whose responses are damaged: wrong status, headers and lengths, ends early, more than asked for.</summary>
internal static class ServerTargets
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 3000).Select(i => (byte)(i * 7))];

    public static IEnumerable<FuzzTarget> All =>
    [
        new("download", "responses of web servers", "http", () => Corpus.Of("download").Select(Response).ToList(), Pull) { Refusals = [typeof(BadModelException)], Share = 0.1, Damage = Damage },
    ];

    /// <summary>Headers from the corpus, and the content behind them.</summary>
    private static byte[] Response(byte[] head) => [.. System.Text.Encoding.ASCII.GetBytes(System.Text.Encoding.ASCII.GetString(head).ReplaceLineEndings("\r\n").TrimEnd()), .. "\r\n\r\n"u8, .. Content];

    /// <summary>Most damage is to the headers; redirects stay on this machine.</summary>
    private static byte[] Damage(IReadOnlyList<byte[]> seeds, Random random)
    {
        var response = seeds[random.Next(seeds.Count)];
        var head = response.AsSpan().IndexOf("\r\n\r\n"u8);
        var text = System.Text.Encoding.ASCII.GetString(response, 0, head);
        var damaged = random.Next(4) == 0 ? ByteDamage.Apply([response], random) : [.. System.Text.Encoding.Latin1.GetBytes(TextDamage.Apply(text, random)), .. response[head..]];
        return random.Next(3) == 0 ? damaged[..random.Next(damaged.Length + 1)] : damaged;
    }

    private static Action<byte[]> Pull(Sandbox sandbox)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero, ConnectCallback = ToThisMachine });
        var downloader = new ModelDownloader(client);
        return bytes =>
        {
            using var server = new TestServer((_, stream) => stream.WriteAsync(bytes).AsTask());
            var folder = sandbox["models"];
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            var options = new ModelPullOptions { Folder = folder, Attempts = 2, RetryDelay = TimeSpan.FromMilliseconds(1), StallTimeout = TimeSpan.FromMilliseconds(300) };
            var path = downloader.PullAsync(Entry(server.Address), options).GetAwaiter().GetResult().Single();
            if (!File.ReadAllBytes(path).AsSpan().SequenceEqual(Content)) throw new WrongResultException("another content than the catalogue's hash");
        };
    }

    /// <summary>A damaged address in a redirect must not reach other machines.</summary>
    private static async ValueTask<Stream> ToThisMachine(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        if (context.DnsEndPoint.Host is not ("127.0.0.1" or "localhost")) throw new SocketException((int)SocketError.HostNotFound);
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", context.DnsEndPoint.Port, cancellationToken);
        return client.GetStream();
    }

    private static CatalogueEntry Entry(Uri address) => new()
    {
        Name = "net", Task = "detect", Description = "", License = "", LicenseSource = "", Source = address, InputWidth = 1, InputHeight = 1, Preprocess = "unit", Resize = "stretch",
        Files = [new() { Name = "net.onnx", Address = new Uri(address, "net.onnx"), Sha256 = Convert.ToHexStringLower(SHA256.HashData(Content)), Size = Content.Length }],
    };
}
