using Microsoft.ML.OnnxRuntime;

namespace MlNetVision.Onnx.Runtime;

/// <summary>How <see cref="OnnxSession.Open"/> opens a network.</summary>
public sealed record OnnxSessionOptions
{
    /// <summary>Threads for one operator; 0, the default, takes one for each physical core.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// Whether threads wait for work in a loop for a while before they sleep. Default: true, which is fastest where nothing else
    /// runs; false leaves the cores to what runs beside the network, such as decoding.
    /// </summary>
    public bool AllowSpinning { get; init; } = true;

    /// <summary>
    /// Whether the memory of a run stays for the next one (ONNX Runtime's arena and memory patterns). Default: true, which saves up
    /// to a quarter of the time and takes up to twice the memory; false is for large inputs whose size changes.
    /// </summary>
    public bool KeepsMemory { get; init; } = true;

    /// <summary>How far ONNX Runtime rewrites the graph. Default: as far as it can.</summary>
    public GraphOptimizationLevel OptimizationLevel { get; init; } = GraphOptimizationLevel.ORT_ENABLE_ALL;

    /// <summary>The same in ONNX Runtime's form; the caller disposes it.</summary>
    internal SessionOptions ToNative()
    {
        var native = new SessionOptions
        {
            IntraOpNumThreads = Threads,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            EnableCpuMemArena = KeepsMemory,
            EnableMemoryPattern = KeepsMemory,
        };
        if (OptimizationLevel != native.GraphOptimizationLevel) native.GraphOptimizationLevel = OptimizationLevel;
        if (!AllowSpinning) native.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        return native;
    }
}
