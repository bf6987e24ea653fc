using MlNetVision.Data;
using MlNetVision.Detection.Evaluation;
using Detected = MlNetVision.Detection.Detection;

namespace MlNetVision.Tests.Detection.Evaluation;

[TestClass]
public sealed class DetectionMatchesTests
{
    private static readonly string[] Classes = ["a", "b", "c"];

    /// <summary>The counts are those of the evaluation at the same threshold, which has been compared with pycocotools.</summary>
    [TestMethod]
    [DataRow(0.05f, 100)]
    [DataRow(0.35f, 100)]
    [DataRow(0.7f, 100)]
    [DataRow(0.2f, 2)]
    public void Of_RandomScenes_CountsAsTheEvaluator(float confidence, int most)
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var scenes = RandomScenes.Make(new Random(seed), Classes, 5);
            var evaluator = new DetectionEvaluator(Classes);
            foreach (var (i, scene) in scenes.Index()) evaluator.Add($"{i}", scene.Detections, scene.Truths);
            var evaluation = evaluator.Evaluate(new() { Confidence = confidence, MaxDetections = most });
            var matches = scenes.ConvertAll(s => DetectionMatches.Of(s.Detections, s.Truths, confidence, most));

            var counts = evaluation.Counts;
            Assert.AreEqual((counts.TruePositives, counts.FalsePositives, counts.FalseNegatives),
                (matches.Sum(m => m.TruePositives), matches.Sum(m => m.FalsePositives), matches.Sum(m => m.FalseNegatives)), $"seed {seed}");
            var confusion = DetectionMatches.Confusion(Classes, matches);
            foreach (var (c, own) in evaluation.PerClass.Index())
            {
                Assert.AreEqual(own.Counts.TruePositives, confusion[c, c], $"seed {seed}");
                Assert.AreEqual(own.Counts.Truth, confusion.Truth(c), $"seed {seed}");
                Assert.AreEqual(own.Counts.Detections, confusion.Predicted(c), $"seed {seed}");
            }
            Assert.AreEqual(0, confusion[3, 3]);
        }
    }

    /// <summary>Every pair is what it says, and nothing is left that could be paired.</summary>
    [TestMethod]
    public void Of_RandomScenes_PairsOverlapAndAreAllThereAre()
    {
        foreach (var scene in RandomScenes.Make(new Random(5), Classes, 200))
        {
            var matches = DetectionMatches.Of(scene.Detections, scene.Truths, 0.2f);
            CollectionAssert.AreEquivalent(scene.Detections.Where(d => d.Score >= 0.2f).ToList(), matches.Detections.Select(d => d.Detection).ToList());
            for (var i = 0; i < matches.Objects.Count; i++)
            {
                var item = matches.Objects[i];
                Assert.AreEqual(scene.Truths[i], item.Object);
                if (item.Detection is { } own) Assert.IsTrue(matches.Detections[own] is var d && d.Object == i && d.Detection.Label == item.Object.Label);
                if (item.TakenFor is { } other) Assert.IsTrue(!item.IsFound && matches.Detections[other] is var d && d.Object == i && d.Detection.Label != item.Object.Label
                    && BoundingBox.IoU(d.Detection.Box, item.Object.Box) >= 0.5f);
                if (item.IsFound || item.TakenFor is not null || item.Object.Ignored) continue;
                Assert.IsFalse(matches.Detections.Any(d => d is { Outcome: MatchOutcome.FalsePositive, Object: null } && BoundingBox.IoU(d.Detection.Box, item.Object.Box) >= 0.5f));
            }
            foreach (var d in matches.Detections.Where(d => d.Outcome == MatchOutcome.Ignored)) Assert.IsTrue(matches.Objects[d.Object!.Value].Object.Ignored);
        }
    }

    [TestMethod]
    public void Confusion_HandWorkedImage_HasTheBackground()
    {
        GroundTruthBox[] truths =
        [
            new("a", new(0, 0, 10, 10)), new("a", new(20, 0, 30, 10)), new("b", new(40, 0, 50, 10)), new("b", new(60, 0, 70, 10), Difficult: true),
        ];
        Detected[] found =
        [
            // Found; found again; taken for b, where another b overlaps less; of nothing; ignored; below the threshold; a class that is not among those counted.
            new("a", 0, 0.9f, new(0, 0, 10, 10)), new("a", 0, 0.8f, new(0, 0, 10, 9)), new("b", 1, 0.6f, new(20, 0, 30, 9)), new("b", 1, 0.7f, new(20, 0, 30, 6)),
            new("b", 1, 0.6f, new(80, 0, 90, 10)), new("b", 1, 0.6f, new(60, 0, 70, 10)), new("b", 1, 0.4f, new(40, 0, 50, 10)), new("z", 2, 0.9f, new(40, 0, 50, 10)),
        ];
        var matches = DetectionMatches.Of(found, truths, 0.5f);
        var confusion = DetectionMatches.Confusion(["a", "b"], [matches]);
        CollectionAssert.AreEqual(new[] { "a", "b", "background" }, confusion.Labels.ToArray());
        CollectionAssert.AreEqual(new long[] { 1, 1, 0, 0, 0, 1, 1, 2, 0 },
            Enumerable.Range(0, 9).Select(i => confusion[i / 3, i % 3]).ToArray());
        Assert.AreEqual(2, matches.FalseNegatives);
        Assert.AreEqual(5, matches.FalsePositives);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => DetectionMatches.Confusion(["b"], [matches])).Message, "'a'");
    }
}
