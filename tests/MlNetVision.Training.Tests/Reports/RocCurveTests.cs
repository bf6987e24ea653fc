using MlNetVision.Classification;

namespace MlNetVision.Training.Tests.Reports;

[TestClass]
public sealed class RocCurveTests
{
    [TestMethod]
    [DataRow(2, 30)]
    [DataRow(3, 200)]
    [DataRow(7, 500)]
    public void Area_Any_EqualsTheRankStatistic(int classes, int count)
    {
        var evaluation = RandomEvaluation.Make([.. Enumerable.Range(0, classes).Select(c => $"class {c}")], count, seed: classes);
        for (var c = 0; c < classes; c++)
        {
            // Mann and Whitney: the part of all pairs of own and other that are in the right order, equal ones counting half.
            var own = evaluation.Cases.Where(x => x.Truth == c).Select(x => x.Scores[c]).ToList();
            var others = evaluation.Cases.Where(x => x.Truth != c).Select(x => x.Scores[c]).ToList();
            var pairs = own.Sum(a => others.Sum(b => a > b ? 1 : a == b ? 0.5 : 0));
            Assert.AreEqual(pairs / ((double)own.Count * others.Count), RocCurve.Of(evaluation, c).Area!.Value, 1e-12);
        }
    }

    [TestMethod]
    public void Points_Any_AreThoseOfEveryThreshold()
    {
        var evaluation = RandomEvaluation.Make(["a", "b", "c"], 120);
        var curve = RocCurve.Of(evaluation, 1);
        var thresholds = evaluation.Cases.Select(c => c.Scores[1]).Distinct().ToList();
        var naive = thresholds.Select(t => new RocPoint(Rate(evaluation, t, own: false), Rate(evaluation, t, own: true))).ToHashSet();
        Assert.AreEqual(new RocPoint(0, 0), curve.Points[0]);
        Assert.AreEqual(new RocPoint(1, 1), curve.Points[^1]);
        foreach (var point in curve.Points.Skip(1)) Assert.Contains(point, naive);
        // Those left out lie on the line between their neighbours, so that the area between the rest is the same.
        var area = curve.Points.Zip(curve.Points.Skip(1)).Sum(p => (p.Second.FalsePositiveRate - p.First.FalsePositiveRate) * (p.First.TruePositiveRate + p.Second.TruePositiveRate) / 2);
        Assert.AreEqual(curve.Area!.Value, area, 1e-12);
    }

    [TestMethod]
    public void Of_FourImages_IsHandWorked()
    {
        // Class a in order of score: own, other, own, other: 3 of 4 pairs are right.
        var scores = new[] { (0, 0.9f), (1, 0.8f), (0, 0.7f), (1, 0.1f) };
        var evaluation = ClassificationEvaluation.Of(["a", "b"], [.. scores.Select(s => new ClassificationCase("x", s.Item1, [s.Item2, 1 - s.Item2]))]);
        var curve = RocCurve.Of(evaluation, 0);
        Assert.AreEqual(0.75, curve.Area);
        CollectionAssert.AreEqual(new RocPoint[] { new(0, 0), new(0, 0.5), new(0.5, 0.5), new(0.5, 1), new(1, 1) }, curve.Points.ToArray());
    }

    [TestMethod]
    public void Of_AbsentClass_HasNoArea()
    {
        var evaluation = ClassificationEvaluation.Of(["a", "b"], [new("x", 0, [0.6f, 0.4f])]);
        Assert.IsNull(RocCurve.Of(evaluation, 0).Area);
        Assert.IsEmpty(RocCurve.Of(evaluation, 1).Points);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => RocCurve.Of(evaluation, 2));
    }

    private static double Rate(ClassificationEvaluation evaluation, float threshold, bool own)
    {
        var these = evaluation.Cases.Where(c => c.Truth == 1 == own).ToList();
        return (double)these.Count(c => c.Scores[1] >= threshold) / these.Count;
    }
}
