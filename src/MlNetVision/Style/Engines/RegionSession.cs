using Microsoft.ML.OnnxRuntime;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Style;

/// <summary>A network of one input that takes any size, run on rectangles; one caller at a time.</summary>
internal sealed class RegionSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly string _name;
    private readonly string[] _input;
    private readonly string[] _output;

    /// <param name="model">The network.</param>
    /// <param name="output">The output to read, of float elements.</param>
    /// <param name="threads">Threads that one run uses.</param>
    /// <param name="keepsMemory">
    /// Whether the memory of a run stays for the next one, which saves a quarter of the time and takes twice as much; for
    /// rectangles that are small, or of one size.
    /// </param>
    public RegionSession(OnnxModel model, string output, int threads, bool keepsMemory)
    {
        (_name, _input, _output) = (model.Name, [model.Inputs[0].Name], [output]);
        RuntimeEnvironment.Ensure();
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            EnableCpuMemArena = keepsMemory,
            EnableMemoryPattern = keepsMemory,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        try
        {
            _session = new InferenceSession(model.ToBytes(), options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new BadModelException($"{model.Name}: ONNX Runtime refuses the network: {e.Message}", e);
        }
    }

    /// <summary>Takes the answer: its elements, the last axis fastest, and its shape; both are gone when it returns.</summary>
    public delegate void Reader(ReadOnlySpan<float> values, ReadOnlySpan<long> shape);

    /// <summary>Runs the network on a rectangle; a cancellation stops it between two layers.</summary>
    public void Run(IRegionSource source, int left, int top, int width, int height, Reader read, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var options = new RunOptions();
        using var stop = cancellation.Register(() => options.Terminate = true);
        using var input = source.Region(left, top, width, height);
        try
        {
            using var answers = _session.Run(options, _input, [input], _output);
            read(answers[0].GetTensorDataAsSpan<float>(), answers[0].GetTensorTypeAndShape().Shape);
        }
        catch (OnnxRuntimeException e)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new BadModelException($"{_name}: the network cannot be run on {width}×{height} pixels: {e.Message}", e);
        }
    }

    public void Dispose() => _session.Dispose();
}
