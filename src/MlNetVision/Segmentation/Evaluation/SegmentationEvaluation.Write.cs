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
    /// One JSON object: <c>meanIoU</c>, <c>pixelAccuracy</c>, <c>perClass:[{"label","iou",…}]</c>, the other figures, and the counts as
    /// <c>confusion</c> (a row a true class); what is not defined is <c>null</c>.
    /// </summary>
    public string ToJson() => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteFigure("meanIoU", MeanIoU);
        json.WriteFigure("pixelAccuracy", PixelAccuracy);
        json.WriteFigure("meanAccuracy", MeanAccuracy);
        json.WriteFigure("frequencyWeightedIoU", FrequencyWeightedIoU);
        json.WriteNumber("images", Images);
        json.WriteNumber("pixels", Pixels);
        if (Ignore is { } ignore) json.WriteNumber("ignore", ignore);
        else json.WriteNull("ignore");
        json.WriteNumber("ignoredPixels", IgnoredPixels);
        json.WriteObjects("perClass", PerClass, Write);
        Confusion.WriteTo(json);
        json.WriteEndObject();
    });

    /// <summary>One row a class under a header; fields that are not defined are empty. Lines end with a line feed. The matrix itself: <see cref="ConfusionMatrix.ToCsv"/>.</summary>
    public string ToCsv()
    {
        var csv = new StringBuilder("index,label,truth,predicted,correct,iou,accuracy,precision,dice\n");
        foreach (var c in PerClass)
            csv.Append(CultureInfo.InvariantCulture, $"{c.Index},{Csv.Field(c.Label)},{c.Truth},{c.Predicted},{c.Correct},{c.IoU},{c.Accuracy},{c.Precision},{c.Dice}\n");
        return csv.ToString();
    }

    /// <summary>Draws the confusion matrix, with mean IoU and pixel accuracy above it; see <see cref="ConfusionMatrixPainter"/>.</summary>
    /// <returns>A new image; the caller disposes it.</returns>
    public RgbImage DrawConfusion() =>
        ConfusionMatrixPainter.Draw(Confusion, MeanIoU is { } iou ? FormattableString.Invariant($"mean IoU {iou:0.000}, pixel accuracy {PixelAccuracy:0.000}") : "no pixel counted");

    private static void Write(Utf8JsonWriter json, SegmentationClassEvaluation c)
    {
        json.WriteString("label", c.Label);
        json.WriteFigure("iou", c.IoU);
        json.WriteFigure("accuracy", c.Accuracy);
        json.WriteFigure("precision", c.Precision);
        json.WriteFigure("dice", c.Dice);
        json.WriteNumber("index", c.Index);
        json.WriteNumber("truth", c.Truth);
        json.WriteNumber("predicted", c.Predicted);
        json.WriteNumber("correct", c.Correct);
    }
}
