namespace MlNetVision.Cli.Hosting;

/// <summary>
/// Waits for what cannot be called off, such as the opening of a pipe that nobody writes to, until it ends or the command is
/// interrupted. Its thread is left to end with the process.
/// </summary>
internal static class Interruptible
{
    /// <exception cref="OperationCanceledException">The command was interrupted before the work ended.</exception>
    public static async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation) =>
        // A thread of its own: those of the pool may all be needed while this one waits.
        await Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(cancellation);

    /// <inheritdoc cref="RunAsync"/>
    public static T Run<T>(Func<T> work, CancellationToken cancellation) => RunAsync(work, cancellation).GetAwaiter().GetResult();
}
