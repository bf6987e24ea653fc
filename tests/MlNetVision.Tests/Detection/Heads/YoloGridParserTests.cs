using MlNetVision.Detection;
using MlNetVision.Imaging;

namespace MlNetVision.Tests.Detection;

[TestClass]
public class YoloGridParserTests
{
    private static readonly ImageGeometry Letterbox = new(640, 320, 320, 352, 0.5f, 0.5f, 0, 96);

    [TestMethod]
    [DataRow(YoloHeadKind.Region, true, 1f, false, false)]
    [DataRow(YoloHeadKind.Region, true, 1f, false, true)]
    [DataRow(YoloHeadKind.Region, false, 1f, false, false)]
    [DataRow(YoloHeadKind.Yolo, false, 1f, false, false)]
    [DataRow(YoloHeadKind.Yolo, false, 1.2f, false, false)]
    [DataRow(YoloHeadKind.Yolo, false, 2f, true, false)]
    [DataRow(YoloHeadKind.Yolo, false, 1.05f, false, true)]
    public void Decode_RandomGrid_AsDarknetNaively(YoloHeadKind kind, bool softmax, float scale, bool newCoordinates, bool channelsLast)
    {
        foreach (var (classes, h, w, confidence) in new[] { (1, 1, 1, 0f), (3, 11, 10, 0.1f), (20, 7, 7, 0.02f), (80, 13, 5, 0.3f), (4, 6, 3, 0f) })
        {
            var head = Head(kind, classes) with { SoftmaxClasses = softmax, ScaleXY = scale, NewCoordinates = newCoordinates };
            var chw = RandomGrid(classes * 7 + h, head, h, w);
            var options = new DetectionOptions { Confidence = confidence };
            var actual = Parser(head).Decode([Grid(chw, head, h, w, channelsLast)], Letterbox, options);
            var expected = (from box in NaiveYolo.Decode(chw, head, h, w, 320, 352)
                            from k in Enumerable.Range(0, classes)
                            where box.Scores[k] >= confidence
                            select (box, k)).ToList();
            Assert.HasCount(expected.Count, actual);
            foreach (var ((box, k), found) in expected.Zip(actual))
            {
                Assert.AreEqual(($"c{k}", k), (found.Label, found.ClassIndex));
                Assert.AreEqual(box.Scores[k], found.Score, 1e-5);
                var (left, top) = ((box.X - box.W / 2) * 320 / 0.5, ((box.Y - box.H / 2) * 352 - 96) / 0.5);
                Assert.AreEqual(left, found.Box.Left, 0.01);
                Assert.AreEqual(top, found.Box.Top, 0.01);
                Assert.AreEqual(left + box.W * 320 / 0.5, found.Box.Right, 0.01);
                Assert.AreEqual(top + box.H * 352 / 0.5, found.Box.Bottom, 0.01);
            }
        }
    }

    // One cell of a 2 × 2 region grid on a 64 × 64 network: centre σ(0) in column 1, row 0; anchor 0.5 × 1 cells of 32 pixels.
    [TestMethod]
    public void Parse_OneRegionCell_AsWorkedByHand()
    {
        var head = new YoloHead { Output = "grid", Kind = YoloHeadKind.Region, Anchors = [new(0.5f, 1)], Classes = 2, SoftmaxClasses = true };
        var grid = new float[7 * 4];
        Array.Fill(grid, -20, 4 * 4, 4);
        grid[4 * 4 + 1] = 20;
        (grid[5 * 4 + 1], grid[6 * 4 + 1]) = (MathF.Log(3), 0);
        var parser = new YoloGridParser([head], ["a", "b"], 64, 64);
        var result = parser.Parse([new(grid, 7, 2, 2)], Whole(64, 64), new() { Confidence = 0.2f });
        Assert.HasCount(2, result);
        Assert.AreEqual("a", result[0].Label);
        Assert.AreEqual(0.75f, result[0].Score, 1e-6f);
        Assert.AreEqual(0.25f, result[1].Score, 1e-6f);
        Assert.AreEqual(new BoundingBox(40, 0, 56, 32), result[0].Box);
        Assert.AreEqual("a", parser.Parse([new(grid, 7, 2, 2)], Whole(64, 64), new() { Confidence = 0.2f, BestClassOnly = true }).Single().Label);
    }

