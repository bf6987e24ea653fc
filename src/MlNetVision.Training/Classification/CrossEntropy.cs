using System.Numerics.Tensors;

namespace MlNetVision.Training;

/// <summary>What answers are worth: −log of the probability that softmax gives the true class.</summary>
internal static class CrossEntropy
{
    /// <summary>Log-probabilities of one row, in place: x − max − log Σ exp(x − max).</summary>
    /// <param name="logits">The row.</param>
    /// <param name="exponentials">As many floats to work in.</param>
    public static void LogSoftmax(Span<float> logits, Span<float> exponentials)
    {
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max(logits), logits);
        TensorPrimitives.Exp(logits, exponentials);
        TensorPrimitives.Subtract(logits, MathF.Log(TensorPrimitives.Sum<float>(exponentials)), logits);
    }
}
