using MlNetVision.Gradients.Losses;
using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Tests.Losses;

[TestClass]
public sealed class YoloLossTests
{
    private const int Classes = 4, Height = 5, Width = 6, Batch = 2;

    private static readonly (float, float)[] Anchors = [(0.2f, 0.25f), (0.4f, 0.3f), (0.25f, 0.6f)];

    /// <summary>Two objects of image 0 claim one prediction; image 1 has one on the last edges and one that hardly fits.</summary>
    private static readonly YoloObject[][] Objects =
    [
        [new(0.31f, 0.52f, 0.2f, 0.3f, 0), new(0.3f, 0.5f, 0.18f, 0.28f, 3), new(0.77f, 0.21f, 0.5f, 0.3f, 1)],
        [new(0.99f, 0.99f, 0.1f, 0.05f, 2), new(0.5f, 0.45f, 0.9f, 0.8f, 1), new(0.1f, 0.9f, 0.25f, 0.5f, 3), new(0.5f, 0.44f, 0.2f, 0.55f, 0)],
    ];

    private static IEnumerable<(string Name, YoloLossHead Head)> Heads()
    {
        var region = new RegionLossHead { Grid = "grid", Anchors = Anchors, Classes = Classes };
        yield return ("region", region);
        yield return ("region of other weights", region with { ObjectScale = 2, NoObjectScale = 0.5f, CoordScale = 3, ClassScale = 0.7f, Threshold = 0.3f });
        yield return ("region without rescore", region with { Rescore = false, ScaleBySize = false });
        yield return ("region by prediction", region with { BiasMatch = false });
        yield return ("region with logistic classes", region with { Softmax = false });
        yield return ("region with logistic classes by prediction", region with { Softmax = false, BiasMatch = false });
        yield return ("region without prior", region with { PriorScale = 0 });
        var yolo = new YoloV3LossHead { Grid = "grid", Anchors = Anchors, Classes = Classes };
        yield return ("yolo", yolo);
        yield return ("yolo of other weights", yolo with { IgnoreThreshold = 0.2f, BoxScale = 0.75f, ObjectScale = 2, ClassScale = 0.6f, ScaleBySize = false });
        yield return ("yolo of a mask", yolo with { AllAnchors = [(0.9f, 0.9f), .. Anchors], Mask = [1, 2, 3] });
        yield return ("yolo of a mask in another order", yolo with { AllAnchors = [Anchors[2], (0.1f, 0.06f), Anchors[0], Anchors[1]], Mask = [2, 3, 0] });
        yield return ("yolo with more anchors", yolo with { AnchorThreshold = 0.3f });
        yield return ("yolo by overlap", yolo with { TruthThreshold = 0.4f, IgnoreThreshold = 0.2f });
        yield return ("yolo scaled", yolo with { ScaleXY = 1.2f });
        foreach (var kind in Enum.GetValues<YoloBoxLoss>()) yield return ($"yolo {kind}", yolo with { BoxLoss = kind, ScaleXY = 1.05f });
    }

    public static IEnumerable<object[]> HeadNames => Heads().Select(h => new object[] { h.Name });

    private static YoloLossHead Head(string name) => Heads().First(h => h.Name == name).Head;

    private static OnnxModel Network(params (string Name, int Height, int Width)[] grids)
    {
        var graph = new GraphWriter("net");
        foreach (var (name, height, width) in grids)
        {
            var channels = Anchors.Length * (5 + Classes);
            graph.Output(graph.Node("Identity", name, [graph.Input($"{name}.raw", DataType.Float, -1, channels, height, width)]), DataType.Float,
                -1, channels, height, width);
        }
        return graph.Build();
    }

