using System.Net;
using System.Net.Sockets;
using MlNetVision.Models;

namespace MlNetVision.Tests.Models;

/// <summary>Where the content comes from: addresses in turn, mirrors, local files.</summary>
public sealed partial class ModelDownloaderTests
{
    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_FirstAddressGone_TakesTheCataloguesMirror()
    {
        using var gone = new TestServer(TestServer.Status("404 Not Found"));
        using var server = new TestServer(TestServer.Content(Content));
        var file = new CatalogueFile { Name = "net.onnx", Address = gone.Address, Mirrors = [server.Address], Sha256 = Hash(Content), Size = Content.Length };
        using var downloader = new ModelDownloader(Client);
        await downloader.PullAsync(Entry(file), Options(), TestContext.CancellationToken);
        AssertWhole();
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    [DataRow("models")]
    [DataRow("models/")]
    public async Task PullAsync_Mirror_AsksItAlone(string below)
    {
        using var official = new TestServer(TestServer.Content(Content));
        using var mirror = new TestServer(TestServer.Content(Content));
        await PullAsync(official, o => o with { Mirror = new Uri(mirror.Address, below) });
        AssertWhole();
        Assert.IsEmpty(official.Requests);
        Assert.AreEqual("/models/net.onnx", mirror.Requests[0].Path);
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_NobodyListens_NamesAddressHashAndWhatToTry()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/net.onnx");
        listener.Stop();
        using var downloader = new ModelDownloader(Client);
        var e = await Assert.ThrowsExactlyAsync<BadModelException>(() =>
            downloader.PullAsync(Entry(NetFile(address)), Options() with { RetryDelay = TimeSpan.FromMinutes(1) }, TestContext.CancellationToken));
        foreach (var part in new[] { address.AbsoluteUri, "no connection", Hash(Content), "--mirror", "--from" })
            StringAssert.Contains(e.Message, part);
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_ConnectionNeverMade_GivesUpAtOnce()
    {
        using var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromMilliseconds(50), ConnectCallback = Never, UseProxy = false };
        using var client = new HttpClient(handler);
        using var downloader = new ModelDownloader(client);
        var e = await Assert.ThrowsExactlyAsync<BadModelException>(() => downloader.PullAsync(
            Entry(NetFile(new Uri("http://127.0.0.1:9/net.onnx"))), Options() with { RetryDelay = TimeSpan.FromMinutes(1) }, TestContext.CancellationToken));
        StringAssert.Contains(e.Message, "no connection");

        static async ValueTask<Stream> Never(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return Stream.Null;
        }
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_FromFile_CopiesAfterTheSameCheck()
    {
        using var server = new TestServer(TestServer.Content(Content));
        var copy = Path.Combine(_folder, "stick", "any.name");
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.WriteAllBytes(copy, Content);
        await PullAsync(server, o => o with { FromFile = copy });
        AssertWhole();
        Assert.IsEmpty(server.Requests);
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    [DataRow(300_000, "SHA-256")]
    [DataRow(299_999, "299999")]
    [DataRow(null, "found none")]
    public async Task PullAsync_FromWrongFile_ThrowsAndLeavesNothing(int? length, string expected)
    {
        using var server = new TestServer(TestServer.Content(Content));
        var copy = Path.Combine(_folder, "copy.onnx");
        if (length is { } n) File.WriteAllBytes(copy, RandomContent(n, 5));
        var e = await FailsAsync(server, o => o with { FromFile = copy });
        StringAssert.Contains(e.Message, expected);
        StringAssert.Contains(e.Message, copy);
        AssertNothingLeft();
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    [DataRow("")]
    [DataRow("net.weights")]
    public async Task PullAsync_FromFolderOrOneOfItsFiles_TakesAllFiles(string name)
    {
        var source = Directory.CreateDirectory(Path.Combine(_folder, "source")).FullName;
        string[] names = ["net.cfg", "net.weights"];
        foreach (var n in names) File.WriteAllBytes(Path.Combine(source, n), Content);
        var files = names.Select(n => NetFile(new Uri($"http://127.0.0.1:9/{n}")) with { Name = n }).ToArray();
        using var downloader = new ModelDownloader(Client);
        var paths = await downloader.PullAsync(
            Entry(files), Options() with { FromFile = Path.Combine(source, name) }, TestContext.CancellationToken);
        Assert.IsTrue(Entry(files).IsPulled(_folder));
        Assert.AreEqual(Entry(files).PathIn(_folder), paths[0]);
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_FolderIsAFile_ThrowsBadModel()
    {
        using var server = new TestServer(TestServer.Content(Content));
        File.WriteAllText(Path.Combine(_folder, "taken"), "");
        var e = await FailsAsync(server, o => o with { Folder = Path.Combine(_folder, "taken") });
        StringAssert.Contains(e.Message, "cannot be written");
    }

    [TestMethod]
    public async Task PullAsync_BundledModel_DoesNothing()
    {
        using var downloader = new ModelDownloader(Client);
        Assert.IsEmpty(await downloader.PullAsync(ModelCatalogue.Default.Get("blood-cells"), Options(), TestContext.CancellationToken));
        Assert.IsEmpty(Directory.GetFileSystemEntries(_folder));
    }

    [TestMethod]
    public async Task PullAsync_MirrorThatIsNoWebAddress_ThrowsArgument()
    {
        using var downloader = new ModelDownloader(Client);
        await Assert.ThrowsExactlyAsync<ArgumentException>(() =>
            downloader.PullAsync(Entry(NetFile(new Uri("http://127.0.0.1:9/"))), Options() with { Mirror = new Uri("file:///models") }, TestContext.CancellationToken));
    }
}
