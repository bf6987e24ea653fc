namespace MlNetVision.Training;

/// <summary>What answers are worth: −log of the probability that softmax gives the true class.</summary>
internal static class CrossEntropy
{
    /// <summary>Log-probabilities of one row, in place: x − max − log Σ exp(x − max).</summary>
    public static void LogSoftmax(Span<float> logits)
    {
        var most = float.NegativeInfinity;
        foreach (var x in logits) most = MathF.Max(most, x);
        var sum = 0d;
        foreach (var x in logits) sum += Math.Exp(x - most);
        var shift = most + (float)Math.Log(sum);
        foreach (ref var x in logits) x -= shift;
    }

    /// <summary>The class with the highest answer; the first among equals.</summary>
    public static int Best(ReadOnlySpan<float> row)
    {
        var best = 0;
        for (var i = 1; i < row.Length; i++)
        {
            if (row[i] > row[best]) best = i;
        }
        return best;
    }
}
