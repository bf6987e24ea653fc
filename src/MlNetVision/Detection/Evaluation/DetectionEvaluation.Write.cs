using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MlNetVision.Detection.Evaluation;

public sealed partial record DetectionEvaluation
{
    // Labels and file names are data, not HTML: é stays é.
    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// One JSON object: <c>mAP50</c>, <c>mAP</c>, <c>perClass:[{"label","ap50","ap","truth",…}]</c> and the other figures;
    /// what is not defined is <c>null</c>.
    /// </summary>
    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, JsonOptions))
        {
            json.WriteStartObject();
            Number(json, "mAP50", Map50);
            Number(json, "mAP", Map);
            Number(json, "mAP75", Map75);
            Number(json, "voc2007mAP", Voc2007Map);
            Number(json, "voc2010mAP", Voc2010Map);
            json.WriteNumber("images", Pictures);
            json.WriteNumber("confidence", Confidence);
            Write(json, Counts);
            Strings(json, "onlyInModel", OnlyInModel);
            Strings(json, "onlyInData", OnlyInData);
            json.WriteNumber("unjudged", Unjudged);
            json.WriteStartArray("perClass");
            foreach (var c in PerClass) Write(json, c);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>One row a class under a header; fields that are not defined are empty. Lines end with a line feed.</summary>
    public string ToCsv()
    {
        var csv = new StringBuilder("label,truth,ignored,detections,truePositives,falsePositives,falseNegatives,precision,recall,ap50,ap75,ap,voc2007ap,voc2010ap\n");
        foreach (var c in PerClass)
        {
            var n = c.Counts;
            csv.Append(CultureInfo.InvariantCulture, $"{Quoted(c.Label)},{n.Truth},{n.Ignored},{n.Detections},{n.TruePositives},{n.FalsePositives},{n.FalseNegatives},")
                .Append(CultureInfo.InvariantCulture, $"{n.Precision},{n.Recall},{c.Ap50},{c.Ap75},{c.Ap},{c.Voc2007Ap},{c.Voc2010Ap}\n");
        }
        return csv.ToString();
    }

    /// <summary>The precision–recall curves: one row a point, class by class, by falling score. Lines end with a line feed.</summary>
    public string CurvesToCsv()
    {
        var csv = new StringBuilder("label,score,precision,recall\n");
        foreach (var c in PerClass)
        {
            foreach (var point in c.Curve) csv.Append(CultureInfo.InvariantCulture, $"{Quoted(c.Label)},{point.Score},{point.Precision},{point.Recall}\n");
        }
        return csv.ToString();
    }

    private static void Write(Utf8JsonWriter json, ClassEvaluation c)
    {
        json.WriteStartObject();
        json.WriteString("label", c.Label);
        Number(json, "ap50", c.Ap50);
        Number(json, "ap", c.Ap);
        Number(json, "ap75", c.Ap75);
        Number(json, "voc2007ap", c.Voc2007Ap);
        Number(json, "voc2010ap", c.Voc2010Ap);
        json.WriteBoolean("inModel", c.InModel);
        Write(json, c.Counts);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, DetectionCounts counts)
    {
        json.WriteNumber("truth", counts.Truth);
        json.WriteNumber("ignored", counts.Ignored);
        json.WriteNumber("detections", counts.Detections);
        json.WriteNumber("truePositives", counts.TruePositives);
        json.WriteNumber("falsePositives", counts.FalsePositives);
        json.WriteNumber("falseNegatives", counts.FalseNegatives);
        Number(json, "precision", counts.Precision);
        Number(json, "recall", counts.Recall);
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    // RFC 4180.
    private static string Quoted(string field) => field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
