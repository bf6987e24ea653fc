using Microsoft.ML.OnnxRuntime;
using MlNetVision.Onnx;

namespace MlNetVision.Gradients.Tests;

/// <summary>Runs a small graph on ONNX Runtime, again and again.</summary>
internal sealed class GraphRunner : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();

    public GraphRunner(OnnxModel model)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _session = new InferenceSession(model.ToBytes(), options);
    }

    public static Dictionary<string, float[]> Run(OnnxModel model, IReadOnlyDictionary<string, Feed> feeds)
    {
        using var runner = new GraphRunner(model);
        return runner.Run(feeds);
    }

    /// <summary>All float outputs by name.</summary>
    public Dictionary<string, float[]> Run(IReadOnlyDictionary<string, Feed> feeds)
    {
        var names = _session.InputNames.ToArray();
        var values = names.Select(n => feeds[n].ToOrtValue()).ToArray();
        try
        {
            using var outputs = _session.Run(_options, names, values, _session.OutputNames);
            return _session.OutputNames.Zip(outputs)
                .Where(o => o.Second.GetTensorTypeAndShape().ElementDataType == Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float)
                .ToDictionary(o => o.First, o => o.Second.GetTensorDataAsSpan<float>().ToArray());
        }
        finally
        {
            foreach (var v in values) v.Dispose();
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }
}
