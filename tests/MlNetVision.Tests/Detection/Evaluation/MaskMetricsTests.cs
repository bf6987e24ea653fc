using System.Text.Json;
using MlNetVision.Data;
using MlNetVision.Detection;
using MlNetVision.Detection.Evaluation;
using MlNetVision.Detection.Labels;
using MlNetVision.Tests.Data;
using Detected = MlNetVision.Detection.Detection;

namespace MlNetVision.Tests.Detection.Evaluation;

/// <summary>Metrics of masks and of turned boxes: where masks are rectangles they are those of boxes, and by hand where they are not.</summary>
[TestClass]
public sealed class MaskMetricsTests
{
    private static readonly string[] Classes = ["a", "b"];

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Mask_Rectangles_AreAsTheBoxes(int seed)
    {
        var evaluator = new DetectionEvaluator(Classes);
        foreach (var (i, scene) in RandomScenes.Make(new Random(seed), Classes, images: 20).Index())
        {
            evaluator.Add($"{i}",
                [.. scene.Detections.Select(d => d with { Mask = Filled(d.Box) })],
                [.. scene.Truths.Select(t => t with { Shape = Rectangle(t.Box) })]);
        }

        var result = evaluator.Evaluate();

        Assert.AreEqual(result.Coco, result.Mask);
        Assert.IsGreaterThan(0.1, result.Mask!.Ap!.Value);
    }

    [TestMethod]
    public void Mask_HalfOfTheBox_IsJudgedByItsPixels()
    {
        // The box is the object's; the mask is its left 6 of 10 columns: IoU 0.6, correct at 0.5, 0.55 and 0.6.
        var result = One(
            [new("a", 0, 0.9f, new(0, 0, 10, 10)) { Mask = Filled(new(0, 0, 6, 10)) }], [new GroundTruthBox("a", new(0, 0, 10, 10)) { Shape = Rectangle(new(0, 0, 10, 10)) }]);

        Assert.AreEqual(1.0, result.Map);
        Assert.AreEqual(0.3, result.Mask!.Ap!.Value, 1e-12);
        Assert.AreEqual(1.0, result.Mask.Ap50);
        using var json = JsonDocument.Parse(result.ToJson());
        Assert.AreEqual(0.3, json.RootElement.GetProperty("mask").GetProperty("mAP").GetDouble(), 1e-12);
        Assert.AreEqual(0.3, json.RootElement.GetProperty("perClass")[0].GetProperty("maskAp").GetDouble(), 1e-12);
    }

    [TestMethod]
    public void Mask_ObjectWithoutOutline_IsIgnored()
    {
        var masked = new Detected("a", 0, 0.8f, new(0, 0, 10, 10)) { Mask = Filled(new(0, 0, 10, 10)) };
        var result = One([masked with { Box = new(12, 0, 20, 8), Score = 0.9f, Mask = Filled(new(12, 0, 20, 8)) }, masked],
            [new("a", new(12, 0, 20, 8)), new GroundTruthBox("a", new(0, 0, 10, 10)) { Shape = Rectangle(new(0, 0, 10, 10)) }]);

        Assert.AreEqual(1.0, result.Mask!.Ap);
        Assert.AreEqual(1.0, result.Mask.Ar100);
    }

    [TestMethod]
    public void Mask_ImageWhereNothingWasFound_IsMissed()
    {
        var evaluator = new DetectionEvaluator(["a"]);
        var truth = new GroundTruthBox("a", new(0, 0, 10, 10)) { Shape = Rectangle(new(0, 0, 10, 10)) };
        evaluator.Add("1", [new("a", 0, 0.9f, truth.Box) { Mask = Filled(truth.Box) }], [truth]);
        evaluator.Add("2", [], [truth]);

        Assert.AreEqual(0.5, evaluator.Evaluate().Mask!.Ar100);
    }

    [TestMethod]
    public void Mask_OnOneSideAlone_IsNull()
    {
        var box = new BoundingBox(0, 0, 10, 10);

        Assert.IsNull(One([new("a", 0, 0.9f, box) { Mask = Filled(box) }], [new("a", box)]).Mask);
        var result = One([new("a", 0, 0.9f, box)], [new GroundTruthBox("a", box) { Shape = Rectangle(box) }]);
        Assert.IsNull(result.Mask);
        Assert.DoesNotContain("mask", result.ToJson());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Mask_LabelsOfTheDetectionsThemselves_AreFoundWhole(bool isCoco)
    {
        var random = new Random(5);
        var pixels = Enumerable.Range(0, 5000).Select(i => (byte)(i % 100 is > 10 and < 60 && random.Next(3) > 0 ? 1 : 0)).ToArray();
        var mask = InstanceMask.FromPixels(100, 50, pixels);
        var found = new DetectionResult("a.png", 100, 50, [new("a", 0, 0.9f, mask.Bounds) { Mask = mask }]);
        using var folder = new DataSetFolder().Image("images/a.png").Text("data.yaml", DetectionLabels.ToYoloData(Classes, "images"));
        if (!isCoco) folder.Text("labels/a.txt", DetectionLabels.ToYolo(found));
        else
        {
            using var writer = new CocoLabelWriter(folder.PathOf("instances.json"), Classes);
            writer.Add(found, "a.png");
            writer.Commit();
        }

        var image = DetectionDataSet.Open(folder.PathOf(isCoco ? "instances.json" : "data.yaml"), new() { Shapes = true }).Images.Single();

        Assert.AreEqual(mask, image.Boxes.Single().Shape!.ToMask());
        Assert.AreEqual(1.0, One([.. found.Detections], [.. image.Boxes]).Mask!.Ap);
    }

    [TestMethod]
    public void Turned_LabelsOfTheDetectionsThemselves_AreJudgedByTheirCorners()
    {
        var found = new DetectionResult("a.png", 100, 50, [new("a", 0, 0.9f, new(35, 22, 65, 28)) { Angle = 0.4f }]);
        using var folder = new DataSetFolder().Image("images/a.png").Text("labels/a.txt", DetectionLabels.ToYolo(found))
            .Text("data.yaml", DetectionLabels.ToYoloData(Classes, "images"));
        var truths = DetectionDataSet.Open(folder.PathOf("data.yaml"), new() { Shapes = true }).Images.Single().Boxes;

        Assert.AreEqual(1.0, One([.. found.Detections], [.. truths]).Map);
        // Turned the other way, it has the same upright box around it.
        Assert.AreEqual(0.0, One([found.Detections[0] with { Angle = -0.4f }], [.. truths]).Map);
        Assert.AreEqual(1.0, One([found.Detections[0] with { Angle = -0.4f }], [truths[0] with { Shape = null }]).Map);
    }

    private static DetectionEvaluation One(Detected[] found, GroundTruthBox[] truths)
    {
        var evaluator = new DetectionEvaluator(["a"]);
        evaluator.Add("1", found, truths);
        return evaluator.Evaluate();
    }

    private static InstanceMask Filled(BoundingBox box) => Rectangle(box).ToMask();

    private static ObjectShape Rectangle(BoundingBox b) =>
        new(new([[b.Left, b.Top, b.Right, b.Top, b.Right, b.Bottom, b.Left, b.Bottom]]), 100, 50, null);
}
