namespace MlNetVision.Tests;

/// <summary>Cancellation that does not wait for the thread pool, which other tests keep busy for half a minute at times.</summary>
internal static class Cancellation
{
    /// <summary>A source that a thread of its own cancels.</summary>
    public static CancellationTokenSource After(TimeSpan delay)
    {
        var source = new CancellationTokenSource();
        var token = source.Token;
        var handle = token.WaitHandle;
        new Thread(() =>
        {
            try
            {
                handle.WaitOne(delay);
                source.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The test ended first.
            }
        }) { IsBackground = true, Name = "cancels a test" }.Start();
        return source;
    }
}
