using MlNetVision.Data;
using MlNetVision.Detection.Evaluation;
using Detected = MlNetVision.Detection.Detection;

namespace MlNetVision.Tests.Detection.Evaluation;

/// <summary>Cases small enough to be worked out by hand.</summary>
[TestClass]
public sealed class DetectionEvaluatorTests
{
    private const double Tolerance = 1e-12;

    [TestMethod]
    public void Evaluate_PerfectDetections_EverythingIsOne()
    {
        var evaluator = new DetectionEvaluator(["cat", "dog"]);
        evaluator.Add("a", [Found(0.9f, 0), Found(0.8f, 100, "dog")], [Truth(0), Truth(100, "dog")]);
        evaluator.Add("b", [Found(0.7f, 0)], [Truth(0)]);

        var result = evaluator.Evaluate();

        Assert.AreEqual(1, result.Map50!.Value, Tolerance);
        Assert.AreEqual(1, result.Map75!.Value, Tolerance);
        Assert.AreEqual(1, result.Map!.Value, Tolerance);
        Assert.AreEqual(1, result.Voc2007Map!.Value, Tolerance);
        Assert.AreEqual(1, result.Voc2010Map!.Value, Tolerance);
        Assert.AreEqual(new DetectionCounts(Truth: 3, Ignored: 0, Detections: 3, TruePositives: 3), result.Counts);
        Assert.AreEqual(2, result.Images);
    }

    [TestMethod]
    public void Evaluate_FalsePositiveAboveTruePositive_PrecisionIsHalf()
    {
        // Ranked: FP, TP. Precision 0, 1/2; recall 0, 1. The best precision at any recall up to 1 is 1/2.
        var result = One([Found(0.9f, 500), Found(0.8f, 0)], [Truth(0)]);

        Assert.AreEqual(0.5, result.Ap50!.Value, Tolerance);
        Assert.AreEqual(0.5, result.Voc2007Ap!.Value, Tolerance);
        Assert.AreEqual(0.5, result.Voc2010Ap!.Value, Tolerance);
        Assert.AreEqual(0.5, result.Counts.Precision);
        Assert.AreEqual(1.0, result.Counts.Recall);
        CollectionAssert.AreEqual(new PrecisionRecallPoint[] { new(0.9f, 0, 0), new(0.8f, 0.5, 1) }, result.Curve.ToArray());
    }

    [TestMethod]
    public void Evaluate_HalfFoundThenFalsePositive_CountsPointsUpToRecall()
    {
        // Two objects, ranked: TP, FP. Precision 1, 1/2; recall 1/2, 1/2.
        // COCO: precision 1 at the recalls 0 … 0.50 (51 points), 0 at the other 50. VOC 2007: 0 … 0.5, 6 of 11. VOC 2010: area 1 · 0.5.
        var result = One([Found(0.9f, 0), Found(0.8f, 500)], [Truth(0), Truth(100)]);

        Assert.AreEqual(51.0 / 101, result.Ap50!.Value, Tolerance);
        Assert.AreEqual(6.0 / 11, result.Voc2007Ap!.Value, Tolerance);
        Assert.AreEqual(0.5, result.Voc2010Ap!.Value, Tolerance);
        Assert.AreEqual(1, result.Counts.FalseNegatives);
    }

    [TestMethod]
    public void Evaluate_TruePositiveFalsePositiveTruePositive_InterpolatesFromTheRight()
    {
        // Two objects, ranked: TP, FP, TP. Precision 1, 1/2, 2/3; recall 1/2, 1/2, 1.
        // COCO: 51 points of 1 and 50 of 2/3. VOC 2007: 6 of 1, 5 of 2/3. VOC 2010: 1/2 · 1 + 1/2 · 2/3.
        var result = One([Found(0.9f, 0), Found(0.8f, 500), Found(0.7f, 100)], [Truth(0), Truth(100)]);

        Assert.AreEqual((51 + 50 * 2.0 / 3) / 101, result.Ap50!.Value, Tolerance);
        Assert.AreEqual((6 + 5 * 2.0 / 3) / 11, result.Voc2007Ap!.Value, Tolerance);
        Assert.AreEqual(0.5 + 1.0 / 3, result.Voc2010Ap!.Value, Tolerance);
    }

