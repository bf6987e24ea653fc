using System.Text.Json;
using MlNetVision.Files;

namespace MlNetVision.Training;

/// <summary>The metrics of a report as JSON.</summary>
internal static class MetricsJson
{
    public static string Of(TrainingReportContent content, IReadOnlyList<RocCurve> curves) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("title", content.Title);
        json.WriteStartObject("settings");
        foreach (var (name, value) in content.Settings) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteStrings("warnings", content.Warnings);
        json.WriteObjects("epochs", content.Epochs, Write);
        json.WriteFigure("modelEpoch", content.ModelEpoch);
        if (content.Evaluation is { } evaluation)
        {
            json.WritePropertyName("validation");
            json.WriteRawValue(evaluation.ToJson());
            json.WriteObjects("roc", curves, Write);
            json.WriteObjects("misclassified", Misclassification.Of(evaluation), Write);
        }
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, EpochMetrics epoch)
    {
        json.WriteNumber("epoch", epoch.Epoch);
        WriteFinite(json, "trainLoss", epoch.TrainLoss);
        WriteFinite(json, "trainAccuracy", epoch.TrainAccuracy);
        WriteFinite(json, "validationLoss", epoch.ValidationLoss);
        WriteFinite(json, "validationAccuracy", epoch.ValidationAccuracy);
        WriteFinite(json, "learningRate", epoch.LearningRate);
        json.WriteNumber("seconds", epoch.Seconds);
    }

    private static void Write(Utf8JsonWriter json, RocCurve curve)
    {
        json.WriteString("label", curve.Label);
        json.WriteFigure("area", curve.Area);
    }

    private static void Write(Utf8JsonWriter json, Misclassification item)
    {
        json.WriteString("image", item.Path);
        json.WriteString("groundTruth", item.GroundTruth);
        json.WriteString("predicted", item.Predicted);
        json.WriteNumber("score", item.Score);
    }

    /// <summary>JSON has no infinity and no NaN; the loss of a diverged training may be either.</summary>
    private static void WriteFinite(Utf8JsonWriter json, string name, float? value)
    {
        if (value is { } number && float.IsFinite(number)) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }
}
