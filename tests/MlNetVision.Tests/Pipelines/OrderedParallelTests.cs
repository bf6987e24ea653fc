using MlNetVision.Pipelines;

namespace MlNetVision.Tests.Pipelines;

[TestClass]
public sealed class OrderedParallelTests
{
    [TestMethod]
    public async Task Run_WorkOfManyLengths_GivesResultsInOrder()
    {
        var found = new List<int>();
        await foreach (var n in OrderedParallel.Run(Enumerable.Range(0, 50), Work, 4)) found.Add(n);

        CollectionAssert.AreEqual(Enumerable.Range(0, 50).ToArray(), found);

        static int Work(int n)
        {
            Thread.Sleep(n % 3);
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
