using System.Security.Cryptography;
using MlNetVision.Models;

namespace MlNetVision.Tests.Models;

[TestClass]
public sealed partial class ModelDownloaderTests
{
    private const int Limit = 30_000;
    private static readonly byte[] Content = RandomContent(300_000, 1);

    // A proxy of the machine must not come between the test and its server.
    private static readonly HttpClient Client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetvision-pull-").FullName;

    public required TestContext TestContext { get; init; }

    private string FilePath => Path.Combine(_folder, "net.onnx");

    private string PartPath => FilePath + ".part";

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_GoodServer_WritesFileAndReportsProgress()
    {
        using var server = new TestServer(TestServer.Content(Content));
        var progress = new ListProgress();
        var paths = await PullAsync(server, o => o with { Progress = progress });
        CollectionAssert.AreEqual(new[] { FilePath }, paths.ToArray());
        AssertWhole();
        Assert.AreEqual(new DownloadProgress("net.onnx", Content.Length, Content.Length), progress.Reports[^1]);
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_FileAlreadyThere_AsksNobody()
    {
        using var server = new TestServer(TestServer.Content(Content));
        File.WriteAllBytes(FilePath, Content);
        await PullAsync(server);
        Assert.IsEmpty(server.Requests);
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_DamagedFileThere_ReplacesIt()
    {
        using var server = new TestServer(TestServer.Content(Content));
        File.WriteAllBytes(FilePath, new byte[Content.Length]);
        await PullAsync(server);
        AssertWhole();
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    [DataRow(1)]
    [DataRow(3)]
    public async Task PullAsync_ConnectionCut_ResumesWithoutAskingForBytesTwice(int cuts)
    {
        var cut = TestServer.Content(Content, cutAfter: 50_000);
        using var server = new TestServer([.. Enumerable.Repeat(cut, cuts), TestServer.Content(Content)]);
        await PullAsync(server);
        AssertWhole();
        Assert.HasCount(cuts + 1, server.Requests);
        Assert.AreEqual("\"v1\"", server.Requests[^1].IfRange);
        Assert.AreEqual(50_000L * cuts, server.Requests[^1].From);
        Assert.AreEqual(Content.Length, server.BodyBytes);
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_ServerWithoutRanges_StartsAgain()
    {
        using var server = new TestServer(TestServer.Content(Content, ranges: false, cutAfter: 100_000), TestServer.Content(Content, ranges: false));
        await PullAsync(server);
        AssertWhole();
        Assert.AreEqual(100_000L, server.Requests[1].From);
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_RestartCutEarlier_DropsTheOldTail()
    {
        using var server = new TestServer(
            TestServer.Content(Content, ranges: false, cutAfter: 100_000),
            TestServer.Content(Content, ranges: false, cutAfter: 50_000),
            TestServer.Content(Content));
        await PullAsync(server);
        AssertWhole();
        Assert.AreEqual(50_000L, server.Requests[2].From);
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_ContentChangedSinceTheCut_TakesTheNewWhole()
    {
        var old = RandomContent(Content.Length, 2);
        using var server = new TestServer(TestServer.Content(old, cutAfter: 100_000, etag: "\"old\""), TestServer.Content(Content));
        await PullAsync(server);
        AssertWhole();
        Assert.AreEqual("\"old\"", server.Requests[1].IfRange);
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_OldPartOfOtherContent_FetchesTheWholeOnceMore()
    {
        using var server = new TestServer(TestServer.Content(Content, etag: null));
        File.WriteAllBytes(PartPath, RandomContent(1000, 3));
        await PullAsync(server);
        AssertWhole();
        CollectionAssert.AreEqual(new long?[] { 1000, null }, server.Requests.Select(r => r.From).ToArray());
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_PartLongerThanTheFile_StartsAgain()
    {
        using var server = new TestServer(TestServer.Content(Content));
        File.WriteAllBytes(PartPath, new byte[Content.Length + 5]);
        await PullAsync(server);
        AssertWhole();
        Assert.IsNull(server.Requests[0].From);
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_WholePartOfKilledPull_TakesItWithoutTheNetwork()
    {
        using var server = new TestServer(TestServer.Content(Content));
        File.WriteAllBytes(PartPath, Content);
        await PullAsync(server);
        AssertWhole();
        Assert.IsEmpty(server.Requests);
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_RangeNotSatisfiable_StartsAgain()
    {
        using var server = new TestServer(TestServer.Status("416 Range Not Satisfiable"), TestServer.Content(Content));
        File.WriteAllBytes(PartPath, Content[..1000]);
        await PullAsync(server);
        AssertWhole();
        Assert.IsNull(server.Requests[1].From);
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_WrongContent_ThrowsWithBothHashesAndLeavesNothing()
    {
        var wrong = RandomContent(Content.Length, 4);
        using var server = new TestServer(TestServer.Content(wrong));
        var e = await FailsAsync(server);
        StringAssert.Contains(e.Message, Hash(Content));
        StringAssert.Contains(e.Message, Hash(wrong));
        StringAssert.Contains(e.Message, "--mirror");
        StringAssert.Contains(e.Message, "--from");
        AssertNothingLeft();
        Assert.HasCount(1, server.Requests);
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_PageInsteadOfFile_ThrowsAtTheHeader()
    {
        using var server = new TestServer(TestServer.Content("<html>gone</html>"u8.ToArray()));
        var e = await FailsAsync(server);
        StringAssert.Contains(e.Message, "sends 17 bytes");
        StringAssert.Contains(e.Message, "expected 300000");
        AssertNothingLeft();
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_LengthBeyondTheCatalogue_ThrowsBeforeAnyByteIsStored()
    {
        using var server = new TestServer(TestServer.Content(Content, length: 1L << 40));
        var e = await FailsAsync(server);
        StringAssert.Contains(e.Message, "expected 300000");
        AssertNothingLeft();
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_EndlessBody_IsCutAtTheFilesLength()
    {
        using var server = new TestServer(TestServer.Endless());
        var e = await FailsAsync(server);
        StringAssert.Contains(e.Message, "more than the 300000 bytes");
        AssertNothingLeft();
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    [DataRow("404 Not Found", 1)]
    [DataRow("403 Forbidden", 1)]
    [DataRow("503 Service Unavailable", 5)]
    public async Task PullAsync_ErrorStatus_NamesItAndTriesOnlyWhatMayPass(string status, int requests)
    {
        using var server = new TestServer(TestServer.Status(status));
        var e = await FailsAsync(server);
        StringAssert.Contains(e.Message, status);
        StringAssert.Contains(e.Message, server.Address.AbsoluteUri);
        Assert.HasCount(requests, server.Requests);
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_PassingServerError_TriesAgain()
    {
        using var server = new TestServer(TestServer.Status("500 Internal Server Error"), TestServer.Content(Content));
        await PullAsync(server);
        AssertWhole();
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_CutAtEveryAttempt_ThrowsAndKeepsThePart()
    {
        using var server = new TestServer(TestServer.Content(Content, cutAfter: 1000));
        var e = await FailsAsync(server);
        StringAssert.Contains(e.Message, "cut");
        Assert.AreEqual(5000, new FileInfo(PartPath).Length);
        Assert.IsFalse(File.Exists(FilePath));
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_Redirect_FollowsIt()
    {
        using var target = new TestServer(TestServer.Content(Content));
        using var server = new TestServer(TestServer.Status("302 Found", $"Location: {target.Address}elsewhere"));
        await PullAsync(server);
        AssertWhole();
        Assert.AreEqual("/elsewhere", target.Requests[0].Path);
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_SilentServer_CountsAsCut()
    {
        using var server = new TestServer(TestServer.Stall(Content, 70_000), TestServer.Content(Content));
        await PullAsync(server, o => o with { StallTimeout = TimeSpan.FromMilliseconds(300) });
        AssertWhole();
        Assert.AreEqual(70_000L, server.Requests[1].From);
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_ServerThatDrips_Ends()
    {
        using var server = new TestServer(TestServer.Drip(Content, milliseconds: 10));
        var e = await FailsAsync(server, o => o with { StallTimeout = TimeSpan.FromSeconds(1.5), Attempts = 1, RetryDelay = TimeSpan.Zero });
        StringAssert.Contains(e.Message, "at least 1000 bytes per second were expected");
        Assert.IsFalse(File.Exists(FilePath));
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    [DataRow("ftp://example.org/model.onnx")]
    [DataRow("file:///etc/passwd")]
    [DataRow("gopher://example.org/")]
    [DataRow("http://[")]
    public async Task PullAsync_RedirectToAnotherScheme_IsRefusedByName(string location)
    {
        using var server = new TestServer(TestServer.Status("302 Found", $"Location: {location}"));
        var e = await FailsAsync(server);
        StringAssert.Contains(e.Message, $"302 redirects to '{location}', which is not followed; expected an address of http or https");
        Assert.HasCount(1, server.Requests, "trying again would not help");
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_Cancelled_KeepsThePartAndResumesLater()
    {
        using var server = new TestServer(TestServer.Stall(Content, 70_000), TestServer.Content(Content));
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.CancellationToken);
        var pull = PullAsync(server, null, cancel.Token);
        while (!File.Exists(PartPath) || new FileInfo(PartPath).Length < 70_000) await Task.Delay(10, TestContext.CancellationToken);
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => pull);
        Assert.AreEqual(70_000, new FileInfo(PartPath).Length);
        Assert.IsFalse(File.Exists(FilePath));
        await PullAsync(server);
        AssertWhole();
        Assert.AreEqual(70_000L, server.Requests[1].From);
    }

    [TestMethod, Timeout(Limit, CooperativeCancellation = true)]
    public async Task PullAsync_FourAtOnce_FetchOnce()
    {
        using var server = new TestServer(TestServer.Content(Content));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PullAsync(server)));
        AssertWhole();
        Assert.HasCount(1, server.Requests);
    }

    private static byte[] RandomContent(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static CatalogueFile NetFile(Uri address) =>
        new() { Name = "net.onnx", Address = address, Sha256 = Hash(Content), Size = Content.Length };

    private static CatalogueEntry Entry(params CatalogueFile[] files) => new()
    {
        Name = "net",
        Task = "detect",
        Description = "A test.",
        Files = files,
        License = "MIT",
        LicenseSource = "here",
        Source = new Uri("http://127.0.0.1/"),
        InputWidth = 32,
        InputHeight = 32,
        Preprocess = "unit",
        Resize = "letterbox",
    };

    private ModelPullOptions Options() => new() { Folder = _folder, RetryDelay = TimeSpan.FromMilliseconds(1) };

    private async Task<IReadOnlyList<string>> PullAsync(
        TestServer server, Func<ModelPullOptions, ModelPullOptions>? change = null, CancellationToken? cancellationToken = null)
    {
        using var downloader = new ModelDownloader(Client);
        var options = change is null ? Options() : change(Options());
        return await downloader.PullAsync(
            Entry(NetFile(new Uri(server.Address, "official/net.onnx"))), options, cancellationToken ?? TestContext.CancellationToken);
    }

    private Task<BadModelException> FailsAsync(TestServer server, Func<ModelPullOptions, ModelPullOptions>? change = null) =>
        Assert.ThrowsExactlyAsync<BadModelException>(() => PullAsync(server, change));

    private void AssertWhole()
    {
        CollectionAssert.AreEqual(Content, File.ReadAllBytes(FilePath));
        AssertNoParts();
    }

    private void AssertNothingLeft()
    {
        Assert.IsFalse(File.Exists(FilePath));
        AssertNoParts();
    }

    private void AssertNoParts() => Assert.IsEmpty(Directory.GetFiles(_folder, "*.part*"));

    private sealed class ListProgress : IProgress<DownloadProgress>
    {
        public List<DownloadProgress> Reports { get; } = [];

        public void Report(DownloadProgress value) => Reports.Add(value);
    }
}
