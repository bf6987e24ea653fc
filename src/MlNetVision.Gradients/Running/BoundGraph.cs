using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Gradients.Running;

/// <summary>
/// A session of ONNX Runtime with buffers that it reads and writes in place. One run at a time; <see cref="Dispose"/> lets a current run end. The
/// caller disposes it.
/// </summary>
public sealed class BoundGraph : IDisposable
{
    private readonly OnnxSession _session;
    private readonly OrtIoBinding _binding;
    private readonly List<OrtValue> _values = [];
    private readonly HashSet<string> _fetched = new(StringComparer.Ordinal);
    private readonly UseCount _uses;

    /// <summary>Opens a graph.</summary>
    /// <param name="model">The graph; it is copied.</param>
    /// <param name="threads">Threads for one operator; 0: one for each physical core.</param>
    /// <param name="owner">The type that <see cref="ObjectDisposedException"/> names.</param>
    /// <param name="device">The device that runs it, and those to take in its place; null: the processor.</param>
    /// <exception cref="BadModelException">ONNX Runtime does not take the graph.</exception>
    /// <exception cref="BadDeviceException">None of the devices works.</exception>
    public BoundGraph(OnnxModel model, int threads, Type owner, DeviceList? device = null)
    {
        // Layouts of blocked channels (the level above) only pay where kernels are constants; here values would go back and forth between layouts.
        _session = OnnxSession.Open(model, new OnnxSessionOptions
        {
            Device = device, Threads = threads, OptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
        });
        _binding = _session.CreateBinding();
        _uses = new UseCount(owner, Free);
    }

    /// <summary>The device that runs the graph. Arrays stay in the processor's memory; each run copies them to the device and back.</summary>
    public Device Device => _session.Device;

    /// <summary>Where <see cref="Device"/> is not the first of those asked for: why not, in a sentence for the user; else null.</summary>
    public string? DeviceNote => _session.DeviceNote;

    /// <summary>An input that is read from an array at every run.</summary>
    /// <param name="name">The name of the input.</param>
    /// <param name="values">The values, the last axis running fastest; the array is used in place until the graph is disposed.</param>
    /// <param name="shape">The dimensions, outermost first.</param>
    public void Input(string name, float[] values, IReadOnlyList<long> shape) => _binding.BindInput(name, Keep(values, shape));

    /// <summary>An output that is written into an array at every run.</summary>
    /// <param name="name">The name of the output.</param>
    /// <param name="values">Room for the values, the last axis running fastest; the array is used in place until the graph is disposed.</param>
    /// <param name="shape">The dimensions, outermost first.</param>
    public void Output(string name, float[] values, IReadOnlyList<long> shape) => _binding.BindOutput(name, Keep(values, shape));

    /// <summary>An output whose shape depends on the run, and which <see cref="Run"/> returns.</summary>
    public void Fetch(string name)
    {
        _fetched.Add(name);
        _binding.BindOutputToDevice(name, OrtMemoryInfo.DefaultInstance);
    }

    /// <summary>Runs the graph and gives the outputs to be fetched, by name.</summary>
    /// <param name="feeds">The inputs that have no array of their own.</param>
    /// <param name="cancellationToken">Stops the run between two layers.</param>
    /// <exception cref="BadModelException">ONNX Runtime fails on the graph, or a fetched output is not of floats.</exception>
    /// <exception cref="OperationCanceledException">The token stopped the run; the content of arrays written in place is undefined.</exception>
    public Dictionary<string, TrainingOutput> Run(IReadOnlyList<(string Name, TrainingFeed Feed)> feeds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(feeds);
        using var use = _uses.Enter();
        var values = new List<OrtValue>();
        try
        {
            foreach (var (name, feed) in feeds)
            {
                values.Add(feed.ToOrtValue());
                _binding.BindInput(name, values[^1]);
            }
            // A binding keeps fetched outputs, but the next batch may have another size.
            foreach (var name in _fetched) _binding.BindOutputToDevice(name, OrtMemoryInfo.DefaultInstance);
            _session.Run(_binding, cancellationToken);
            return Read();
        }
        finally
        {
            values.ForEach(v => v.Dispose());
        }
    }

    /// <summary>Refuses later runs and frees the session, at once or when the current run ends. The arrays stay usable.</summary>
    public void Dispose() => _uses.Dispose();

    private void Free()
    {
        _binding.Dispose();
        _session.Dispose();
        _values.ForEach(v => v.Dispose());
    }

    private OrtValue Keep(float[] values, IReadOnlyList<long> shape)
    {
        _values.Add(OrtValue.CreateTensorValueFromMemory(values, [.. shape]));
        return _values[^1];
    }

    private Dictionary<string, TrainingOutput> Read()
    {
        var read = new Dictionary<string, TrainingOutput>(StringComparer.Ordinal);
        if (_fetched.Count == 0) return read;
        using var outputs = _binding.GetOutputValues();
        foreach (var (name, value) in _binding.GetOutputNames().Zip(outputs))
        {
            if (!_fetched.Contains(name)) continue;
            var info = value.GetTensorTypeAndShape();
            if (info.ElementDataType != TensorElementType.Float)
                throw new BadModelException($"{_session.Name}: output '{name}' is {info.ElementDataType}, expected float.");
            read[name] = new TrainingOutput(info.Shape, value.GetTensorDataAsSpan<float>().ToArray());
        }
        return read;
    }
}
