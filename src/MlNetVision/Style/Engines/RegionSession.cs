using Microsoft.ML.OnnxRuntime;
using MlNetVision.Inference;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Style;

/// <summary>A network of one input of free size, run on rectangles; one caller at a time.</summary>
internal sealed class RegionSession : IDisposable
{
    private readonly OnnxSession _session;
    private readonly string[] _input;
    private readonly string[] _output;

    /// <param name="model">The network.</param>
    /// <param name="output">The output to read, of float elements.</param>
    /// <param name="device">The devices to take; null: the processor.</param>
    /// <param name="threads">Threads that one run uses.</param>
    /// <param name="keepsMemory">
    /// Whether a run's memory is kept for the next one, which saves a quarter of the time and doubles the memory; for
    /// rectangles that are small, or of one size.
    /// </param>
    public RegionSession(OnnxModel model, string output, DeviceList? device, int threads, bool keepsMemory)
    {
        (_input, _output) = ([model.Inputs[0].Name], [output]);
        _session = OnnxSession.Open(
            model, new OnnxSessionOptions { Device = device, Threads = threads, AllowSpinning = false, KeepsMemory = keepsMemory });
    }

    /// <summary>The device that runs it.</summary>
    public DeviceInUse Device => DeviceInUse.Of(_session);

    /// <summary>Receives the output: its elements, the last axis fastest, and its shape; both valid during the call only.</summary>
    public delegate void Reader(ReadOnlySpan<float> values, ReadOnlySpan<long> shape);

    /// <summary>Runs the network on a rectangle; cancellation stops it between two layers.</summary>
    public void Run(IRegionSource source, int left, int top, int width, int height, Reader read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var input = source.Region(left, top, width, height);
        try
        {
            using var outputs = _session.Run(_input, [input], _output, cancellationToken);
            read(outputs[0].GetTensorDataAsSpan<float>(), outputs[0].GetTensorTypeAndShape().Shape);
        }
        catch (BadModelException e) when (e.InnerException is OnnxRuntimeException own)
        {
            throw new BadModelException($"{_session.Name}: the network cannot be run on {width}×{height} pixels: {own.Message}", own);
        }
    }

    public void Dispose() => _session.Dispose();
}
