namespace MlNetVision.Classification;

/// <summary>The images whose highest score lies between two bounds: mean confidence and accuracy.</summary>
/// <param name="Low">The lower bound, exclusive.</param>
/// <param name="High">The upper bound, inclusive.</param>
/// <param name="Count">How many images.</param>
/// <param name="Confidence">The mean of their highest scores; <see langword="null"/> without images.</param>
/// <param name="Accuracy">The part predicted correctly; <see langword="null"/> without images.</param>
public sealed record CalibrationBin(double Low, double High, int Count, double? Confidence, double? Accuracy)
{
    /// <summary>The number of bins that calibration is measured in, as is usual.</summary>
    public const int Bins = 15;

    /// <summary>Divides cases into bins of equal width.</summary>
    internal static IReadOnlyList<CalibrationBin> Of(IReadOnlyList<ClassificationCase> cases)
    {
        var (counts, confidence, correct) = (new int[Bins], new double[Bins], new int[Bins]);
        foreach (var c in cases)
        {
            var bin = Math.Clamp((int)Math.Ceiling((double)c.Confidence * Bins) - 1, 0, Bins - 1);
            counts[bin]++;
            confidence[bin] += c.Confidence;
            if (c.Predicted == c.Truth) correct[bin]++;
        }
        return [.. Enumerable.Range(0, Bins).Select(i => new CalibrationBin(
            (double)i / Bins, (double)(i + 1) / Bins, counts[i], Mean(confidence[i], counts[i]), Mean(correct[i], counts[i])))];
    }

    private static double? Mean(double sum, int count) => count == 0 ? null : sum / count;
}
