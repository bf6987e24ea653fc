using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Inference;

/// <summary>
/// One ONNX Runtime session on a network with one image input. <see cref="Rent()"/> gives buffers that one caller at a
/// time fills, runs and reads; any number of them may run concurrently. Dispose it after all of them are returned, as its owner's
/// <see cref="UseCount"/> ensures.
/// </summary>
internal sealed class NetworkSession : IDisposable
{
    /// <summary>Idle buffers that are kept, where they are of several sizes.</summary>
    private const int MostSizes = 16;

    private readonly OnnxSession _session;
    private readonly string[] _outputs;
    private readonly Lock _gate = new();
    private readonly List<NetworkRun> _idle = [];
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
    public NetworkRun Rent() => Rent((Input.Width, Input.Height));

    /// <summary>Buffers for one run at a size, of networks of free size.</summary>
    public NetworkRun Rent((int Width, int Height) size)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var found = _idle.FindLastIndex(r => r.Size == size);
            if (found >= 0)
            {
                var run = _idle[found];
                _idle.RemoveAt(found);
                return run;
            }
        }
        return new NetworkRun(_session, Input with { Width = size.Width, Height = size.Height }, _outputs);
    }

    /// <summary>Buffers for runs at another size, for networks of free size; the caller disposes them before this session.</summary>
    public NetworkRun Open(int width, int height)
    {
        lock (_gate) ObjectDisposedException.ThrowIf(_disposed, this);
        return new NetworkRun(_session, Input with { Width = width, Height = height }, _outputs);
    }

    public void Return(NetworkRun run)
    {
        NetworkRun? left;
        lock (_gate)
        {
            left = run;
            if (!_disposed)
            {
                _idle.Add(run);
                // Buffers of sizes that are not asked for again must not stay.
                left = _idle.Count > MostSizes && _idle[0].Size != run.Size ? _idle[0] : null;
                if (left is not null) _idle.RemoveAt(0);
            }
        }
        left?.Dispose();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
        }
        foreach (var run in _idle) run.Dispose();
        _idle.Clear();
        _session.Dispose();
    }
}
