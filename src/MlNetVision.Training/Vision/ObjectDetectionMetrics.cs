using System.Diagnostics.CodeAnalysis;
using MlNetVision.Detection.Evaluation;

namespace MlNetVision.Training.Vision;

/// <summary>The metrics of a detector, under the names of Microsoft.ML.TorchSharp.</summary>
/// <param name="Evaluation">All metrics, by class.</param>
public sealed record ObjectDetectionMetrics(DetectionEvaluation Evaluation)
{
    /// <summary>The mean average precision at IoU 0.5, 0 to 1; NaN where no row has a box.</summary>
    public float MAP50 => (float)(Evaluation.Map50 ?? double.NaN);

    /// <summary>The mean over IoU 0.5 to 0.95 in steps of 0.05, as COCO has it, 0 to 1; NaN where no row has a box.</summary>
    [SuppressMessage("Naming", "CA1707", Justification = "The name of Microsoft.ML.TorchSharp.")]
    public float MAP50_95 => (float)(Evaluation.Map ?? double.NaN);
}
