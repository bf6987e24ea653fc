using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MlNetVision.Onnx;

namespace MlNetVision.Gradients.Running;

/// <summary>A session of ONNX Runtime with buffers that it reads and writes in place. Not for several threads at a time. The caller disposes it.</summary>
public sealed class BoundGraph : IDisposable
{
    private readonly string _name;
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _run = new();
    private readonly List<OrtValue> _values = [];
    private readonly HashSet<string> _fetched = new(StringComparer.Ordinal);

    /// <summary>Opens a graph.</summary>
    /// <param name="model">The graph; it is copied.</param>
    /// <param name="threads">Threads; 0: as many as there are cores.</param>
    /// <exception cref="BadModelException">ONNX Runtime does not take the graph.</exception>
    public BoundGraph(OnnxModel model, int threads)
    {
        _name = model.Name;
        using var options = new SessionOptions { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        try
        {
            _session = new InferenceSession(model.ToBytes(), options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new BadModelException($"{_name}: ONNX Runtime does not take the training graph: {e.Message}", e);
        }
        _binding = _session.CreateIoBinding();
    }

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

    /// <summary>An output whose shape only the run tells, and which <see cref="Run"/> gives.</summary>
    public void Fetch(string name)
    {
        _fetched.Add(name);
        _binding.BindOutputToDevice(name, OrtMemoryInfo.DefaultInstance);
    }

    /// <summary>Runs the graph and gives the outputs to be fetched, by name.</summary>
    /// <param name="feeds">The inputs that have no array of their own.</param>
    /// <exception cref="BadModelException">ONNX Runtime fails on the graph, or a fetched output is not of floats.</exception>
    public Dictionary<string, TrainingOutput> Run(IReadOnlyList<(string Name, TrainingFeed Feed)> feeds)
    {
        ArgumentNullException.ThrowIfNull(feeds);
        var values = new List<OrtValue>();
        try
        {
            foreach (var (name, feed) in feeds)
            {
                values.Add(feed.ToOrtValue());
                _binding.BindInput(name, values[^1]);
            }
            // A binding keeps what it fetched for the next run, whose batch may have another size.
            foreach (var name in _fetched) _binding.BindOutputToDevice(name, OrtMemoryInfo.DefaultInstance);
            _session.RunWithBinding(_run, _binding);
            return Read();
        }
        catch (OnnxRuntimeException e)
        {
            throw new BadModelException($"{_name}: the training graph fails: {e.Message}", e);
        }
        finally
        {
            values.ForEach(v => v.Dispose());
        }
    }

    /// <summary>Frees the session. The arrays stay usable.</summary>
    public void Dispose()
    {
        _binding.Dispose();
        _run.Dispose();
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
            if (info.ElementDataType != TensorElementType.Float) throw new BadModelException($"{_name}: output '{name}' is {info.ElementDataType}, expected float.");
            read[name] = new TrainingOutput(info.Shape, value.GetTensorDataAsSpan<float>().ToArray());
        }
        return read;
    }
}
