using System.Text.Json;
using MlNetVision.Classification;

namespace MlNetVision.Tests.Classification.Evaluation;

[TestClass]
public sealed class ClassificationEvaluationTests
{
    private static readonly ClassificationEvaluation Small = ClassificationEvaluation.Of(["a", "b", "c"],
    [
        new("1", 0, [0.5f, 0.25f, 0.25f]),
        new("2", 0, [0.25f, 0.75f, 0]),
        new("3", 1, [0.125f, 0.875f, 0]),
        new("4", 1, [1, 0, 0]),
    ]);

    [TestMethod]
    public void Figures_OfFourImages_AreThoseWorkedByHand()
    {
        Assert.AreEqual(0.5, Small.Accuracy);
        // a: 1 of 2 found, 1 of 2 given is right; b: the same; c is neither true nor given.
        Assert.AreEqual(0.5, Small.MacroF1);
        Assert.AreEqual(1, Small.TopFive);
        Assert.AreEqual((Math.Log(2) + Math.Log(4) - Math.Log(0.875) - Math.Log(1e-15)) / 4, Small.LogLoss, 1e-9);
        // 0.5 right, 0.75 wrong, 0.875 right and 1 wrong lie in four bins of one image each.
        Assert.AreEqual((0.5 + 0.75 + 0.125 + 1) / 4, Small.ExpectedCalibrationError, 1e-9);
    }

    [TestMethod]
    public void PerClass_OfFourImages_HasNothingForWhatIsNotThere()
    {
        Assert.AreEqual(new ClassificationClassEvaluation(1, "b", 2, 2, 1), Small.PerClass[1]);
        Assert.AreEqual(0.5, Small.PerClass[1].Precision);
        Assert.AreEqual((null, null, null), (Small.PerClass[2].Precision, Small.PerClass[2].Recall, Small.PerClass[2].F1));
        Assert.AreEqual(1, Small.Confusion[0, 1]);
    }

    [TestMethod]
    public void Figures_OfRandomImages_AreThoseOfNaiveLoops()
    {
        var random = new Random(1);
        const int Classes = 9;
        var cases = Enumerable.Range(0, 500).Select(i => new ClassificationCase($"{i}", random.Next(Classes), Probabilities(random, Classes))).ToArray();
        var figures = ClassificationEvaluation.Of([.. Enumerable.Range(0, Classes).Select(i => $"class {i}")], cases);

        var orders = cases.Select(c => Enumerable.Range(0, Classes).OrderByDescending(i => c.Scores[i]).ToArray()).ToArray();
        Assert.AreEqual(cases.Zip(orders).Count(p => p.Second[0] == p.First.Truth) / 500.0, figures.Accuracy, 1e-12);
        Assert.AreEqual(cases.Zip(orders).Count(p => p.Second.Take(5).Contains(p.First.Truth)) / 500.0, figures.TopFive, 1e-12);
        Assert.AreEqual(cases.Sum(c => -Math.Log(c.Scores[c.Truth])) / 500, figures.LogLoss, 1e-9);
        Assert.AreEqual(0, NaiveCalibrationError(cases, orders) - figures.ExpectedCalibrationError, 1e-9);
        for (var k = 0; k < Classes; k++)
        {
            double found = 0, given = 0, all = 0;
            for (var i = 0; i < 500; i++)
            {
                if (orders[i][0] == k && cases[i].Truth == k) found++;
                if (orders[i][0] == k) given++;
                if (cases[i].Truth == k) all++;
            }
            Assert.AreEqual(found / given, figures.PerClass[k].Precision!.Value, 1e-12);
            Assert.AreEqual(found / all, figures.PerClass[k].Recall!.Value, 1e-12);
            Assert.AreEqual(2 / (given / found + all / found), figures.PerClass[k].F1!.Value, 1e-12);
        }
    }

    [TestMethod]
    public void Rank_WithEqualScores_GoesByIndex()
    {
        Assert.AreEqual(1, new ClassificationCase("x", 1, [0.5f, 0.5f]).Rank);
        Assert.AreEqual(0, new ClassificationCase("x", 1, [0.5f, 0.5f]).Predicted);
    }

    [TestMethod]
    public void Of_CasesThatDoNotFit_SaysWhich()
    {
        Assert.Contains("no images", Message(["a"], []), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("no labels", Message([], [new("x.jpg", 0, [1])]), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("x.jpg: has 2 scores", Message(["a"], [new("x.jpg", 0, [1, 0])]));
        Assert.Contains("x.jpg: has the true class 1", Message(["a"], [new("x.jpg", 1, [1])]));
        Assert.Contains("not finite", Message(["a"], [new("x.jpg", 0, [float.NaN])]));
    }

    [TestMethod]
    public void ToJson_HasTheFiguresOfTheContract()
    {
        var json = JsonDocument.Parse(Small.ToJson()).RootElement;
        Assert.AreEqual(0.5, json.GetProperty("accuracy").GetDouble());
        Assert.AreEqual(0.5, json.GetProperty("macroF1").GetDouble());
        Assert.AreEqual(Small.LogLoss, json.GetProperty("logLoss").GetDouble());
        Assert.AreEqual(1, json.GetProperty("topFive").GetDouble());
        Assert.AreEqual(Small.ExpectedCalibrationError, json.GetProperty("expectedCalibrationError").GetDouble());
        Assert.AreEqual(1, json.GetProperty("confusion")[0][1].GetInt64());
        Assert.AreEqual(JsonValueKind.Null, json.GetProperty("perClass")[2].GetProperty("f1").ValueKind);
        Assert.AreEqual(4, json.GetProperty("calibration").GetArrayLength());
    }

    [TestMethod]
    public void ToCsv_LabelsWithCommasQuotesAndNewlines_AreQuoted()
    {
        var figures = ClassificationEvaluation.Of(["a, \"b\"\nc"], [new("x", 0, [1])]);
        Assert.AreEqual("index,label,support,predicted,correct,precision,recall,f1\n0,\"a, \"\"b\"\"\nc\",1,1,1,1,1,1\n", figures.ToCsv());
    }

    [TestMethod]
    public void DrawConfusion_AnyLabels_DrawsOneLineEach()
    {
        using var plain = Small.DrawConfusion();
        using var lines = ClassificationEvaluation.Of(["a\na\na", "b", "c"], Small.Cases).DrawConfusion();
        Assert.IsLessThan(plain.Width + 100, lines.Width);
    }

    private static string Message(string[] labels, ClassificationCase[] cases) =>
        Assert.ThrowsExactly<ArgumentException>(() => ClassificationEvaluation.Of(labels, cases)).Message;

    private static float[] Probabilities(Random random, int classes)
    {
        var values = Enumerable.Range(0, classes).Select(_ => random.NextDouble() + 0.01).ToArray();
        return [.. values.Select(v => (float)(v / values.Sum()))];
    }

    private static double NaiveCalibrationError(ClassificationCase[] cases, int[][] orders)
    {
        double error = 0;
        for (var bin = 1; bin <= 15; bin++)
        {
            double sure = 0, right = 0, count = 0;
            for (var i = 0; i < cases.Length; i++)
            {
                var p = cases[i].Scores[orders[i][0]];
                if (p <= (bin - 1) / 15.0 || p > bin / 15.0) continue;
                count++;
                sure += p;
                if (orders[i][0] == cases[i].Truth) right++;
            }
            if (count > 0) error += count / cases.Length * Math.Abs(right / count - sure / count);
        }
        return error;
    }
}
