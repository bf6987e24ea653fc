using System.Text.Json;
using MlNetVision.Detection.Evaluation;
using MlNetVision.Files;
using MlNetVision.Training.Detection;

namespace MlNetVision.Training;

/// <summary>The metrics of a detector's report as JSON.</summary>
internal static class DetectorMetricsJson
{
    public static string Of(DetectorReportContent content, DetectorResults? results, DetectorResults? before) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        MetricsJson.WriteHead(json, content.Title, content.Settings, content.Warnings);
        json.WriteObjects("epochs", content.Epochs, Write);
        json.WriteMetric("modelEpoch", content.ModelEpoch);
        Write(json, "validation", results);
        Write(json, "before", before);
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, string name, DetectorResults? results)
    {
        if (results is null) return;
        json.WriteStartObject(name);
        json.WritePropertyName("metrics");
        json.WriteRawValue(results.Evaluation.ToJson());
        json.WriteObjects("best", results.Mean is { } mean ? [.. results.Curves, mean] : results.Curves, (writer, curve) =>
        {
            writer.WriteString("label", curve.Label);
            writer.WriteMetric("f1", curve.Best?.F1);
            writer.WriteMetric("confidence", Decimal(curve.Best?.Confidence));
            writer.WriteMetric("precision", curve.Best?.Precision);
            writer.WriteMetric("recall", curve.Best?.Recall);
        });
        WriteSizes(json, results.Evaluation.PerClass);
        json.WriteStrings("confusionLabels", results.Confusion.Labels);
        json.WriteStartArray("confusion");
        for (var row = 0; row < results.Confusion.Labels.Count; row++)
        {
            json.WriteStartArray();
            for (var column = 0; column < results.Confusion.Labels.Count; column++) json.WriteNumberValue(results.Confusion[row, column]);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteObjects("recallBySize", results.Sizes, (writer, size) =>
        {
            writer.WriteNumber("from", size.From);
            writer.WriteMetric("to", size.To);
            writer.WriteNumber("objects", size.Objects);
            writer.WriteNumber("found", size.Found);
        });
        json.WriteObjects("images", [.. results.Worst, .. results.Images.Where(i => i.Errors == 0)], (writer, image) =>
        {
            writer.WriteString("image", PortablePath.Of(image.Image.Path));
            writer.WriteNumber("falseNegatives", image.Matches.FalseNegatives);
            writer.WriteNumber("falsePositives", image.Matches.FalsePositives);
        });
        json.WriteEndObject();
    }

    /// <summary>Average precision and recall of each class by the size of its objects.</summary>
    private static void WriteSizes(Utf8JsonWriter json, IReadOnlyList<ClassEvaluation> classes) => json.WriteObjects("coco", classes, (writer, c) =>
    {
        writer.WriteString("label", c.Label);
        writer.WriteMetric("APsmall", c.Coco.ApSmall);
        writer.WriteMetric("APmedium", c.Coco.ApMedium);
        writer.WriteMetric("APlarge", c.Coco.ApLarge);
        writer.WriteMetric("ARsmall", c.Coco.ArSmall);
        writer.WriteMetric("ARmedium", c.Coco.ArMedium);
        writer.WriteMetric("ARlarge", c.Coco.ArLarge);
    });

    private static void Write(Utf8JsonWriter json, DetectorEpoch epoch)
    {
        json.WriteNumber("epoch", epoch.Epoch);
        json.WriteMetric("loss", Finite(epoch.Losses.Total));
        json.WriteMetric("box", Finite(epoch.Losses.Box));
        json.WriteMetric("objectness", Finite(epoch.Losses.Objectness));
        json.WriteMetric("noObject", Finite(epoch.Losses.NoObject));
        json.WriteMetric("class", Finite(epoch.Losses.Class));
        json.WriteMetric("prior", Finite(epoch.Losses.Prior));
        json.WriteMetric("mAP50", epoch.Map50);
        json.WriteMetric("mAP", epoch.Map);
        json.WriteNumber("learningRate", epoch.LearningRate);
        json.WriteNumber("seconds", epoch.Seconds);
        json.WriteNumber("secondsWaiting", epoch.SecondsWaiting);
    }

    /// <summary>JSON has no infinity and no NaN.</summary>
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    /// <summary>The number of three decimals, not the nearest one that a float holds.</summary>
    private static double? Decimal(float? threshold) => threshold is { } value ? Math.Round(value, 3) : null;
}