    [TestMethod]
    public void Evaluate_DuplicateDetection_IsFalsePositive()
    {
        var result = One([Found(0.9f, 0), Found(0.8f, 0)], [Truth(0)]);

        Assert.AreEqual(1, result.Ap50!.Value, Tolerance, "the duplicate comes after all was found");
        Assert.AreEqual(1, result.Counts.TruePositives);
        Assert.AreEqual(1, result.Counts.FalsePositives);
    }

    [TestMethod]
    public void Evaluate_SecondObjectOverlapsLess_CocoTakesItAndVocDoesNot()
    {
        // Truth A = 0–10, B = 2–12. Both detections are A: IoU 1 with A, 8/12 with B.
        // COCO gives the second detection to the free B; VOC sees a duplicate of A.
        GroundTruthBox[] truths = [new("cat", new(0, 0, 10, 10)), new("cat", new(2, 0, 12, 10))];
        var result = One([Found(0.9f, 0), Found(0.8f, 0)], truths);

        Assert.AreEqual(1, result.Ap50!.Value, Tolerance);
        Assert.AreEqual(6.0 / 11, result.Voc2007Ap!.Value, Tolerance);
        Assert.AreEqual(0.5, result.Voc2010Ap!.Value, Tolerance);
    }

    [TestMethod]
    public void Evaluate_OverlapBetweenThresholds_CountsAtThoseBelow()
    {
        // IoU = 8/12 = 0.667: right at 0.5, 0.55, 0.6, 0.65 and wrong at the other six thresholds.
        var result = One([Found(0.9f, 2)], [Truth(0)]);

        CollectionAssert.AreEqual(new double[] { 1, 1, 1, 1, 0, 0, 0, 0, 0, 0 }, result.ApByIoU!.ToArray());
        Assert.AreEqual(0.4, result.Ap!.Value, Tolerance);
        Assert.AreEqual(0, result.Ap75);
    }

    [TestMethod]
    public void Evaluate_OverlapExactlyHalf_Matches()
    {
        // 10 × 10 within 20 × 10: IoU = 100 / 200.
        var result = One([Found(0.9f, 0)], [new("cat", new(0, 0, 20, 10))]);

        Assert.AreEqual(1.0, result.Ap50);
        Assert.AreEqual(1.0, result.Voc2007Ap);
    }

    [TestMethod]
    public void Evaluate_CrowdRegion_SwallowsAnyNumberOfDetections()
    {
        // Three detections lie wholly in the crowd (intersection over their own area = 1) and count as nothing; one stands apart.
        GroundTruthBox[] truths = [Truth(500), new("cat", new(0, 0, 100, 100), Crowd: true)];
        var result = One([Found(0.9f, 0), Found(0.8f, 20), Found(0.7f, 20), Found(0.6f, 500)], truths);

        Assert.AreEqual(1, result.Ap50!.Value, Tolerance);
        Assert.AreEqual(new DetectionCounts(Truth: 1, Ignored: 1, Detections: 1, TruePositives: 1), result.Counts);
    }

    [TestMethod]
    public void Evaluate_CrowdOverlapsMoreThanObject_ObjectIsPreferred()
    {
        // IoU with the object is 8/12, with the crowd 1: the object still gets the detection, though the crowd stands first.
        GroundTruthBox[] truths = [new("cat", new(0, 0, 100, 100), Crowd: true), Truth(2)];
        var result = One([Found(0.9f, 0)], truths);

        Assert.AreEqual(1.0, result.Ap50);
        Assert.AreEqual(1, result.Counts.TruePositives);
    }

    [TestMethod]
    public void Evaluate_DifficultObject_CountsNeitherFoundNorMissed()
    {
        GroundTruthBox[] truths = [Truth(0), Truth(100) with { Difficult = true }, Truth(200) with { Difficult = true }];
        var result = One([Found(0.9f, 100), Found(0.8f, 0)], truths);

        Assert.AreEqual(1, result.Ap50!.Value, Tolerance);
        Assert.AreEqual(1, result.Voc2007Ap!.Value, Tolerance);
        Assert.AreEqual(new DetectionCounts(Truth: 1, Ignored: 2, Detections: 1, TruePositives: 1), result.Counts);
    }

