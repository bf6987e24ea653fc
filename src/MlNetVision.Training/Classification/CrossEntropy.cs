using System.Numerics.Tensors;

namespace MlNetVision.Training;

/// <summary>Cross-entropy: −log of the softmax probability of the ground truth.</summary>
internal static class CrossEntropy
{
    /// <summary>Log-probabilities of one row, in place: x − max − log Σ exp(x − max).</summary>
    /// <param name="logits">The row.</param>
    /// <param name="exponentials">A buffer of the same length.</param>
    public static void LogSoftmax(Span<float> logits, Span<float> exponentials)
    {
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max(logits), logits);
        TensorPrimitives.Exp(logits, exponentials);
        TensorPrimitives.Subtract(logits, MathF.Log(TensorPrimitives.Sum<float>(exponentials)), logits);
    }
}
