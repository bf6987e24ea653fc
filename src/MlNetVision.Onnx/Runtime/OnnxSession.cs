using Microsoft.ML.OnnxRuntime;

namespace MlNetVision.Onnx.Runtime;

/// <summary>
/// A network opened by ONNX Runtime: the only class that creates, runs, stops and frees sessions. Thread-safe, <see cref="Dispose"/> included:
/// current runs end normally, and the last of them frees the session.
/// </summary>
/// <example><code>
/// using var session = OnnxSession.Open(model, new OnnxSessionOptions { Threads = 1 });
/// using var input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, 416, 416]);
/// using var outputs = session.Run(["image"], [input], ["grid"], cancellation);
/// </code></example>
public sealed class OnnxSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptionsPool _runs = new();
    private readonly UseCount _uses;

    private OnnxSession(string name, InferenceSession session)
    {
        (Name, _session) = (name, session);
        _uses = new UseCount(typeof(OnnxSession), Free);
    }

    /// <summary>The name of the model in messages.</summary>
    public string Name { get; }

    /// <summary>Opens a network.</summary>
    /// <param name="model">The network, which is read once and not changed.</param>
    /// <param name="options">Threads, memory, optimisation; null: the defaults.</param>
    /// <returns>The session; the caller disposes it.</returns>
    /// <exception cref="BadModelException">ONNX Runtime refuses the network; the message names the model.</exception>
    /// <exception cref="InvalidOperationException">The app lacks the native part of ONNX Runtime.</exception>
    public static OnnxSession Open(OnnxModel model, OnnxSessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        OnnxRuntimeEnvironment.Ensure();
        using var native = (options ?? new OnnxSessionOptions()).ToNative();
        try
        {
            return new OnnxSession(model.Name, new InferenceSession(model.ToBytes(), native));
        }
        catch (OnnxRuntimeException e)
        {
            throw new BadModelException($"{model.Name}: ONNX Runtime refuses the network: {e.Message}", e);
        }
    }

    /// <summary>Runs the network; ONNX Runtime allocates the outputs.</summary>
    /// <param name="inputNames">The names of the inputs that are given.</param>
    /// <param name="inputs">Their values, in that order.</param>
    /// <param name="outputNames">The outputs to compute.</param>
    /// <param name="cancellationToken">Stops the run between two layers, also within loops of the graph.</param>
    /// <returns>The outputs in the order of their names; the caller disposes them. They outlive this session.</returns>
    /// <exception cref="BadModelException">ONNX Runtime cannot run the network on these inputs; the inner exception is its own.</exception>
    /// <exception cref="OperationCanceledException">The token stopped the run.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public IDisposableReadOnlyCollection<OrtValue> Run(
        IReadOnlyCollection<string> inputNames, IReadOnlyCollection<OrtValue> inputs, IReadOnlyCollection<string> outputNames,
            CancellationToken cancellationToken = default)
    {
        using var use = _uses.Enter();
        using var run = _runs.Begin(cancellationToken);
        try
        {
            return _session.Run(run.Options, inputNames, inputs, outputNames);
        }
        catch (OnnxRuntimeException e)
        {
            throw Translate(e, cancellationToken);
        }
    }

    /// <summary>Runs the network and writes to given outputs; after a cancelled run their content is undefined.</summary>
    /// <param name="inputNames">The names of the inputs that are given.</param>
    /// <param name="inputs">Their values, in that order.</param>
    /// <param name="outputNames">The outputs to compute.</param>
    /// <param name="outputs">Where they are written, in that order, each of the type and shape that the network gives.</param>
    /// <param name="cancellationToken">Stops the run between two layers, also within loops of the graph.</param>
    /// <inheritdoc cref="Run(IReadOnlyCollection{string}, IReadOnlyCollection{OrtValue}, IReadOnlyCollection{string}, CancellationToken)" path="/exception"/>
    public void Run(
        IReadOnlyCollection<string> inputNames, IReadOnlyCollection<OrtValue> inputs, IReadOnlyCollection<string> outputNames,
        IReadOnlyCollection<OrtValue> outputs, CancellationToken cancellationToken = default)
    {
        using var use = _uses.Enter();
        using var run = _runs.Begin(cancellationToken);
        try
        {
            _session.Run(run.Options, inputNames, inputs, outputNames, outputs);
        }
        catch (OnnxRuntimeException e)
        {
            throw Translate(e, cancellationToken);
        }
    }

    /// <summary>Runs the network with inputs and outputs that are bound to memory.</summary>
    /// <param name="binding">What <see cref="CreateBinding"/> gave; one run with it at a time.</param>
    /// <param name="cancellationToken">Stops the run between two layers, also within loops of the graph.</param>
    /// <inheritdoc cref="Run(IReadOnlyCollection{string}, IReadOnlyCollection{OrtValue}, IReadOnlyCollection{string}, CancellationToken)" path="/exception"/>
    public void Run(OrtIoBinding binding, CancellationToken cancellationToken = default)
    {
        using var use = _uses.Enter();
        using var run = _runs.Begin(cancellationToken);
        try
        {
            _session.RunWithBinding(run.Options, binding);
        }
        catch (OnnxRuntimeException e)
        {
            throw Translate(e, cancellationToken);
        }
    }

    /// <summary>Makes what binds inputs and outputs to memory; the caller disposes it, before this session.</summary>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public OrtIoBinding CreateBinding()
    {
        using var use = _uses.Enter();
        return _session.CreateIoBinding();
    }

    /// <summary>Refuses later runs and frees the session, at once or when the last current run ends.</summary>
    public void Dispose() => _uses.Dispose();

    private void Free()
    {
        _session.Dispose();
        _runs.Dispose();
    }

    private Exception Translate(OnnxRuntimeException e, CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? new OperationCanceledException($"{Name}: the run was stopped.", e, cancellationToken)
        : new BadModelException($"{Name}: ONNX Runtime cannot run the network: {e.Message}", e);
}

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
