using System.Diagnostics;
using MlNetVision.Tests.Imaging;

namespace MlNetVision.Tests.Inference;

/// <summary>A token ends a network that runs, for every class whose methods take one.</summary>
[TestClass]
public sealed class CancellationTests : IDisposable
{
    /// <summary>A second is what callers are promised; a machine that does much else at once gets some more.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();
    private readonly string _file;

    public CancellationTests()
    {
        _file = _folder.Path("a.png");
        using var image = TestImages.Gradient(40, 36);
        image.Save(_file);
    }

    public static IEnumerable<object[]> Streaming => NativeSubject.Streaming.Select(n => new object[] { n });

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [Timeout(60_000)]
    [DynamicData(nameof(Streaming))]
    public async Task CallAsync_TokenCancelled_StopsTheNetwork(string name)
    {
        using var subject = NativeSubject.Open(name, SlowNetwork.Endless);
        using var stop = Cancellation.After(TimeSpan.FromMilliseconds(300));
        var clock = Stopwatch.StartNew();
        await Assert.ThrowsAsync<OperationCanceledException>(() => subject.CallAsync!(_file, stop.Token));
        Assert.IsLessThan(Soon, clock.Elapsed);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DynamicData(nameof(Streaming))]
    public async Task Stream_TokenCancelled_StopsTheNetworks(string name)
    {
        using var subject = NativeSubject.Open(name, SlowNetwork.Endless);
        using var stop = Cancellation.After(TimeSpan.FromMilliseconds(300));
        var clock = Stopwatch.StartNew();
        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
        {
            await foreach (var error in subject.Many!(Enumerable.Repeat(_file, 5), stop.Token)) Assert.Fail($"an endless network answered {error}");
        });
        Assert.IsLessThan(Soon, clock.Elapsed);
    }
}