    [TestMethod]
    public void Evaluate_SecondDetectionOfDifficultObject_FalsePositiveForCocoNotForVoc()
    {
        // Ranked: ignored, duplicate on the difficult object, TP. COCO matches a difficult object once (precision 1/2 at the end);
        // the VOC kit lets any number of detections fall on it.
        var result = One([Found(0.9f, 100), Found(0.8f, 100), Found(0.7f, 0)], [Truth(0), Truth(100) with { Difficult = true }]);

        Assert.AreEqual(0.5, result.Ap50!.Value, Tolerance);
        Assert.AreEqual(1, result.Voc2007Ap!.Value, Tolerance);
    }

    [TestMethod]
    public void Evaluate_EqualScores_KeepTheOrderOfDetectionsAndImages()
    {
        // In "a" the false positive stands before the true one: FP, TP, then "b": TP. Precision 0, 1/2, 2/3; recall 0, 1/2, 1.
        var evaluator = new DetectionEvaluator(["cat"]);
        evaluator.Add("a", [Found(0.5f, 500), Found(0.5f, 0)], [Truth(0)]);
        evaluator.Add("b", [Found(0.5f, 0)], [Truth(0)]);
        Assert.AreEqual(2.0 / 3, evaluator.Evaluate().Map50!.Value, Tolerance);

        // The images the other way round: TP, FP, TP. 51 points of 1, 50 of 2/3.
        evaluator = new DetectionEvaluator(["cat"]);
        evaluator.Add("b", [Found(0.5f, 0)], [Truth(0)]);
        evaluator.Add("a", [Found(0.5f, 500), Found(0.5f, 0)], [Truth(0)]);
        Assert.AreEqual((51 + 50 * 2.0 / 3) / 101, evaluator.Evaluate().Map50!.Value, Tolerance);
    }

    [TestMethod]
    public void Evaluate_HundredthAsRecall_FallsWhereNumpyPutsIt()
    {
        // One hundred objects, 35 found: the recall 35/100 is 0.35, and numpy's point 35 · 0.01 is 0.35000000000000003:
        // 35 points (0 … 0.34) have precision 1, not 36.
        var truths = Enumerable.Range(0, 100).Select(i => Truth(i * 20)).ToArray();
        var found = Enumerable.Range(0, 35).Select(i => Found(0.9f, i * 20)).ToArray();

        Assert.AreEqual(35.0 / 101, One(found, truths).Ap50!.Value, Tolerance);
    }

    [TestMethod]
    public void Evaluate_NoDetections_ApIsZeroAndPrecisionUndefined()
    {
        var result = One([], [Truth(0)]);

        Assert.AreEqual(0.0, result.Ap50);
        Assert.AreEqual(0.0, result.Ap);
        Assert.AreEqual(0.0, result.Voc2007Ap);
        Assert.IsNull(result.Counts.Precision);
        Assert.AreEqual(0.0, result.Counts.Recall);
    }

    [TestMethod]
    public void Evaluate_ClassWithoutTruth_HasNoApAndNoPartInTheMean()
    {
        var evaluator = new DetectionEvaluator(["cat", "dog"]);
        evaluator.Add("a", [Found(0.9f, 0), Found(0.8f, 300, "dog")], [Truth(0)]);

        var result = evaluator.Evaluate();

        Assert.IsNull(result.PerClass[1].Ap50);
        Assert.IsNull(result.PerClass[1].Voc2010Ap);
        Assert.AreEqual(1.0, result.Map50);
        Assert.AreEqual(1, result.PerClass[1].Counts.FalsePositives);
        Assert.AreEqual(0.5, result.Counts.Precision);
    }

    [TestMethod]
    public void Evaluate_NothingAdded_MeansAreUndefined()
    {
        var result = new DetectionEvaluator(["cat"]).Evaluate();

        Assert.IsNull(result.Map50);
        Assert.IsNull(result.Counts.Recall);
        Assert.Contains("\"mAP50\":null", result.ToJson());
    }

