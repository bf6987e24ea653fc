using System.Text.Json;
using MlNetVision.Files;

namespace MlNetVision.Detection.Evaluation;

/// <summary>
/// The twelve metrics that pycocotools' <c>COCOeval</c> sums up, of one class or as the mean over classes. <see langword="null"/> where there
/// is no ground truth (pycocotools: −1), or none of that size.
/// </summary>
/// <remarks>
/// Sizes are areas in square pixels: small up to 32², medium 32² to 96², large from 96² on, both ends included. That of an object is the
/// <see cref="Data.GroundTruthBox.Area"/> that its annotation states, else that of its box or mask; that of a detection, of its box or mask. Objects
/// of other sizes are ignored, and so are detections of other sizes that match nothing.
/// Average recall (AR) is the recall that the detections reach, as the mean over IoU 0.5 to 0.95.
/// </remarks>
public sealed record CocoMetrics
{
    /// <summary>Average precision over IoU 0.5 to 0.95 in steps of 0.05.</summary>
    public required double? Ap { get; init; }

    /// <summary>Average precision at IoU 0.5.</summary>
    public required double? Ap50 { get; init; }

    /// <summary>Average precision at IoU 0.75.</summary>
    public required double? Ap75 { get; init; }

    /// <summary><see cref="Ap"/> of small objects.</summary>
    public required double? ApSmall { get; init; }

    /// <summary><see cref="Ap"/> of medium objects.</summary>
    public required double? ApMedium { get; init; }

    /// <summary><see cref="Ap"/> of large objects.</summary>
    public required double? ApLarge { get; init; }

    /// <summary>Average recall of the best detection of each image and class.</summary>
    public required double? Ar1 { get; init; }

    /// <summary>Average recall of the best 10 detections of each image and class.</summary>
    public required double? Ar10 { get; init; }

    /// <summary>Average recall of the best 100, or of <see cref="DetectionEvaluationOptions.MaxDetections"/> where that differs.</summary>
    public required double? Ar100 { get; init; }

    /// <summary><see cref="Ar100"/> of small objects.</summary>
    public required double? ArSmall { get; init; }

    /// <summary><see cref="Ar100"/> of medium objects.</summary>
    public required double? ArMedium { get; init; }

    /// <summary><see cref="Ar100"/> of large objects.</summary>
    public required double? ArLarge { get; init; }

    /// <summary>The means over classes; a class without ground truth has no part in them.</summary>
    internal static CocoMetrics Mean(IReadOnlyCollection<CocoMetrics> classes)
    {
        return new()
        {
            Ap = Of(c => c.Ap),
            Ap50 = Of(c => c.Ap50),
            Ap75 = Of(c => c.Ap75),
            ApSmall = Of(c => c.ApSmall),
            ApMedium = Of(c => c.ApMedium),
            ApLarge = Of(c => c.ApLarge),
            Ar1 = Of(c => c.Ar1),
            Ar10 = Of(c => c.Ar10),
            Ar100 = Of(c => c.Ar100),
            ArSmall = Of(c => c.ArSmall),
            ArMedium = Of(c => c.ArMedium),
            ArLarge = Of(c => c.ArLarge),
        };

        double? Of(Func<CocoMetrics, double?> metric) => classes.Average(metric);
    }

    /// <summary>Writes the metrics beside <c>mAP</c> and <c>mAP50</c>, under the names of pycocotools' summary.</summary>
    internal void WriteTo(Utf8JsonWriter json)
    {
        json.WriteMetric("AP75", Ap75);
        json.WriteMetric("APsmall", ApSmall);
        json.WriteMetric("APmedium", ApMedium);
        json.WriteMetric("APlarge", ApLarge);
        json.WriteMetric("AR1", Ar1);
        json.WriteMetric("AR10", Ar10);
        json.WriteMetric("AR100", Ar100);
        json.WriteMetric("ARsmall", ArSmall);
        json.WriteMetric("ARmedium", ArMedium);
        json.WriteMetric("ARlarge", ArLarge);
    }
}
