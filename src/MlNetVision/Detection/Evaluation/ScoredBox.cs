namespace MlNetVision.Detection.Evaluation;

/// <summary>A detection whose class is known from where it stands.</summary>
internal readonly record struct ScoredBox(float Score, BoundingBox Box);