    [TestMethod]
    public void Evaluate_ClassesDiffer_AreReported()
    {
        var evaluator = new DetectionEvaluator(["cat", "dog"], ["cat", "horse"]);
        evaluator.Add("a", [Found(0.9f, 0), Found(0.8f, 50, "horse"), Found(0.7f, 90, "horse")], [Truth(0), Truth(100, "dog")]);

        var result = evaluator.Evaluate();

        CollectionAssert.AreEqual(new[] { "dog" }, result.OnlyInData.ToArray());
        CollectionAssert.AreEqual(new[] { "horse" }, result.OnlyInModel.ToArray());
        Assert.AreEqual(2, result.Unjudged);
        Assert.AreEqual(0.5, result.Map50!.Value, Tolerance, "the missing class counts as 0");
        Assert.AreEqual(1.0, result.Counts.Precision, "horses are not judged");
    }

    [TestMethod]
    public void Evaluate_Confidence_BoundsTheCountsAlone()
    {
        var evaluator = new DetectionEvaluator(["cat"]);
        evaluator.Add("a", [Found(0.9f, 0), Found(0.4f, 100), Found(0.1f, 500)], [Truth(0), Truth(100)]);

        var result = evaluator.Evaluate(new() { Confidence = 0.4f });

        Assert.AreEqual(new DetectionCounts(Truth: 2, Ignored: 0, Detections: 2, TruePositives: 2), result.Counts);
        Assert.AreEqual(1, evaluator.Evaluate(new() { Confidence = 0.5f }).Counts.TruePositives);
        Assert.AreEqual(1, result.Map50!.Value, Tolerance);
    }

    [TestMethod]
    public void Evaluate_MoreDetectionsThanMaximum_TheWeakestAreLeftOut()
    {
        var evaluator = new DetectionEvaluator(["cat"]);
        evaluator.Add("a", [Found(0.1f, 0), Found(0.9f, 500), Found(0.8f, 600)], [Truth(0)]);

        Assert.AreEqual(0.0, evaluator.Evaluate(new() { MaxDetections = 2 }).Map50);
        Assert.AreEqual(1.0 / 3, evaluator.Evaluate(new() { MaxDetections = 2 }).Voc2007Map!.Value, Tolerance, "VOC has no maximum");
        Assert.AreEqual(1.0 / 3, evaluator.Evaluate(new() { MaxDetections = 3 }).Map50!.Value, Tolerance);
    }

    [TestMethod]
    public void Add_BadArguments_Throws()
    {
        var evaluator = new DetectionEvaluator(["cat"]);
        evaluator.Add("a", [], []);

        Assert.Contains("a", Assert.ThrowsExactly<ArgumentException>(() => evaluator.Add("a", [], [])).Message);
        Assert.Contains("dog", Assert.ThrowsExactly<ArgumentException>(() => evaluator.Add("b", [], [Truth(0, "dog")])).Message);
        Assert.ThrowsExactly<ArgumentException>(() => evaluator.Add("b", [Found(float.NaN, 0)], []));
        Assert.ThrowsExactly<ArgumentException>(() => new DetectionEvaluator(["cat", "cat"]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => evaluator.Evaluate(new() { Confidence = 1.5f }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => evaluator.Evaluate(new() { MaxDetections = 0 }));
        evaluator.Add("b", [], []);
    }

    [TestMethod]
    public void IoUThresholds_AreNumpys()
    {
        // numpy.linspace(0.5, 0.95, 10), printed with repr.
        double[] numpy = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.8999999999999999, 0.95];

        CollectionAssert.AreEqual(numpy, DetectionEvaluator.IoUThresholds.ToArray());
    }

    private static ClassEvaluation One(Detected[] detections, GroundTruthBox[] truths)
    {
        var evaluator = new DetectionEvaluator(["cat"]);
        evaluator.Add("a", detections, truths);
        return evaluator.Evaluate().PerClass.Single();
    }

    private static Detected Found(float score, float left, string label = "cat") => new(label, 0, score, Box(left));

    private static GroundTruthBox Truth(float left, string label = "cat") => new(label, Box(left));

    private static BoundingBox Box(float left) => new(left, 0, left + 10, 10);
}
