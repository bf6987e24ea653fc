using System.Runtime.CompilerServices;

namespace MlNetVision.Pipelines;

/// <summary>Works on a stream of items side by side and gives the results in order, holding only a few at a time.</summary>
internal static class OrderedParallel
{
    /// <param name="items">The items; read one by one, only as far ahead as there is room.</param>
    /// <param name="work">The work, which runs on the thread pool.</param>
    /// <param name="workers">How many items are worked on at once.</param>
    /// <param name="cancellation">Stops taking items; the results of what was running and came to its end are given still, and it throws where any is missing then.</param>
    public static async IAsyncEnumerable<TResult> Run<TItem, TResult>(
        IEnumerable<TItem> items, Func<TItem, TResult> work, int workers, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var scheduler = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, workers).ConcurrentScheduler;
        // Results that wait for their turn are few, so that a slow reader does not fill the memory.
        var room = 2 * workers;
        var running = new Queue<Task<TResult>>(room);
        var isWhole = true;
        try
        {
            foreach (var item in items)
            {
                if (running.Count == room)
                {
                    var (isDone, result) = await Settle(running.Dequeue(), cancellation).ConfigureAwait(false);
                    if (isDone) yield return result!;
                    isWhole &= isDone;
                }
                isWhole &= !cancellation.IsCancellationRequested;
                if (!isWhole) break;
                running.Enqueue(Task.Factory.StartNew(() => work(item), cancellation, TaskCreationOptions.DenyChildAttach, scheduler));
            }
            while (running.TryDequeue(out var task))
            {
                var (isDone, result) = await Settle(task, cancellation).ConfigureAwait(false);
                if (isDone) yield return result!;
                isWhole &= isDone;
            }
            if (!isWhole) throw new OperationCanceledException(cancellation);
        }
        finally
        {
            // Nothing may still use what the caller disposes next.
            await Task.WhenAll(running).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
        }
    }

    /// <summary>The result, unless the work was called off before it had one.</summary>
    private static async Task<(bool IsDone, TResult? Result)> Settle<TResult>(Task<TResult> task, CancellationToken cancellation)
    {
        try
        {
            return (true, await task.ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return (false, default);
        }
    }
}
