using System.Numerics;

namespace MlNetVision.Gradients.Optimizers;

/// <summary>The arithmetic that <see cref="AdamOptimizer"/> and <see cref="AdamWOptimizer"/> share.</summary>
internal sealed class AdamUpdate
{
    private readonly AdamOptions _options;

    public AdamUpdate(AdamOptions options)
    {
        options.Validate();
        _options = options;
    }

    /// <param name="tensor">The tensor to change.</param>
    /// <param name="memory">Its averages m and v.</param>
    /// <param name="rate">The learning rate η.</param>
    /// <param name="keep">The factor of the values before the step.</param>
    public void Step(TrainableTensor tensor, TensorState memory, float rate, float keep)
    {
        // The corrections of both averages are folded into one step size and one factor of the root.
        var step = (float)(rate / (1 - Math.Pow(_options.Beta1, memory.Steps)));
        var root = (float)(1 / Math.Sqrt(1 - Math.Pow(_options.Beta2, memory.Steps)));
        var (values, gradient, m, v) = (tensor.Values, tensor.Gradient, memory.Averages[0], memory.Averages[1]);
        Chunks.ForEach(values.Length, (_, r) => Update(values.AsSpan(r), gradient.AsSpan(r), m.AsSpan(r), v.AsSpan(r), step, root, keep));
    }

    private void Update(Span<float> values, ReadOnlySpan<float> gradient, Span<float> means, Span<float> squares, float step, float root, float keep)
    {
        var (beta1, beta2, epsilon) = (_options.Beta1, _options.Beta2, _options.Epsilon);
        var (new1, new2) = (1 - beta1, 1 - beta2);
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var g = new Vector<float>(gradient[i..]);
            var m = (new Vector<float>(means[i..]) * beta1) + (g * new1);
            var v = (new Vector<float>(squares[i..]) * beta2) + (g * g * new2);
            m.CopyTo(means[i..]);
            v.CopyTo(squares[i..]);
            var w = new Vector<float>(values[i..]) * keep;
            (w - (m * step / ((Vector.SquareRoot(v) * root) + new Vector<float>(epsilon)))).CopyTo(values[i..]);
        }
        for (; i < values.Length; i++)
        {
            var g = gradient[i];
            var m = means[i] = (means[i] * beta1) + (g * new1);
            var v = squares[i] = (squares[i] * beta2) + (g * g * new2);
            values[i] = (values[i] * keep) - (m * step / ((MathF.Sqrt(v) * root) + epsilon));
        }
    }
}
