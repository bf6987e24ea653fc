using System.Globalization;
using System.Text.Json;
using MlNetVision.Segmentation.Evaluation;

namespace MlNetVision.Tests.Segmentation.Evaluation;

[TestClass]
public sealed class SegmentationEvaluationWriteTests
{
    [TestMethod]
    public void ToJson_WithIgnore_HasContractAndConfusion()
    {
        using var json = JsonDocument.Parse(Result().ToJson());
        var root = json.RootElement;

        Assert.AreEqual(0.75, root.GetProperty("pixelAccuracy").GetDouble());
        Assert.AreEqual((2.0 / 3 + 0.5) / 2, root.GetProperty("meanIoU").GetDouble(), 1e-12);
        Assert.AreEqual(255, root.GetProperty("ignore").GetInt32());
        Assert.AreEqual("a, \"b\"", root.GetProperty("perClass")[1].GetProperty("label").GetString());
        Assert.AreEqual(0.5, root.GetProperty("perClass")[1].GetProperty("iou").GetDouble());
        Assert.AreEqual(JsonValueKind.Null, root.GetProperty("perClass")[2].GetProperty("iou").ValueKind);
        Assert.AreEqual("[[2,0,0],[1,1,0],[0,0,0]]", root.GetProperty("confusion").GetRawText());
    }

    [TestMethod]
    public void ToJson_NothingAdded_WritesNull()
    {
        using var json = JsonDocument.Parse(new SegmentationEvaluator(["a"]).Evaluate().ToJson());

        Assert.AreEqual(JsonValueKind.Null, json.RootElement.GetProperty("meanIoU").ValueKind);
        Assert.AreEqual(JsonValueKind.Null, json.RootElement.GetProperty("ignore").ValueKind);
    }

    [TestMethod]
    public void ToCsv_OtherCulture_HasARowAClassWithPoints()
    {
        var before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            CultureInfo.CurrentCulture = comma;

            Assert.AreEqual(
                "index,label,truth,predicted,correct,iou,accuracy,precision,dice\n"
                + "0,sky,2,3,2,0.6666666666666666,1,0.6666666666666666,0.8\n"
                + "1,\"a, \"\"b\"\"\",2,1,1,0.5,0.5,1,0.6666666666666666\n"
                + "2,absent,0,0,0,,,,\n",
                Result().ToCsv());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestMethod]
    public void ConfusionToCsv_LabelWithComma_IsQuoted() =>
        Assert.AreEqual("truth,sky,\"a, \"\"b\"\"\",absent\nsky,2,0,0\n\"a, \"\"b\"\"\",1,1,0\nabsent,0,0,0\n", Result().Confusion.ToCsv());

    private static SegmentationEvaluation Result()
    {
        var evaluator = new SegmentationEvaluator(["sky", "a, \"b\"", "absent"], 255);
        evaluator.Add([0, 0, 1, 1, 255], [0, 0, 0, 1, 2], 5, 1, "mask.png");
        return evaluator.Evaluate();
    }
}
