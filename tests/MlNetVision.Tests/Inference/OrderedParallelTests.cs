using MlNetVision.Inference;

namespace MlNetVision.Tests.Inference;

[TestClass]
public sealed class OrderedParallelTests
{
    // Every third item takes longer than the one after it.
    [TestMethod]
    public async Task Run_WorkOfManyLengths_GivesResultsInOrder()
    {
        const int Items = 50;
        var done = Enumerable.Range(0, Items).Select(_ => new TaskCompletionSource()).ToArray();
        var found = new List<int>();
        await foreach (var n in OrderedParallel.Run(Enumerable.Range(0, Items).ToAsyncEnumerable(), Work, 4)) found.Add(n);

        CollectionAssert.AreEqual(Enumerable.Range(0, Items).ToArray(), found);

        int Work(int n)
        {
            if (n % 3 == 0) Assert.IsTrue(done[n + 1].Task.Wait(TimeSpan.FromMinutes(1)), $"{n + 1} never ended");
            done[n].SetResult();
            return n;
        }
    }

    // The first is stopped at work; the second had come to its end by then, and counts.
    [TestMethod]
    public async Task Run_Cancelled_GivesWhatCameToItsEndAndThrows()
    {
        using var stop = new CancellationTokenSource();
        using var second = new ManualResetEventSlim();
        var found = new List<int>();

        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
        {
            await foreach (var n in OrderedParallel.Run(Enumerable.Range(0, 100).ToAsyncEnumerable(), Work, 2, null, stop.Token)) found.Add(n);
        });

        CollectionAssert.AreEqual(new[] { 1 }, found);

        int Work(int n)
        {
            if (n == 0)
            {
                second.Wait();
                stop.Cancel();
                stop.Token.WaitHandle.WaitOne();
                stop.Token.ThrowIfCancellationRequested();
            }
            if (n > 1) stop.Token.WaitHandle.WaitOne();
            if (n > 1) stop.Token.ThrowIfCancellationRequested();
            second.Set();
            return n;
        }
    }

    [TestMethod]
    public async Task Run_CancelledWhereNothingIsMissing_Ends()
    {
        using var stop = new CancellationTokenSource();
        var found = new List<int>();

        await foreach (var n in OrderedParallel.Run(new[] { 0, 1 }.ToAsyncEnumerable(), n => n, 2, null, stop.Token))
        {
            found.Add(n);
            if (n == 1) stop.Cancel();
        }

        CollectionAssert.AreEqual(new[] { 0, 1 }, found);
    }

    [TestMethod]
    public async Task Run_WorkThatFails_ThrowsWhatItThrew() =>
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(async () => await OrderedParallel.Run(new[] { 1 }.ToAsyncEnumerable(), int (_) => throw new InvalidOperationException(), 2).FirstAsync());

    [TestMethod]
    [Timeout(60_000)]
    public async Task Run_SourceThatWaits_GivesWhatIsReadyMeanwhile()
    {
        var gate = new TaskCompletionSource();
        await using var found = OrderedParallel.Run(Items(), n => n, 2).GetAsyncEnumerator();

        Assert.IsTrue(await found.MoveNextAsync());
        Assert.AreEqual(0, found.Current, "the first comes before the source has a second");
        gate.SetResult();
        Assert.IsTrue(await found.MoveNextAsync());
        Assert.AreEqual(1, found.Current);
        Assert.IsFalse(await found.MoveNextAsync());

        async IAsyncEnumerable<int> Items()
        {
            yield return 0;
            await gate.Task;
            yield return 1;
        }
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task Run_ReaderThatLeaves_StopsASourceThatWaits()
    {
        var isStopped = false;
        await foreach (var _ in OrderedParallel.Run(Items(CancellationToken.None), n => n, 2)) break;
        Assert.IsTrue(isStopped);

        async IAsyncEnumerable<int> Items([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return 0;
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                isStopped = true;
            }
        }
    }

    [TestMethod]
    public async Task Run_SourceThatFails_ThrowsWhatItThrew()
    {
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(async () => await OrderedParallel.Run(Items(), n => n, 2).CountAsync());

        static async IAsyncEnumerable<int> Items()
        {
            yield return 0;
            await Task.Yield();
            throw new InvalidOperationException();
        }
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task Run_CancelledWhileASourceIgnoresItsToken_Ends()
    {
        using var stop = new CancellationTokenSource();
        var found = new List<int>();
        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
        {
            await foreach (var n in OrderedParallel.Run(Items(), n => n, 2, null, stop.Token))
            {
                found.Add(n);
                await stop.CancelAsync();
            }
        });
        CollectionAssert.AreEqual(new[] { 0 }, found);

        static async IAsyncEnumerable<int> Items()
        {
            yield return 0;
            await new TaskCompletionSource().Task;
            yield return 1;
        }
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task Run_ReaderThatLeaves_DiscardsWhatNobodyTook()
    {
        var discarded = new System.Collections.Concurrent.ConcurrentBag<int>();
        await foreach (var _ in OrderedParallel.Run(Enumerable.Range(0, 10).ToAsyncEnumerable(), n => n, 2, discarded.Add)) break;
        CollectionAssert.AreEqual(new[] { 1, 2, 3 }, discarded.Order().ToArray());
    }
}
