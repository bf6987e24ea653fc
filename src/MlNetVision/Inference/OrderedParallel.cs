using System.Runtime.CompilerServices;

namespace MlNetVision.Inference;

/// <summary>Processes a stream of items concurrently and gives the results in order, with few in memory.</summary>
internal static class OrderedParallel
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <param name="items">
    /// The items; taken one by one, a bounded number ahead. Results that are ready are given while waiting for the next item.
    /// </param>
    /// <param name="work">The work, which runs on the thread pool.</param>
    /// <param name="workers">How many items are worked on at once.</param>
    /// <param name="discard">What is done with a result that nobody takes, since the reader left early; null: nothing.</param>
    /// <param name="cancellationToken">Stops taking items; finished results are still given, and it throws where any is missing.</param>
    public static async IAsyncEnumerable<TResult> Run<TItem, TResult>(
        IAsyncEnumerable<TItem> items, Func<TItem, TResult> work, int workers, Action<TResult>? discard = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var scheduler = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, workers).ConcurrentScheduler;
        // Bounded, so that a slow reader does not fill the memory.
        var room = 2 * workers;
        var running = new Queue<Task<TResult>>(room);
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var source = items.GetAsyncEnumerator(left.Token);
        var (next, isMore, isWhole) = ((Task<bool>?)null, true, true);
        try
        {
            while (isMore || running.Count > 0)
            {
                if (isMore && running.Count < room) next ??= source.MoveNextAsync().AsTask();
                if (next is not null && (next.IsCompleted || running.Count == 0))
                {
                    var (isAnswered, has) = await Settle(next.WaitAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
                    isMore = has;
                    isWhole &= isAnswered;
                    if (next.IsCompleted) next = null;
                    if (isMore && cancellationToken.IsCancellationRequested) isMore = isWhole = false;
                    if (isMore) running.Enqueue(Start(source.Current));
                    continue;
                }
                if (next is not null) await Task.WhenAny(next, running.Peek()).ConfigureAwait(false);
                if (next is not null && !running.Peek().IsCompleted) continue;
                var (isDone, result) = await Settle(running.Dequeue(), cancellationToken).ConfigureAwait(false);
                if (isDone) yield return result!;
                else isMore = isWhole = false;
            }
            if (!isWhole) throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            // The caller may dispose next, so running work must end.
            await left.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(running).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
            foreach (var task in running.Where(t => t.IsCompletedSuccessfully)) discard?.Invoke(task.Result);
            // A source that ignores its token is left behind: the item may never come.
            if (next is { IsCompleted: false }) await Task.WhenAny(next, Task.Delay(Grace, CancellationToken.None)).ConfigureAwait(false);
            if (next is { IsCompleted: false }) _ = next.ContinueWith(_ => source.DisposeAsync().AsTask(), TaskScheduler.Default);
            else await source.DisposeAsync().ConfigureAwait(false);
        }

        Task<TResult> Start(TItem item) => Task.Factory.StartNew(() => work(item), cancellationToken, TaskCreationOptions.DenyChildAttach, scheduler);
    }

    /// <summary>The result, unless the work was cancelled before.</summary>
    private static async Task<(bool IsDone, TResult? Result)> Settle<TResult>(Task<TResult> task, CancellationToken cancellationToken)
    {
        try
        {
            return (true, await task.ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return (false, default);
        }
    }
}

/// <summary>Resolves an option of threads.</summary>
public static class WorkerCount
{
    /// <summary>The largest number of threads: 1,024.</summary>
    public const int Most = 1024;

    /// <summary>The number itself, or the number of processors where it is 0.</summary>
    /// <exception cref="ArgumentException">The number is negative or above <see cref="Most"/>.</exception>
    public static int Of(int threads) => threads switch
    {
        < 0 => throw new ArgumentException(
            FormattableString.Invariant($"{threads} threads were asked for: 0 (all processors) or more was expected.")),
        0 => Environment.ProcessorCount,
        > Most => throw new ArgumentException(FormattableString.Invariant($"{threads} threads were asked for: at most {Most} was expected.")),
        _ => threads,
    };
}
