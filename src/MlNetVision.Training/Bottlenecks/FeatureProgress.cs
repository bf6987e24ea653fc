namespace MlNetVision.Training;

/// <summary>How far the extraction of features has come.</summary>
/// <param name="Done">Images that are done, failed ones and those found in the cache included.</param>
/// <param name="Total">All images.</param>
/// <param name="Cached">How many of them were found in the cache at the start.</param>
/// <param name="Remaining">The time left at the pace so far; null before the first image has gone through the network.</param>
/// <param name="CacheProblem">Why the cache cannot be used, in one sentence; null where it can.</param>
public readonly record struct FeatureProgress(int Done, int Total, int Cached, TimeSpan? Remaining, string? CacheProblem);
