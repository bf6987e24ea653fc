using System.Numerics.Tensors;
using MlNetVision.Gradients;

namespace MlNetVision.Training.Detection;

/// <summary>
/// The moving average of weights: a ← d·a + (1 − d)·w, with a smaller d in the first steps. Polyak and Juditsky, "Acceleration of stochastic approximation
/// by averaging", 1992.
/// </summary>
/// <param name="decay">The greatest d; 0: the weights themselves.</param>
internal sealed class WeightAverage(float decay)
{
    private float[][] _values = [];

    /// <summary>The averages, in the order of the tensors. The arrays change with each step.</summary>
    public IReadOnlyList<float[]> Values => _values;

    /// <summary>Starts with given averages, or with the weights themselves.</summary>
    public void Start(IReadOnlyList<TrainableTensor> tensors, IReadOnlyList<float[]>? kept = null) =>
        _values = [.. kept?.Select(v => v.ToArray()) ?? tensors.Select(t => t.Values.ToArray())];

    /// <param name="tensors">The tensors after a step.</param>
    /// <param name="step">The number of the step, from 0.</param>
    public void Update(IReadOnlyList<TrainableTensor> tensors, long step)
    {
        var d = Math.Min(decay, (1 + step) / (10f + step));
        if (decay == 0) d = 0;
        for (var i = 0; i < _values.Length; i++)
        {
            var (average, values) = (_values[i], tensors[i].Values);
            TensorPrimitives.Multiply(average, d, average);
            TensorPrimitives.MultiplyAdd(values, 1 - d, average, average);
        }
    }
}
