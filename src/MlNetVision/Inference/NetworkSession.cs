using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Inference;

/// <summary>
/// One ONNX Runtime session on a network with one image input. <see cref="Rent"/> gives buffers that one caller at a
/// time fills, runs and reads; any number of them may run concurrently. Dispose it after all of them are returned, as its owner's
/// <see cref="UseCount"/> ensures.
/// </summary>
internal sealed class NetworkSession : IDisposable
{
    private readonly OnnxSession _session;
    private readonly string[] _outputs;
    private readonly Lock _gate = new();
    private readonly Stack<NetworkRun> _idle = new();
    private bool _disposed;

    /// <param name="model">The network.</param>
    /// <param name="input">Its image input.</param>
    /// <param name="outputs">The outputs to compute, in order.</param>
    /// <param name="threads">Threads that one run uses.</param>
    /// <param name="device">The devices to take; null: the processor.</param>
    public NetworkSession(OnnxModel model, NetworkInput input, IReadOnlyList<string> outputs, int threads, DeviceList? device = null)
    {
        Input = input;
        _outputs = [.. outputs];
        // Spinning threads would take cores from concurrent decoding.
        _session = OnnxSession.Open(model, new OnnxSessionOptions { Device = device, Threads = threads, AllowSpinning = false });
    }

    public NetworkInput Input { get; }

    /// <summary>The device that runs it.</summary>
    public DeviceInUse Device => DeviceInUse.Of(_session);

    /// <summary>Buffers for one run; give them back with <see cref="Return"/>.</summary>
    public NetworkRun Rent()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_idle.TryPop(out var run)) return run;
        }
        return new NetworkRun(_session, Input, _outputs);
    }

    /// <summary>Buffers for runs at another size, for networks of free size; the caller disposes them before this session.</summary>
    public NetworkRun Open(int width, int height)
    {
        lock (_gate) ObjectDisposedException.ThrowIf(_disposed, this);
        return new NetworkRun(_session, Input with { Width = width, Height = height }, _outputs);
    }

    public void Return(NetworkRun run)
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _idle.Push(run);
                return;
            }
        }
        run.Dispose();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
        }
        while (_idle.TryPop(out var run)) run.Dispose();
        _session.Dispose();
    }
}
