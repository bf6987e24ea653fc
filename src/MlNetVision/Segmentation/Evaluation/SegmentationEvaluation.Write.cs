using System.Globalization;
using System.Text;
using System.Text.Json;
using MlNetVision.Evaluation;
using MlNetVision.Files;
using MlNetVision.Imaging;

namespace MlNetVision.Segmentation.Evaluation;

public sealed partial record SegmentationEvaluation
{
    /// <summary>
    /// One JSON object: <c>meanIoU</c>, <c>pixelAccuracy</c>, <c>perClass:[{"label","iou",…}]</c>, the other metrics, and the counts as
    /// <c>confusion</c> (one row per true class); what is not defined is <c>null</c>.
    /// </summary>
    public string ToJson() => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteMetric("meanIoU", MeanIoU);
        json.WriteMetric("pixelAccuracy", PixelAccuracy);
        json.WriteMetric("meanAccuracy", MeanAccuracy);
        json.WriteMetric("frequencyWeightedIoU", FrequencyWeightedIoU);
        json.WriteNumber("images", Images);
        json.WriteNumber("pixels", Pixels);
        if (Ignore is { } ignore) json.WriteNumber("ignore", ignore);
        else json.WriteNull("ignore");
        json.WriteNumber("ignoredPixels", IgnoredPixels);
        json.WriteObjects("perClass", PerClass, Write);
        Confusion.WriteTo(json);
        json.WriteEndObject();
    });

    /// <summary>
    /// One line per class below a header; undefined fields are empty. Lines end with a line feed. The confusion matrix:
    /// <see cref="ConfusionMatrix.ToCsv"/>.
    /// </summary>
    public string ToCsv()
    {
        var csv = new StringBuilder("index,label,truth,predicted,correct,iou,accuracy,precision,dice\n");
        foreach (var c in PerClass)
            csv.Append(CultureInfo.InvariantCulture,
                $"{c.Index},{Csv.Field(c.Label)},{c.Truth},{c.Predicted},{c.Correct},{c.IoU},{c.Accuracy},{c.Precision},{c.Dice}\n");
        return csv.ToString();
    }

    /// <summary>Draws the confusion matrix, with mean IoU and pixel accuracy above it; see <see cref="ConfusionMatrixPainter"/>.</summary>
    /// <returns>A new image; the caller disposes it.</returns>
    public RgbImage DrawConfusion() =>
        ConfusionMatrixPainter.Draw(
            Confusion, MeanIoU is { } iou ? FormattableString.Invariant($"mean IoU {iou:0.000}, pixel accuracy {PixelAccuracy:0.000}") : "no pixels");

    private static void Write(Utf8JsonWriter json, SegmentationClassEvaluation c)
    {
        json.WriteString("label", c.Label);
        json.WriteMetric("iou", c.IoU);
        json.WriteMetric("accuracy", c.Accuracy);
        json.WriteMetric("precision", c.Precision);
        json.WriteMetric("dice", c.Dice);
        json.WriteNumber("index", c.Index);
        json.WriteNumber("truth", c.Truth);
        json.WriteNumber("predicted", c.Predicted);
        json.WriteNumber("correct", c.Correct);
    }
}
