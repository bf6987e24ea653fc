namespace MlNetVision.Detection.Evaluation;

/// <summary>A detection of a class that the context names.</summary>
internal readonly record struct ScoredBox(float Score, BoundingBox Box);
