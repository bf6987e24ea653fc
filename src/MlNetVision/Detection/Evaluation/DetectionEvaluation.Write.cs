using System.Globalization;
using System.Text;
using System.Text.Json;
using MlNetVision.Files;

namespace MlNetVision.Detection.Evaluation;

public sealed partial record DetectionEvaluation
{
    /// <summary>
    /// One JSON object: <c>mAP50</c>, <c>mAP</c>, <c>AP75</c>, <c>APsmall</c>, …, <c>AR1</c>, …, <c>ARlarge</c> (<see cref="CocoMetrics"/>),
    /// <c>perClass:[{"label","ap50","ap","truth",…}]</c> and the other metrics; what is not defined is <c>null</c>. With masks also
    /// <c>mask:{"mAP50","mAP","AP75",…}</c>, and <c>maskAp50</c> and <c>maskAp</c> of each class.
    /// </summary>
    public string ToJson() => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteMetric("mAP50", Map50);
        json.WriteMetric("mAP", Map);
        Coco.WriteTo(json);
        if (Mask is { } mask)
        {
            json.WriteStartObject("mask");
            json.WriteMetric("mAP50", mask.Ap50);
            json.WriteMetric("mAP", mask.Ap);
            mask.WriteTo(json);
            json.WriteEndObject();
        }
        json.WriteMetric("voc2007mAP", Voc2007Map);
        json.WriteMetric("voc2010mAP", Voc2010Map);
        json.WriteNumber("images", Images);
        json.WriteNumber("confidence", Confidence);
        Write(json, Counts);
        json.WriteStrings("onlyInModel", OnlyInModel);
        json.WriteStrings("onlyInData", OnlyInData);
        json.WriteNumber("unjudged", Unjudged);
        json.WriteObjects("perClass", PerClass, Write);
        json.WriteEndObject();
    });

    /// <summary>One line per class below a header; undefined fields are empty. Lines end with a line feed.</summary>
    public string ToCsv()
    {
        var csv = new StringBuilder(
            "label,truth,ignored,detections,truePositives,falsePositives,falseNegatives,precision,recall,ap50,ap75,ap,voc2007ap,voc2010ap\n");
        foreach (var c in PerClass)
        {
            var n = c.Counts;
            csv.Append(CultureInfo.InvariantCulture,
                $"{Csv.Field(c.Label)},{n.Truth},{n.Ignored},{n.Detections},{n.TruePositives},{n.FalsePositives},{n.FalseNegatives},")
                .Append(CultureInfo.InvariantCulture, $"{n.Precision},{n.Recall},{c.Ap50},{c.Ap75},{c.Ap},{c.Voc2007Ap},{c.Voc2010Ap}\n");
        }
        return csv.ToString();
    }

    /// <summary>The precision–recall curves: one line per point, class by class, by falling score. Lines end with a line feed.</summary>
    public string CurvesToCsv()
    {
        var csv = new StringBuilder("label,score,precision,recall\n");
        foreach (var c in PerClass)
        {
            foreach (var point in c.Curve)
                csv.Append(CultureInfo.InvariantCulture, $"{Csv.Field(c.Label)},{point.Score},{point.Precision},{point.Recall}\n");
        }
        return csv.ToString();
    }

    private static void Write(Utf8JsonWriter json, ClassEvaluation c)
    {
        json.WriteString("label", c.Label);
        json.WriteMetric("ap50", c.Ap50);
        json.WriteMetric("ap", c.Ap);
        json.WriteMetric("ap75", c.Ap75);
        if (c.Mask is { } mask)
        {
            json.WriteMetric("maskAp50", mask.Ap50);
            json.WriteMetric("maskAp", mask.Ap);
        }
        json.WriteMetric("voc2007ap", c.Voc2007Ap);
        json.WriteMetric("voc2010ap", c.Voc2010Ap);
        json.WriteBoolean("inModel", c.InModel);
        Write(json, c.Counts);
    }

    private static void Write(Utf8JsonWriter json, DetectionCounts counts)
    {
        json.WriteNumber("truth", counts.Truth);
        json.WriteNumber("ignored", counts.Ignored);
        json.WriteNumber("detections", counts.Detections);
        json.WriteNumber("truePositives", counts.TruePositives);
        json.WriteNumber("falsePositives", counts.FalsePositives);
        json.WriteNumber("falseNegatives", counts.FalseNegatives);
        json.WriteMetric("precision", counts.Precision);
        json.WriteMetric("recall", counts.Recall);
    }
}