    [TestMethod]
    public void Parse_TwoHeads_SuppressedTogetherClippedAndSorted()
    {
        var heads = new[] { Head(YoloHeadKind.Yolo, 3), Head(YoloHeadKind.Yolo, 3) with { Output = "grid_1", Anchors = [new(90, 60), new(20, 30), new(200, 220)] } };
        var grids = heads.Select((head, i) => Grid(RandomGrid(i, head, 10 + 10 * i, 10 + 10 * i), head, 10 + 10 * i, 10 + 10 * i)).ToArray();
        var parser = new YoloGridParser(heads, ["c0", "c1", "c2"], 320, 352);
        var options = new DetectionOptions { Confidence = 0.2f, ClassConfidence = new Dictionary<string, float> { ["c1"] = 0.6f }, ExcludedClasses = ["C2"] };
        var candidates = parser.Decode(grids, Letterbox, options);
        var expected = NaiveSuppression.Apply(candidates, options.Suppression, 0)
            .Select(x => candidates[x.Position]).Select(x => x with { Box = x.Box.Clip(640, 320) }).Where(x => !x.Box.IsEmpty);
        var actual = parser.Parse(grids, Letterbox, options).ToArray();
        CollectionAssert.AreEqual(expected.ToArray(), actual);
        Assert.IsGreaterThan(10, actual.Length);
        Assert.IsTrue(actual.All(x => x.ClassIndex == 0 ? x.Score >= 0.2f : x.ClassIndex == 1 && x.Score >= 0.6f));
        Assert.IsGreaterThan(actual.Length, candidates.Count);
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    [DataRow(float.NegativeInfinity)]
    [DataRow(3e38f)]
    public void Parse_BrokenNumbers_NoBrokenBoxes(float value)
    {
        foreach (var (kind, newCoordinates) in new[] { (YoloHeadKind.Region, false), (YoloHeadKind.Yolo, false), (YoloHeadKind.Yolo, true) })
        {
            var head = Head(kind, 3) with { SoftmaxClasses = kind == YoloHeadKind.Region, NewCoordinates = newCoordinates };
            var random = new Random(5);
            foreach (var share in new[] { 0.1, 1 })
            {
                var values = RandomGrid(1, head, 9, 9).Select(x => random.NextDouble() < share ? value : x).ToArray();
                foreach (var confidence in new[] { 0f, 0.3f, 1f })
                {
                    var options = new DetectionOptions { Confidence = confidence };
                    var found = Parser(head).Decode([Grid(values, head, 9, 9)], Letterbox, options).Concat(Parser(head).Parse([Grid(values, head, 9, 9)], Letterbox, options));
                    Assert.IsTrue(found.All(x => x.Box.IsFinite && x.Score is >= 0 and <= 1));
                    Assert.IsTrue(Parser(head).Objectness(0, Grid(values, head, 9, 9)).All(x => x is >= 0 and <= 1));
                }
            }
        }
    }

    [TestMethod]
    public void Objectness_RandomGrid_LogisticOfFifthChannel()
    {
        var head = Head(YoloHeadKind.Yolo, 3);
        var chw = RandomGrid(1, head, 4, 5);
        var expected = NaiveYolo.Decode(chw, head, 4, 5, 320, 352).Select(x => x.Objectness).ToArray();
        foreach (var channelsLast in new[] { false, true })
        {
            var actual = Parser(head).Objectness(0, Grid(chw, head, 4, 5, channelsLast));
            Assert.HasCount(expected.Length, actual);
            for (var i = 0; i < expected.Length; i++) Assert.AreEqual(expected[i], actual[i], 1e-6);
        }
    }

    [TestMethod]
    [DataRow(425, "YOLO head 'grid_0' gives 425 channels; 3 anchors × (5 + 3 classes) = 24 were expected. 425 channels do not fit 3 anchors with any number of classes.")]
    [DataRow(255, "YOLO head 'grid_0' gives 255 channels; 3 anchors × (5 + 3 classes) = 24 were expected. With 3 anchors, 255 channels are 80 classes.")]
    public void Parse_WrongChannels_ThrowsWithNumbers(int channels, string message)
    {
        var error = Assert.ThrowsExactly<BadModelException>(() => Parser(Head(YoloHeadKind.Yolo, 3)).Parse([new(new float[channels], channels, 1, 1)], Letterbox, new()));
        Assert.AreEqual(message, error.Message);
    }

    [TestMethod]
    public void Parse_WrongGrids_Throws()
    {
        var parser = Parser(Head(YoloHeadKind.Yolo, 3));
        Assert.ThrowsExactly<ArgumentException>(() => parser.Parse([], Letterbox, new()));
        Assert.ThrowsExactly<ArgumentException>(() => parser.Parse([new(new float[23], 24, 1, 1)], Letterbox, new()));
        Assert.ThrowsExactly<BadModelException>(() => parser.Parse([new(Array.Empty<float>(), 24, 0, 1)], Letterbox, new()));
        Assert.ThrowsExactly<ArgumentException>(() => parser.Parse([new(new float[24], 24, 1, 1)], Letterbox, new() { Classes = ["c7"] }));
    }

    [TestMethod]
    public void Constructor_HeadsThatDoNotFit_Throws()
    {
        var head = Head(YoloHeadKind.Region, 3);
        void Refuses(YoloHead bad, string part)
        {
            var error = Assert.ThrowsExactly<BadModelException>(() => new YoloGridParser([bad], ["c0", "c1", "c2"], 320, 320));
            StringAssert.Contains(error.Message, part);
        }
        Refuses(head with { Classes = 80 }, "has 80 classes, but there are 3 labels");
        Refuses(head with { Classes = 0 }, "has 0 classes");
        Refuses(head with { Anchors = [] }, "no anchors");
        Refuses(head with { Anchors = [new(1, -2)] }, "1 × -2");
        Refuses(head with { ScaleXY = float.NaN }, "scale_x_y NaN");
        Refuses(head with { Kind = (YoloHeadKind)7 }, "kind 7");
        Assert.ThrowsExactly<BadModelException>(() => new YoloGridParser([], ["a"], 320, 320));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new YoloGridParser([head], ["a", "b", "c"], 0, 320));
    }

