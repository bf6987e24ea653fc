using MlNetVision.Pipelines;

namespace MlNetVision.Tests.Pipelines;

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
        await foreach (var n in OrderedParallel.Run(Enumerable.Range(0, Items), Work, 4)) found.Add(n);

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
            await foreach (var n in OrderedParallel.Run(Enumerable.Range(0, 100), Work, 2, stop.Token)) found.Add(n);
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

        await foreach (var n in OrderedParallel.Run([0, 1], n => n, 2, stop.Token))
        {
            found.Add(n);
            if (n == 1) stop.Cancel();
        }

        CollectionAssert.AreEqual(new[] { 0, 1 }, found);
    }

    [TestMethod]
    public async Task Run_WorkThatFails_ThrowsWhatItThrew() =>
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(async () => await OrderedParallel.Run([1], int (_) => throw new InvalidOperationException(), 2).FirstAsync());
}
