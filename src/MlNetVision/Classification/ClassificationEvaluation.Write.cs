using System.Globalization;
using System.Text;
using System.Text.Json;
using MlNetVision.Evaluation;
using MlNetVision.Files;
using MlNetVision.Imaging;

namespace MlNetVision.Classification;

public sealed partial class ClassificationEvaluation
{
    /// <summary>
    /// One JSON object: <c>accuracy</c>, <c>macroF1</c>, <c>logLoss</c>, <c>topFive</c>, <c>expectedCalibrationError</c>, <c>images</c>,
    /// <c>perClass:[{"label","precision","recall","f1","support",…}]</c>, <c>calibration</c> (the bins that have images), and the counts as
    /// <c>confusion</c> (one row per true class); what is not defined is <c>null</c>.
    /// </summary>
    public string ToJson() => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("accuracy", Accuracy);
        json.WriteNumber("macroF1", MacroF1);
        json.WriteNumber("logLoss", LogLoss);
        json.WriteNumber("topFive", TopFive);
        json.WriteNumber("expectedCalibrationError", ExpectedCalibrationError);
        json.WriteNumber("images", Cases.Count);
        json.WriteObjects("perClass", PerClass, Write);
        json.WriteObjects("calibration", Calibration.Where(b => b.Count > 0), Write);
        Confusion.WriteTo(json);
        json.WriteEndObject();
    });

    /// <summary>
    /// One line per class below a header; undefined fields are empty. Lines end with a line feed. The confusion matrix:
    /// <see cref="ConfusionMatrix.ToCsv"/>.
    /// </summary>
    public string ToCsv()
    {
        var csv = new StringBuilder("index,label,support,predicted,correct,precision,recall,f1\n");
        foreach (var c in PerClass)
            csv.Append(CultureInfo.InvariantCulture,
                $"{c.Index},{Csv.Field(c.Label)},{c.Support},{c.Predicted},{c.Correct},{c.Precision},{c.Recall},{c.F1}\n");
        return csv.ToString();
    }

    /// <summary>Draws the confusion matrix, with accuracy and macro F1 above it; see <see cref="ConfusionMatrixPainter"/>.</summary>
    /// <returns>A new image; the caller disposes it.</returns>
    public RgbImage DrawConfusion() =>
        ConfusionMatrixPainter.Draw(Confusion, FormattableString.Invariant($"accuracy {Accuracy:0.000}, macro F1 {MacroF1:0.000}"));

    private static void Write(Utf8JsonWriter json, ClassificationClassEvaluation c)
    {
        json.WriteString("label", c.Label);
        json.WriteMetric("precision", c.Precision);
        json.WriteMetric("recall", c.Recall);
        json.WriteMetric("f1", c.F1);
        json.WriteNumber("support", c.Support);
        json.WriteNumber("index", c.Index);
        json.WriteNumber("predicted", c.Predicted);
        json.WriteNumber("correct", c.Correct);
    }

    private static void Write(Utf8JsonWriter json, CalibrationBin bin)
    {
        json.WriteNumber("low", bin.Low);
        json.WriteNumber("high", bin.High);
        json.WriteNumber("count", bin.Count);
        json.WriteMetric("confidence", bin.Confidence);
        json.WriteMetric("accuracy", bin.Accuracy);
    }
}
