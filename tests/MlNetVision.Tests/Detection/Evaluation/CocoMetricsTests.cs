using System.Text.Json;
using MlNetVision.Data;
using MlNetVision.Detection.Evaluation;
using Detected = MlNetVision.Detection.Detection;

namespace MlNetVision.Tests.Detection.Evaluation;

/// <summary>The twelve metrics: as pycocotools has them for drawn cases, and by hand.</summary>
[TestClass]
public sealed class CocoMetricsTests
{
    /// <summary>The goldens have nine decimals.</summary>
    private const double Tolerance = 1e-9;

    [TestMethod]
    public void Coco_DrawnCases_AreThoseOfPycocotools()
    {
        using var goldens = JsonDocument.Parse(File.ReadAllText(Shared.Path("goldens", "coco-eval.json")));
        Assert.IsGreaterThan(0, goldens.RootElement.GetArrayLength());
        foreach (var (i, golden) in goldens.RootElement.EnumerateArray().Index())
        {
            var actual = Values(Evaluate(golden.GetProperty("images")));
            foreach (var (m, expected) in golden.GetProperty("stats").EnumerateArray().Index())
            {
                if (expected.ValueKind == JsonValueKind.Null) Assert.IsNull(actual[m], $"case {i}, metric {m}");
                else Assert.AreEqual(expected.GetDouble(), actual[m] ?? double.NaN, Tolerance, $"case {i}, metric {m}");
            }
        }
    }

    [TestMethod]
    public void Coco_ObjectsOfEachSize_AreJudgedWithinTheirOwn()
    {
        // Small 10², medium 50², large 100²; the medium one is missed, and one detection of 50² is nowhere.
        var metrics = Of([Found(0.9f, 0, 10), Found(0.8f, 1000, 100), Found(0.7f, 5000, 50)], [Truth(0, 10), Truth(500, 50), Truth(1000, 100)]);

        Assert.AreEqual(1.0, metrics.ApSmall);
        Assert.AreEqual(0.0, metrics.ApMedium);
        Assert.AreEqual(1.0, metrics.ApLarge);
        Assert.AreEqual(1.0, metrics.ArSmall);
        Assert.AreEqual(0.0, metrics.ArMedium);
        Assert.AreEqual(2.0 / 3, metrics.Ar100!.Value, 1e-12);
    }

    [TestMethod]
    public void Coco_FalsePositiveOfAnotherSize_IsIgnored()
    {
        var metrics = Of([Found(0.9f, 5000, 100), Found(0.8f, 0, 10)], [Truth(0, 10)]);

        Assert.AreEqual(1.0, metrics.ApSmall);
        Assert.AreEqual(0.5, metrics.Ap);
        Assert.IsNull(metrics.ApLarge, "there is no large object");
    }

    [TestMethod]
    public void Coco_StatedArea_DecidesTheSize()
    {
        // A thin object across a large box.
        var metrics = Of([Found(0.9f, 0, 100)], [Truth(0, 100) with { Area = 500 }]);

        Assert.AreEqual(1.0, metrics.ApSmall);
        Assert.IsNull(metrics.ApLarge);
    }

    [TestMethod]
    [DataRow(1024, true, true, false)]
    [DataRow(9216, false, true, true)]
    public void Coco_AreaOnTheEdge_BelongsToBothRanges(double area, bool small, bool medium, bool large)
    {
        var metrics = Of([], [Truth(0, 10) with { Area = area }]);

        Assert.AreEqual((small, medium, large), (metrics.ApSmall is not null, metrics.ApMedium is not null, metrics.ApLarge is not null));
    }

    [TestMethod]
    public void Coco_ManyDetections_RecallGrowsWithTheirNumber()
    {
        // Twenty objects; the best detection finds none, the next twenty one each.
        Detected[] found = [Found(1, 9000, 10), .. Enumerable.Range(0, 20).Select(i => Found(0.5f, i * 20, 10))];
        var metrics = Of(found, [.. Enumerable.Range(0, 20).Select(i => Truth(i * 20, 10))]);

        Assert.AreEqual(0.0, metrics.Ar1);
        Assert.AreEqual(9.0 / 20, metrics.Ar10!.Value, 1e-12);
        Assert.AreEqual(1.0, metrics.Ar100!.Value, 1e-12);
    }

    [TestMethod]
    public void ToJson_HasTheNamesOfPycocotools()
    {
        var evaluator = new DetectionEvaluator(["cat"]);
        evaluator.Add("a", [Found(0.9f, 0, 10)], [Truth(0, 10)]);
        using var json = JsonDocument.Parse(evaluator.Evaluate().ToJson());

        foreach (var name in new[] { "mAP", "mAP50", "AP75", "APsmall", "AR1", "AR10", "AR100", "ARsmall" })
            Assert.AreEqual(1.0, json.RootElement.GetProperty(name).GetDouble(), name);
        foreach (var name in new[] { "APmedium", "APlarge", "ARmedium", "ARlarge" })
            Assert.AreEqual(JsonValueKind.Null, json.RootElement.GetProperty(name).ValueKind, name);
        Assert.AreEqual(1, json.RootElement.EnumerateObject().Count(p => p.Name.EndsWith("75", StringComparison.Ordinal)), "one name for one metric");
    }

    private static DetectionEvaluation Evaluate(JsonElement images)
    {
        var cases = images.EnumerateArray().Select(image => (Id: image.GetProperty("id").GetInt32(), Truths: Rows(image, "gt"), Found: Rows(image, "det"))).ToList();
        var evaluator = new DetectionEvaluator([.. cases.SelectMany(c => c.Truths.Concat(c.Found)).Select(Label).Distinct()]);
        foreach (var (id, truths, found) in cases)
        {
            evaluator.Add($"{id}",
                [.. found.Select(d => new Detected(Label(d), 0, (float)d[5], Box(d)))],
                [.. truths.Select(t => new GroundTruthBox(Label(t), Box(t), Crowd: t[5] != 0) { Area = t[2] * t[3] })]);
        }
        return evaluator.Evaluate();
    }

    private static List<double[]> Rows(JsonElement image, string name) =>
        [.. image.GetProperty(name).EnumerateArray().Select(row => row.EnumerateArray().Select(v => v.GetDouble()).ToArray())];

    private static string Label(double[] row) => $"class {row[4]}";

    private static BoundingBox Box(double[] row) => new((float)row[0], (float)row[1], (float)(row[0] + row[2]), (float)(row[1] + row[3]));

    private static double?[] Values(DetectionEvaluation e)
    {
        var c = e.Coco;
        return [c.Ap, c.Ap50, c.Ap75, c.ApSmall, c.ApMedium, c.ApLarge, c.Ar1, c.Ar10, c.Ar100, c.ArSmall, c.ArMedium, c.ArLarge];
    }

    private static CocoMetrics Of(Detected[] found, GroundTruthBox[] truths)
    {
        var evaluator = new DetectionEvaluator(["cat"]);
        evaluator.Add("a", found, truths);
        return evaluator.Evaluate().Coco;
    }

    private static Detected Found(float score, float left, float side) => new("cat", 0, score, new(left, 0, left + side, side));

    private static GroundTruthBox Truth(float left, float side) => new("cat", new(left, 0, left + side, side));
}
