using MlNetVision.Detection;
using Found = MlNetVision.Detection.Detection;

namespace MlNetVision.Tests.Detection;

[TestClass]
public class NonMaxSuppressionTests
{
    [TestMethod]
    [DataRow(NonMaxSuppressionKind.Hard, false, null)]
    [DataRow(NonMaxSuppressionKind.Hard, true, null)]
    [DataRow(NonMaxSuppressionKind.Hard, true, 7)]
    [DataRow(NonMaxSuppressionKind.SoftLinear, false, null)]
    [DataRow(NonMaxSuppressionKind.SoftLinear, true, 20)]
    [DataRow(NonMaxSuppressionKind.SoftGaussian, false, 25)]
    [DataRow(NonMaxSuppressionKind.SoftGaussian, true, null)]
    public void Apply_RandomBoxes_AsNaively(NonMaxSuppressionKind kind, bool agnostic, int? most)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var boxes = RandomBoxes(seed, 30 + 17 * seed, classes: 4);
            var options = new NonMaxSuppressionOptions { Kind = kind, ClassAgnostic = agnostic, MaxDetections = most, IoU = 0.2f + 0.03f * seed };
            var expected = NaiveSuppression.Apply(boxes, options, 0.1);
            var actual = NonMaxSuppression.Apply(boxes, options, 0.1f);
            Assert.HasCount(expected.Count, actual, $"seed {seed}");
            for (var i = 0; i < expected.Count; i++)
            {
                Assert.AreEqual(boxes[expected[i].Position].Box, actual[i].Box, $"seed {seed}, place {i}");
                Assert.AreEqual(expected[i].Score, actual[i].Score, 1e-5, $"seed {seed}, place {i}");
            }
        }
    }

    // Two boxes of 10 × 10 that share 10 × 5: IoU 50 / 150 = 1/3.
    [TestMethod]
    [DataRow(NonMaxSuppressionKind.Hard, 0.3f, null)]
    [DataRow(NonMaxSuppressionKind.Hard, 0.4f, 0.8f)]
    [DataRow(NonMaxSuppressionKind.SoftLinear, 0.3f, 0.533333f)]
    [DataRow(NonMaxSuppressionKind.SoftLinear, 0.4f, 0.8f)]
    [DataRow(NonMaxSuppressionKind.SoftGaussian, 0.3f, 0.640590f)]
    public void Apply_ThirdOverlap_AsWorkedByHand(NonMaxSuppressionKind kind, float limit, float? second)
    {
        var result = NonMaxSuppression.Apply([Box(0, 0.9f, 0, 0, 10, 10), Box(0, 0.8f, 0, 5, 10, 15)], new() { Kind = kind, IoU = limit });
        Assert.HasCount(second is null ? 1 : 2, result);
        Assert.AreEqual(0.9f, result[0].Score);
        if (second is { } score) Assert.AreEqual(score, result[1].Score, 1e-5f);
    }

    [TestMethod]
    public void Apply_OverlapEqualToLimit_KeepsBothAsDarknet()
    {
        // 2 × 1 within 2 × 2: IoU exactly 0.5.
        Found[] boxes = [Box(0, 0.9f, 0, 0, 2, 2), Box(0, 0.8f, 0, 0, 2, 1)];
        Assert.HasCount(2, NonMaxSuppression.Apply(boxes, new() { IoU = 0.5f }));
        Assert.HasCount(1, NonMaxSuppression.Apply(boxes, new() { IoU = 0.49f }));
    }

    [TestMethod]
    public void Apply_SameBoxOfTwoClasses_BothUnlessAgnostic()
    {
        Found[] boxes = [Box(1, 0.9f, 0, 0, 10, 10), Box(0, 0.8f, 0, 0, 10, 10)];
        Assert.HasCount(2, NonMaxSuppression.Apply(boxes));
        Assert.AreEqual(1, NonMaxSuppression.Apply(boxes, new() { ClassAgnostic = true }).Single().ClassIndex);
    }

    [TestMethod]
    public void Apply_EqualScores_LowerClassThenEarlierFirst()
    {
        Found[] boxes = [Box(1, 0.5f, 0, 0, 1, 1), Box(0, 0.5f, 5, 0, 6, 1), Box(0, 0.5f, 3, 0, 4, 1), Box(0, 0.5f, 3, 0, 4, 1)];
        foreach (var kind in Enum.GetValues<NonMaxSuppressionKind>())
        {
            var result = NonMaxSuppression.Apply(boxes, new() { Kind = kind }, confidence: 0.4f);
            Found[] expected = kind == NonMaxSuppressionKind.None ? [boxes[1], boxes[2], boxes[3], boxes[0]] : [boxes[1], boxes[2], boxes[0]];
            CollectionAssert.AreEqual(expected, result.ToArray(), kind.ToString());
        }
    }

    [TestMethod]
    public void Apply_EmptyBoxesAndNumbersThatAreNone_NeitherSuppressNorCrash()
    {
        Found[] boxes =
        [
            Box(0, 0.9f, 4, 4, 4, 4), Box(0, 0.8f, 4, 4, 4, 4), Box(0, 0.7f, 0, 0, 10, 10), Box(0, 0.6f, 9, 9, 1, 1),
            Box(0, float.NaN, 0, 0, 1, 1), Box(0, 0.9f, float.NaN, 0, 1, 1), Box(0, 0.9f, 0, 0, float.PositiveInfinity, 1),
        ];
        foreach (var kind in Enum.GetValues<NonMaxSuppressionKind>())
            CollectionAssert.AreEqual(boxes[..4], NonMaxSuppression.Apply(boxes, new() { Kind = kind }).ToArray(), kind.ToString());
    }

    [TestMethod]
    public void Apply_Nothing_Nothing() => Assert.IsEmpty(NonMaxSuppression.Apply([]));

    [TestMethod]
    public void Apply_TenThousandApart_AllKept()
    {
        var boxes = Enumerable.Range(0, 10_000).Select(i => Box(i % 2, 0.5f + i * 4e-5f, i % 100 * 10, i / 100 * 10, i % 100 * 10 + 9, i / 100 * 10 + 9)).ToArray();
        var result = NonMaxSuppression.Apply(boxes);
        CollectionAssert.AreEqual(boxes.Reverse().ToArray(), result.ToArray());
    }

    [TestMethod]
    public void Apply_MoreThanTheCap_BestOnesTaken()
    {
        var boxes = Enumerable.Range(0, NonMaxSuppression.MaxCandidates + 500).Select(i => Box(0, i * 1e-5f, 0, 0, 1 + i, 1)).ToArray();
        var result = NonMaxSuppression.Apply(boxes, new() { IoU = 1 });
        Assert.HasCount(NonMaxSuppression.MaxCandidates, result);
        Assert.AreEqual(boxes[^1], result[0]);
        Assert.AreEqual(boxes[500], result[^1]);
    }

    [TestMethod]
    [DataRow(-0.1f, 0.5f, null)]
    [DataRow(1.1f, 0.5f, null)]
    [DataRow(float.NaN, 0.5f, null)]
    [DataRow(0.5f, 0f, null)]
    [DataRow(0.5f, float.PositiveInfinity, null)]
    [DataRow(0.5f, 0.5f, 0)]
    public void Apply_OptionOutOfRange_Throws(float iou, float sigma, int? most) =>
        Assert.ThrowsExactly<ArgumentException>(() => NonMaxSuppression.Apply([], new() { IoU = iou, Sigma = sigma, MaxDetections = most }));

    [TestMethod]
    public void Apply_UnknownKindOrConfidence_Throws()
    {
        Assert.ThrowsExactly<ArgumentException>(() => NonMaxSuppression.Apply([], new() { Kind = (NonMaxSuppressionKind)9 }));
        Assert.ThrowsExactly<ArgumentException>(() => NonMaxSuppression.Apply([], confidence: 1.5f));
    }

    private static Found Box(int index, float score, float left, float top, float right, float bottom) =>
        new($"c{index}", index, score, new(left, top, right, bottom));

    private static List<Found> RandomBoxes(int seed, int count, int classes)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, count).Select(_ =>
        {
            var (x, y) = (random.NextSingle() * 200, random.NextSingle() * 200);
            return Box(random.Next(classes), random.NextSingle(), x, y, x + random.NextSingle() * 80, y + random.NextSingle() * 80);
        }).ToList();
    }
}
