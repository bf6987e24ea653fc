using Microsoft.ML.OnnxRuntime;

namespace MlNetVision.Onnx.Runtime;

/// <summary>The <see cref="RunOptions"/> of runs, used again, by which a token stops a run between two layers. For several threads at once.</summary>
internal sealed class RunOptionsPool : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Stack<RunOptions> _idle = new();

    /// <summary>Begins a run, which ends when the result is disposed.</summary>
    /// <exception cref="OperationCanceledException">The token is cancelled already.</exception>
    public Scope Begin(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new Scope(this, Rent(), cancellationToken);
    }

    /// <summary>Frees the options; there must be no current run.</summary>
    public void Dispose()
    {
        while (_idle.TryPop(out var options)) options.Dispose();
    }

    private RunOptions Rent()
    {
        lock (_gate)
        {
            if (_idle.TryPop(out var options)) return options;
        }
        // What a run fails with is thrown; ONNX Runtime would write it to standard error besides, and each stop too.
        return new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
    }

    private void Return(RunOptions options)
    {
        lock (_gate) _idle.Push(options);
    }

    internal readonly ref struct Scope
    {
        private readonly RunOptionsPool _pool;
        private readonly CancellationTokenRegistration _stop;

        public Scope(RunOptionsPool pool, RunOptions options, CancellationToken cancellationToken)
        {
            (_pool, Options) = (pool, options);
            _stop = cancellationToken.UnsafeRegister(static o => ((RunOptions)o!).Terminate = true, options);
        }

        public RunOptions Options { get; }

        public void Dispose()
        {
            _stop.Dispose(); // waits for a callback under way, so that nothing sets the flag from here on
            if (Options.Terminate) Options.Terminate = false; // else the next run with them would end at once
            _pool.Return(Options);
        }
    }
}
