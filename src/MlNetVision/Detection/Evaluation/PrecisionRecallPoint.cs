namespace MlNetVision.Detection.Evaluation;

/// <summary>Precision and recall (IoU 0.5, COCO's matching) of the detections with at least a score.</summary>
/// <param name="Score">The lowest score of the detections that count.</param>
/// <param name="Precision">The part of them that is correct, 0 to 1.</param>
/// <param name="Recall">The part of the ground truth that they match, 0 to 1.</param>
public readonly record struct PrecisionRecallPoint(float Score, double Precision, double Recall);
