namespace MlNetVision.Training;

/// <summary>The rates at one score threshold.</summary>
/// <param name="FalsePositiveRate">The part of the other classes' images at or above the threshold, 0 to 1.</param>
/// <param name="TruePositiveRate">The part of the class's own images at or above the threshold, 0 to 1.</param>
public readonly record struct RocPoint(double FalsePositiveRate, double TruePositiveRate);
