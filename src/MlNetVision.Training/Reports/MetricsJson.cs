using System.Text.Json;
using MlNetVision.Files;

namespace MlNetVision.Training;

/// <summary>The figures of a report as JSON.</summary>
internal static class MetricsJson
{
    public static string Of(TrainingReportContent content, IReadOnlyList<RocCurve> curves) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("title", content.Title);
        json.WriteStartObject("settings");
        foreach (var (name, value) in content.Settings) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteStartArray("warnings");
        foreach (var warning in content.Warnings) json.WriteStringValue(warning);
        json.WriteEndArray();
        json.WriteStartArray("epochs");
        foreach (var epoch in content.Epochs) Write(json, epoch);
        json.WriteEndArray();
        json.WriteFigure("modelEpoch", content.ModelEpoch);
        if (content.Evaluation is { } evaluation)
        {
            json.WritePropertyName("validation");
            json.WriteRawValue(evaluation.ToJson());
            json.WriteStartArray("roc");
            foreach (var curve in curves) Write(json, curve);
            json.WriteEndArray();
            json.WriteStartArray("mistakes");
            foreach (var mistake in Mistake.Of(evaluation)) Write(json, mistake);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, EpochMetrics epoch)
    {
        json.WriteStartObject();
        json.WriteNumber("epoch", epoch.Epoch);
        WriteFinite(json, "trainLoss", epoch.TrainLoss);
        WriteFinite(json, "trainAccuracy", epoch.TrainAccuracy);
        WriteFinite(json, "validationLoss", epoch.ValidationLoss);
        WriteFinite(json, "validationAccuracy", epoch.ValidationAccuracy);
        WriteFinite(json, "learningRate", epoch.LearningRate);
        json.WriteNumber("seconds", epoch.Seconds);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RocCurve curve)
    {
        json.WriteStartObject();
        json.WriteString("label", curve.Label);
        json.WriteFigure("area", curve.Area);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Mistake mistake)
    {
        json.WriteStartObject();
        json.WriteString("image", mistake.Path);
        json.WriteString("truth", mistake.Truth);
        json.WriteString("answer", mistake.Answer);
        json.WriteNumber("score", mistake.Score);
        json.WriteEndObject();
    }

    /// <summary>JSON has no infinity, which the loss of a training that went astray may be.</summary>
    private static void WriteFinite(Utf8JsonWriter json, string name, float? value)
    {
        if (value is { } number && float.IsFinite(number)) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }
}
