namespace MlNetVision.Benchmarks;

/// <summary>Threads that share out a number of items.</summary>
internal static class Workers
{
    /// <param name="workers">The number of threads.</param>
    /// <param name="count">The number of items.</param>
    /// <param name="work">Takes a worker and an item, and gives a number.</param>
    /// <returns>The sum of these numbers.</returns>
    public static int Run(int workers, int count, Func<int, int, int> work)
    {
        var (next, sum) = (-1, 0);
        var threads = Enumerable.Range(0, workers).Select(worker => new Thread(() =>
        {
            for (int item; (item = Interlocked.Increment(ref next)) < count;) Interlocked.Add(ref sum, work(worker, item));
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        return sum;
    }
}