    private static float[] Raw(int seed, int height = Height, int width = Width)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Batch * Anchors.Length * (5 + Classes) * height * width).Select(_ => (float)((random.NextDouble() * 2) - 1))];
    }

    private static (Dictionary<string, double> Terms, float[] Gradient) Run(OnnxModel model, YoloLoss loss, string grid, float[] raw, YoloObject[][] objects,
        bool prior, Dictionary<string, TrainingFeed>? more = null)
    {
        var graph = TrainingGraph.Differentiate(model, loss.Total, [], new TrainingGraphOptions { WithRespectTo = [$"{grid}.raw"] });
        using var session = new GradientSession(graph, new GradientSessionOptions { Outputs = loss.Terms });
        var shape = model.Outputs.First(o => o.Name == grid).Shape;
        var feeds = new Dictionary<string, TrainingFeed>(loss.Feeds(objects, prior))
        {
            [$"{grid}.raw"] = TrainingFeed.Of<float>(raw, Batch, shape[1]!.Value, shape[2]!.Value, shape[3]!.Value),
        };
        foreach (var (name, feed) in more ?? []) feeds[name] = feed;
        var total = session.Step(feeds);
        var terms = loss.Terms.ToDictionary(t => t[(loss.Total.Length + 1)..], t => (double)session.Outputs[t].Values[0]);
        Assert.AreEqual(terms.Values.Sum(), total, 1e-4 * total, "the terms add up to the loss");
        return (terms, session.InputGradients[$"{grid}.raw"].Values);
    }

    [TestMethod]
    [DynamicData(nameof(HeadNames))]
    public void Terms_EqualPlainLoops(string name)
    {
        foreach (var prior in new[] { false, true })
        {
            var (head, raw, model) = (Head(name), Raw(3), Network(("grid", Height, Width)));
            var loss = YoloLoss.Add(model, [head]);
            model.Check();
            var (terms, _) = Run(model, loss, "grid", raw, Objects, prior);
            var expected = new NaiveYoloLoss(head, Height, Width, Objects, prior).Terms(raw);
            foreach (var (term, value) in expected) Assert.AreEqual(value, terms[term], 1e-4 * Math.Max(1, value), $"{term} of {name}");
            Assert.IsTrue(new[] { "box", "objectness", "no_object", "class" }.All(t => terms[t] > 0.01), "every term is at work");
        }
    }

    [TestMethod]
    [DynamicData(nameof(HeadNames))]
    public void Gradient_EqualsFiniteDifferencesOfPlainLoops(string name)
    {
        var (head, raw, model) = (Head(name), Raw(4), Network(("grid", Height, Width)));
        var loss = YoloLoss.Add(model, [head]);
        var (_, gradient) = Run(model, loss, "grid", raw, Objects, prior: true);
        var naive = new NaiveYoloLoss(head, Height, Width, Objects, prior: true);
        naive.Terms(raw);
        const float Step = 1e-3f;
        for (var i = 0; i < raw.Length; i++)
        {
            var kept = raw[i];
            var (above, below) = (kept + Step, kept - Step);
            raw[i] = above;
            var high = naive.Terms(raw).Values.Sum();
            raw[i] = below;
            var slope = (high - naive.Terms(raw).Values.Sum()) / ((double)above - below);
            raw[i] = kept;
            Assert.AreEqual(slope, gradient[i], 2e-4 * Math.Max(1, Math.Abs(slope)), $"entry {i} of {name}");
        }
    }

    [TestMethod]
    public void Terms_SeveralGrids_AreSumsOverThem()
    {
        (string, int, int)[] sizes = [("coarse", 3, 4), ("fine", Height, Width)];
        (float, float)[] all = [.. Anchors, (0.5f, 0.5f), (0.7f, 0.4f), (0.9f, 0.9f)];
        YoloV3LossHead[] heads =
        [
            new() { Grid = "coarse", Anchors = all[3..], Classes = Classes, AllAnchors = all, Mask = [3, 4, 5] },
            new() { Grid = "fine", Anchors = all[..3], Classes = Classes, AllAnchors = all, Mask = [0, 1, 2] },
        ];
        var model = Network(sizes);
        var loss = YoloLoss.Add(model, heads);
        var (coarse, fine) = (Raw(5, 3, 4), Raw(6));
        var (terms, _) = Run(model, loss, "fine", fine, Objects, prior: false, new() { ["coarse.raw"] = TrainingFeed.Of<float>(coarse, Batch, 27, 3, 4) });
        var first = new NaiveYoloLoss(heads[0], 3, 4, Objects, false).Terms(coarse);
        var second = new NaiveYoloLoss(heads[1], Height, Width, Objects, false).Terms(fine);
        foreach (var term in first.Keys) Assert.AreEqual(first[term] + second[term], terms[term], 1e-3, term);
    }

    [TestMethod]
    [DynamicData(nameof(HeadNames))]
    public void Terms_NoObjects_TeachThatThereIsNone(string name)
    {
        var (head, raw, model) = (Head(name), Raw(7), Network(("grid", Height, Width)));
        YoloObject[][] none = [[], []];
        var loss = YoloLoss.Add(model, [head]);
        var (terms, gradient) = Run(model, loss, "grid", raw, none, prior: false);
        Assert.AreEqual(new NaiveYoloLoss(head, Height, Width, none, false).Terms(raw)["no_object"], terms["no_object"], 1e-3);
        Assert.AreEqual(0, terms["box"] + terms["objectness"] + terms["class"] + terms["prior"]);
        Assert.IsTrue(gradient.All(float.IsFinite));
    }

    [TestMethod]
    public void Feeds_BadObjects_AreRefused()
    {
        var loss = YoloLoss.Add(Network(("grid", Height, Width)), [Head("yolo")]);
        foreach (var item in new YoloObject[]
        {
            new(0.5f, 0.5f, 0.1f, 0.1f, 4), new(0.5f, 0.5f, 0.1f, 0.1f, -1), new(0.5f, 0.5f, 0, 0.1f, 1), new(1.1f, 0.5f, 0.1f, 0.1f, 1),
            new(float.NaN, 0.5f, 0.1f, 0.1f, 1), new(0.5f, 0.5f, 0.1f, float.PositiveInfinity, 1),
        })
            Assert.ThrowsExactly<ArgumentException>(() => loss.Feeds([[item]]), item.ToString());
    }

    [TestMethod]
    public void Add_GridOfOtherChannels_NamesBoth()
    {
        var e = Assert.ThrowsExactly<BadModelException>(() => YoloLoss.Add(Network(("grid", Height, Width)), [Head("yolo") with { Classes = 7 }]));
        StringAssert.Contains(e.Message, "expected N × 36");
        StringAssert.Contains(e.Message, "27");
    }

    [TestMethod]
    public void Add_SettingsOutOfRange_AreRefused()
    {
        var (region, yolo) = ((RegionLossHead)Head("region"), (YoloV3LossHead)Head("yolo"));
        foreach (var head in new YoloLossHead[]
        {
            region with { Anchors = [] }, region with { Anchors = [(0, 1)] }, region with { Classes = 0 }, region with { ObjectScale = -1 },
            region with { Threshold = float.NaN }, yolo with { Mask = [0, 1] }, yolo with { Mask = [0, 1, 3] }, yolo with { ScaleXY = 0 },
            yolo with { BoxScale = float.PositiveInfinity },
        })
            Assert.ThrowsExactly<ArgumentException>(() => YoloLoss.Add(Network(("grid", Height, Width)), [head]), head.ToString());
    }
}
