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
