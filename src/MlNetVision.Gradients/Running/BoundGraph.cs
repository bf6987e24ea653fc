using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MlNetVision.Onnx;

namespace MlNetVision.Gradients.Running;

/// <summary>A session of ONNX Runtime with buffers that it reads and writes in place.</summary>
internal sealed class BoundGraph : IDisposable
{
    private readonly string _name;
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _run = new();
    private readonly List<OrtValue> _values = [];
    private readonly HashSet<string> _fetched = new(StringComparer.Ordinal);

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
    public void Input(string name, float[] values, IReadOnlyList<long> shape) => _binding.BindInput(name, Keep(values, shape));

    /// <summary>An output that is written into an array at every run.</summary>
    public void Output(string name, float[] values, IReadOnlyList<long> shape) => _binding.BindOutput(name, Keep(values, shape));

    /// <summary>An output whose shape only the run tells.</summary>
    public void Fetch(string name)
    {
        _fetched.Add(name);
        _binding.BindOutputToDevice(name, OrtMemoryInfo.DefaultInstance);
    }

    /// <summary>Runs the graph and gives the outputs to be fetched.</summary>
    public Dictionary<string, TrainingOutput> Run(IReadOnlyList<(string Name, TrainingFeed Feed)> feeds)
    {
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
