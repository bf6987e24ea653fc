namespace MlNetVision.Training;

/// <summary>What accepting everything from a score on comes to.</summary>
/// <param name="FalsePositiveRate">The part of the other classes' images that is accepted, 0 to 1.</param>
/// <param name="TruePositiveRate">The part of the class's own images that is accepted, 0 to 1.</param>
public readonly record struct RocPoint(double FalsePositiveRate, double TruePositiveRate);
