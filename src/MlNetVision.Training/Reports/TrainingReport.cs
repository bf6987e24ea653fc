using System.Text.Json;
using MlNetVision.Classification;
using MlNetVision.Files;

namespace MlNetVision.Training;

/// <summary>Reports a training: as an HTML page, and as metrics in JSON.</summary>
public static class TrainingReport
{
    /// <summary>The file name of the page.</summary>
    public const string PageName = "report.html";

    /// <summary>The file name of the metrics.</summary>
    public const string MetricsName = "metrics.json";

    /// <summary>
    /// Writes <c>report.html</c>, one file that refers to nothing outside it (loss and accuracy by epoch, confusion matrix, precision,
    /// recall, F1 and ROC by class, misclassified images), and <c>metrics.json</c> with the same metrics.
    /// </summary>
    /// <param name="folder">The folder; created where it is missing. Files of these names are replaced.</param>
    /// <param name="content">The content. Misclassified images are read from their paths; a missing file is listed without its image.</param>
    /// <exception cref="ArgumentException"><see cref="TrainingReportContent.MaxMisclassified"/> lies outside its range.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write(string folder, TrainingReportContent content)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(content);
        if (content.MaxMisclassified is < 0 or > 1000)
            throw new ArgumentException($"{nameof(content.MaxMisclassified)} is {content.MaxMisclassified}, expected 0 to 1000.", nameof(content));
        var curves = content.Evaluation is { } evaluation ? Enumerable.Range(0, evaluation.Labels.Count).Select(i => RocCurve.Of(evaluation, i))
            .ToList() : [];
        AtomicFile.WriteText(Path.Combine(folder, MetricsName), MetricsJson.Of(content, curves));
        AtomicFile.WriteText(Path.Combine(folder, PageName), ReportPage.Of(content, curves));
    }
}

/// <summary>The content of a report on a training.</summary>
public sealed record TrainingReportContent
{
    /// <summary>The heading, such as the data set's name.</summary>
    public required string Title { get; init; }

    /// <summary>The epochs in order; empty where there were none.</summary>
    public IReadOnlyList<EpochMetrics> Epochs { get; init; } = [];

    /// <summary>The epoch whose weights the model has, counted from 1; null: unknown.</summary>
    public int? ModelEpoch { get; init; }

    /// <summary>The evaluation on the validation images; null where there are none.</summary>
    public ClassificationEvaluation? Evaluation { get; init; }

    /// <summary>The settings of the training by name: network, head, numbers of images, learning rate, random seed.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>Warnings, such as images in both training and validation, or unreadable ones.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The maximum number of misclassified images shown, 0 to 1000, the most confident first. Default: 60.</summary>
    public int MaxMisclassified { get; init; } = 60;
}

/// <summary>The metrics of a report as JSON.</summary>
internal static class MetricsJson
{
    public static string Of(TrainingReportContent content, IReadOnlyList<RocCurve> curves) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        WriteHead(json, content.Title, content.Settings, content.Warnings);
        json.WriteObjects("epochs", content.Epochs, Write);
        json.WriteMetric("modelEpoch", content.ModelEpoch);
        if (content.Evaluation is { } evaluation)
        {
            json.WritePropertyName("validation");
            json.WriteRawValue(evaluation.ToJson());
            json.WriteObjects("roc", curves, Write);
            json.WriteObjects("misclassified", Misclassification.Of(evaluation), Write);
        }
        json.WriteEndObject();
    });

    /// <summary>What the metrics of every report begin with.</summary>
    internal static void WriteHead(
        Utf8JsonWriter json, string title, IReadOnlyList<KeyValuePair<string, string>> settings, IReadOnlyList<string> warnings)
    {
        json.WriteString("title", title);
        json.WriteStartObject("settings");
        foreach (var (name, value) in settings) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteStrings("warnings", warnings);
    }

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
        json.WriteMetric("area", curve.Area);
    }

    private static void Write(Utf8JsonWriter json, Misclassification item)
    {
        json.WriteString("image", PortablePath.Of(item.Path));
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
