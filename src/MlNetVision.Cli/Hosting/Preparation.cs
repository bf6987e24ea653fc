namespace MlNetVision.Cli.Hosting;

/// <summary>
/// The time before a command begins to work, in which it opens models and reads what options name. Nothing is lost where it ends
/// there, and much of it cannot be called off, such as an open that waits for the other end of a pipe; so an interruption ends the
/// command at once then, and the thread is left to end with the process. From <see cref="End"/> on the command ends by itself, with
/// what was done kept.
/// </summary>
internal sealed class Preparation
{
    private const int Preparing = 0;
    private const int Working = 1;
    private const int GivenUp = 2;

    private int _state;

    /// <summary>Says that work begins: all that writes calls it first.</summary>
    /// <exception cref="OperationCanceledException">The command was interrupted before.</exception>
    public void End()
    {
        if (Interlocked.CompareExchange(ref _state, Working, Preparing) == GivenUp) throw new OperationCanceledException();
    }

    /// <summary>Runs a command.</summary>
    /// <returns>What it returns.</returns>
    /// <exception cref="OperationCanceledException">It was interrupted before it began to work.</exception>
    public async Task<int> RunAsync(Func<Task<int>> command, CancellationToken cancellationToken)
    {
        var work = Task.Run(command, CancellationToken.None);
        try
        {
            return await work.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!work.IsCompleted)
        {
            if (Interlocked.CompareExchange(ref _state, GivenUp, Preparing) == Preparing) throw;
        }
        return await work;
    }
}

/// <summary>
/// Waits for what cannot be called off, such as the opening of a pipe that nobody writes to, until it ends or the command is
/// interrupted. Its thread is left to end with the process.
/// </summary>
internal static class Interruptible
{
    /// <exception cref="OperationCanceledException">The command was interrupted before the work ended.</exception>
    public static async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) =>
        // A thread of its own: those of the pool may all be needed while this one waits.
        await Task.Factory.StartNew(
            work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(cancellationToken);

    /// <inheritdoc cref="RunAsync"/>
    public static T Run<T>(Func<T> work, CancellationToken cancellationToken) => RunAsync(work, cancellationToken).GetAwaiter().GetResult();
}
