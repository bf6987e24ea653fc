namespace MlNetVision.Detection.Evaluation;

/// <summary>Precision and recall (IoU 0.5, COCO's matching) of the detections with at least a score.</summary>
/// <param name="Score">The score down to which detections count.</param>
/// <param name="Precision">The share of them that are right, 0 to 1.</param>
/// <param name="Recall">The share of the truth that they find, 0 to 1.</param>
public readonly record struct PrecisionRecallPoint(float Score, double Precision, double Recall);
