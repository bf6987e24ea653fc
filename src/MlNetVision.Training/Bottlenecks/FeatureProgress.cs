namespace MlNetVision.Training;

/// <summary>The progress of feature extraction.</summary>
/// <param name="Done">Images that are done, failed ones and those found in the cache included.</param>
/// <param name="Total">All images.</param>
/// <param name="Cached">The number of images found in the cache at the start.</param>
/// <param name="Remaining">The estimated time left; null before the first image has gone through the network.</param>
/// <param name="CacheProblem">The reason why the cache cannot be used, in one sentence; null where it can.</param>
public readonly record struct FeatureProgress(int Done, int Total, int Cached, TimeSpan? Remaining, string? CacheProblem);
