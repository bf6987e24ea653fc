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
    private readonly Lock? _turns;

    private OnnxSession(string name, OpenedSession opened)
    {
        (Name, _session, Device, DeviceNote) = (name, opened.Session, opened.Device, opened.Note);
        // DirectML takes one run of a session at a time; concurrent ones wait for each other.
        if (Device.Kind == DeviceKind.DirectML) _turns = new();
        _uses = new UseCount(typeof(OnnxSession), Free);
    }

    /// <summary>The name of the model in messages.</summary>
    public string Name { get; }

    /// <summary>The device that runs the network. Operators that it lacks run on the processor.</summary>
    public Device Device { get; }

    /// <summary>Where <see cref="Device"/> is not the first of those asked for: why not, in a sentence for the user; else null.</summary>
    public string? DeviceNote { get; }

    /// <summary>Opens a network.</summary>
    /// <param name="model">The network, which is read once and not changed.</param>
    /// <param name="options">Device, threads, memory, optimisation; null: the defaults.</param>
    /// <returns>The session; the caller disposes it.</returns>
    /// <exception cref="BadModelException">ONNX Runtime refuses the network; the message names the model.</exception>
    /// <exception cref="BadDeviceException">No device that was asked for works; the message says why, and what ONNX Runtime has.</exception>
    /// <exception cref="InvalidOperationException">The app lacks the native part of ONNX Runtime.</exception>
    public static OnnxSession Open(OnnxModel model, OnnxSessionOptions? options = null) =>
        OpenWith(HostProviders.Instance, model, options);

    /// <param name="providers">What opens it.</param>
    /// <param name="model">The network.</param>
    /// <param name="options">How it is opened.</param>
    internal static OnnxSession OpenWith(IExecutionProviders providers, OnnxModel model, OnnxSessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        OnnxRuntimeEnvironment.Ensure();
        return new OnnxSession(model.Name, new DeviceOpener(model, options ?? new OnnxSessionOptions(), providers).Open());
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
        using var turn = new Turn(_turns);
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
        using var turn = new Turn(_turns);
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
        using var turn = new Turn(_turns);
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

    private readonly ref struct Turn
    {
        private readonly Lock? _turns;

        public Turn(Lock? turns)
        {
            _turns = turns;
            _turns?.Enter();
        }

        public void Dispose() => _turns?.Exit();
    }
}

/// <summary>How <see cref="OnnxSession.Open"/> opens a network.</summary>
public sealed record OnnxSessionOptions
{
    /// <summary>
    /// The device that runs the network, and those to take where it does not work. Null, the default: <c>cpu</c>. Inputs and outputs stay in the
    /// processor's memory.
    /// </summary>
    public DeviceList? Device { get; init; }

    /// <summary>Threads for one operator on the processor; 0, the default, takes one for each physical core.</summary>
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

    /// <summary>The same in ONNX Runtime's form, without its provider; the caller disposes it.</summary>
    internal SessionOptions ToNative(Device device = default)
    {
        var native = new SessionOptions
        {
            IntraOpNumThreads = Threads,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            EnableCpuMemArena = KeepsMemory,
            EnableMemoryPattern = KeepsMemory,
        };
        if (OptimizationLevel != native.GraphOptimizationLevel) native.GraphOptimizationLevel = OptimizationLevel;
        if (device.Kind == DeviceKind.DirectML) (native.EnableMemoryPattern, native.ExecutionMode) = (false, ExecutionMode.ORT_SEQUENTIAL);
        if (!AllowSpinning) native.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        return native;
    }
}
