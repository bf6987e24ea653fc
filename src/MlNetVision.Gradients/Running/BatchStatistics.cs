using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Running;

/// <summary>Updates the running statistics of one layer.</summary>
internal sealed class BatchStatistics(RunningStatistics names, FloatInitializers initializers)
{
    private readonly TrainableTensor _mean = initializers.Tensor(names.Mean, trained: false);
    private readonly TrainableTensor _variance = initializers.Tensor(names.Variance, trained: false);
    private float[] _batchMean = [];
    private float[] _batchVariance = [];

    public IEnumerable<TrainableTensor> Running => [_mean, _variance];

    public void Bind(BoundGraph graph)
    {
        _batchMean = GC.AllocateArray<float>(_mean.Values.Length, pinned: true);
        _batchVariance = GC.AllocateArray<float>(_variance.Values.Length, pinned: true);
        graph.Output(names.BatchMean, _batchMean, _mean.Shape);
        graph.Output(names.BatchVariance, _batchVariance, _variance.Shape);
    }

    public void Update()
    {
        Move(_mean.Values, _batchMean);
        Move(_variance.Values, _batchVariance);
    }

    private void Move(float[] running, float[] batch)
    {
        for (var i = 0; i < running.Length; i++) running[i] = (names.Momentum * running[i]) + ((1 - names.Momentum) * batch[i]);
    }
}

/// <summary>Reads float initializers of a model.</summary>
internal sealed class FloatInitializers(OnnxModel model)
{
    private readonly Dictionary<string, TensorProto> _initializers = model.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, TrainableTensor> _made = new(StringComparer.Ordinal);

    /// <summary>The tensor in pinned arrays.</summary>
    public TrainableTensor Tensor(string name, bool trained)
    {
        if (_made.TryGetValue(name, out var made)) return made;
        var tensor = _initializers[name];
        var initial = TensorData.Floats(tensor);
        var values = GC.AllocateUninitializedArray<float>(initial.Length, pinned: true);
        initial.CopyTo(values);
        return _made[name] = new TrainableTensor(name, [.. tensor.Dims], values, trained ? GC.AllocateArray<float>(values.Length, pinned: true) : []);
    }
}