    private static ImageGeometry Whole(int width, int height) => new(width, height, width, height, 1, 1, 0, 0);

    private static YoloGridParser Parser(YoloHead head) =>
        new([head], Enumerable.Range(0, head.Classes).Select(i => $"c{i}").ToArray(), 320, 352);

    private static YoloHead Head(YoloHeadKind kind, int classes) => new()
    {
        Output = "grid_0",
        Kind = kind,
        Classes = classes,
        Anchors = kind == YoloHeadKind.Region ? [new(0.57f, 0.68f), new(1.9f, 2.1f)] : [new(12, 18), new(37, 49), new(52, 132)],
    };

    private static float[] RandomGrid(int seed, YoloHead head, int h, int w)
    {
        var random = new Random(seed);
        var values = new float[head.Anchors.Count * (5 + head.Classes) * h * w];
        for (var i = 0; i < values.Length; i++) values[i] = head.NewCoordinates ? random.NextSingle() : random.NextSingle() * 6 - 3;
        return values;
    }

    private static YoloGrid Grid(float[] chw, YoloHead head, int h, int w, bool channelsLast = false)
    {
        var channels = head.Anchors.Count * (5 + head.Classes);
        if (!channelsLast) return new(chw, channels, h, w);
        var hwc = new float[chw.Length];
        for (var c = 0; c < channels; c++)
        {
            for (var i = 0; i < h * w; i++) hwc[i * channels + c] = chw[c * h * w + i];
        }
        return new(hwc, channels, h, w, ChannelsLast: true);
    }
}
