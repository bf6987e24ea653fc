using MlNetVision.Data;
using MlNetVision.Detection.Evaluation;

namespace MlNetVision.Tests.Detection.Evaluation;

/// <summary>Random scenes, compared with definitions written out naively: overlaps by counting pixels, averages by trying every recall.</summary>
[TestClass]
public sealed class DetectionEvaluatorRandomTests
{
    private static readonly string[] Classes = ["a", "b", "c"];

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    [DataRow(6)]
    [DataRow(7)]
    [DataRow(8)]
    public void Evaluate_RandomScenes_AgreesWithNaiveDefinitions(int seed)
    {
        var scenes = RandomScenes.Make(new Random(seed), Classes, images: 12);
        var evaluator = new DetectionEvaluator(Classes);
        for (var i = 0; i < scenes.Count; i++) evaluator.Add($"{i}", scenes[i].Detections, scenes[i].Truths);

        var result = evaluator.Evaluate(new() { Confidence = 0.5f, MaxDetections = 4 });

        foreach (var c in result.PerClass)
        {
            for (var t = 0; t < 10; t++) Assert.AreEqual(Coco(scenes, c.Label, t, 4), c.ApByIoU![t], 1e-12, $"{c.Label} at threshold {t}");
            Assert.AreEqual(Voc2007(scenes, c.Label), c.Voc2007Ap!.Value, 1e-12, $"VOC {c.Label}");
            Assert.AreEqual(c.ApByIoU!.Sum() / 10, c.Ap!.Value, 1e-12);
            var counted = CocoOutcomes(scenes, c.Label, 0, 4).Where(o => o.Score >= 0.5 && o.Right is not null).ToList();
            Assert.AreEqual(counted.Count, c.Counts.Detections);
            Assert.AreEqual(counted.Count(o => o.Right == true), c.Counts.TruePositives);
        }
        Assert.AreEqual(result.PerClass.Sum(c => c.Ap50!.Value) / 3, result.Map50!.Value, 1e-12);
    }

    private static double Coco(List<RandomScenes.Scene> scenes, string label, int threshold, int maximum)
    {
        var outcomes = CocoOutcomes(scenes, label, threshold, maximum);
        return Interpolated(outcomes, Truth(scenes, label), 101, (found, truth, i) => (double)found / truth >= (i == 100 ? 1 : i * 0.01));
    }

    private static double Voc2007(List<RandomScenes.Scene> scenes, string label)
    {
        var outcomes = new List<(double Score, bool? Right)>();
        foreach (var (detections, truths) in scenes)
        {
            var found = new HashSet<int>();
            foreach (var d in detections.Where(d => d.Label == label).OrderBy(d => -d.Score))
            {
                var best = truths.Select((t, i) => (Overlap: Overlap(d.Box, t), t, i)).Where(x => x.t.Label == label && x.Overlap > 0).OrderBy(x => -x.Overlap).FirstOrDefault();
                outcomes.Add((d.Score, best.Overlap < 0.5 ? false : best.t.Ignored ? null : found.Add(best.i)));
            }
        }
        return Interpolated(outcomes, Truth(scenes, label), 11, (f, truth, i) => f * 10 >= i * truth);
    }

    // The mean, over the points, of the best precision among all prefixes of the ranking that reach the recall of the point.
    private static double Interpolated(List<(double Score, bool? Right)> outcomes, int truth, int points, Func<int, int, int, bool> reaches)
    {
        var ranked = outcomes.Where(o => o.Right is not null).OrderBy(o => -o.Score).Select(o => o.Right == true).ToList();
        var sum = 0.0;
        for (var i = 0; i < points; i++)
        {
            var best = 0.0;
            for (var length = 1; length <= ranked.Count; length++)
            {
                var found = ranked.Take(length).Count(right => right);
                if (reaches(found, truth, i)) best = Math.Max(best, (double)found / length);
            }
            sum += best;
        }
        return sum / points;
    }

    private static List<(double Score, bool? Right)> CocoOutcomes(List<RandomScenes.Scene> scenes, string label, int threshold, int maximum)
    {
        var outcomes = new List<(double, bool?)>();
        foreach (var (detections, truths) in scenes)
        {
            var free = truths.Where(t => t.Label == label).Select((t, i) => (Truth: t, Order: i)).ToList();
            foreach (var d in detections.Where(d => d.Label == label).OrderBy(d => -d.Score).Take(maximum))
            {
                // In twentieths, which the overlaps of whole pixels never miss by rounding alone.
                var fits = free.Where(f => Overlap(d.Box, f.Truth) + 1e-9 >= (10 + threshold) / 20.0).ToList();
                var wanted = fits.Where(f => !f.Truth.Ignored).ToList();
                if (fits.Count == 0) outcomes.Add((d.Score, false));
                else
                {
                    var taken = (wanted.Count > 0 ? wanted : fits).OrderBy(f => Overlap(d.Box, f.Truth)).ThenBy(f => f.Order).Last();
                    if (!taken.Truth.Crowd) free.Remove(taken);
                    outcomes.Add((d.Score, wanted.Count > 0 ? true : null));
                }
            }
        }
        return outcomes;
    }

    private static int Truth(List<RandomScenes.Scene> scenes, string label) => scenes.Sum(s => s.Truths.Count(t => t.Label == label && !t.Ignored));

    private static double Overlap(BoundingBox detection, GroundTruthBox truth)
    {
        var (both, first, second) = (0, 0, 0);
        for (var y = 0; y < RandomScenes.Size; y++)
        {
            for (var x = 0; x < RandomScenes.Size; x++)
            {
                var (a, b) = (Covers(detection, x, y), Covers(truth.Box, x, y));
                if (a) first++;
                if (b) second++;
                if (a && b) both++;
            }
        }
        return (double)both / (truth.Crowd ? first : first + second - both);
    }

    private static bool Covers(BoundingBox box, int x, int y) => x >= box.Left && x < box.Right && y >= box.Top && y < box.Bottom;
}
