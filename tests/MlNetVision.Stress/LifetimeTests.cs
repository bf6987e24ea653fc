using MlNetVision.Stress.Lifetime;

namespace MlNetVision.Stress;

/// <summary>A short run of <c>lifetime</c>.</summary>
[TestClass]
public sealed class LifetimeTests
{
    [TestMethod]
    [DataRow("detector")]
    [DataRow("segmenter")]
    [DataRow("classifier")]
    [DataRow("stylizer")]
    [Timeout(120_000)]
    public void Run_ModelsSharedCancelledAndDisposed_NothingElseIsThrown(string kind)
    {
        var result = LifetimeCommand.Run(kind, times: 20, threads: 3, seed: 15, CancellationToken.None);
        Assert.IsNull(result.Problem);
        Assert.IsGreaterThan(0, result.Runs);
        Assert.IsGreaterThan(0, result.Disposed);
    }
}
