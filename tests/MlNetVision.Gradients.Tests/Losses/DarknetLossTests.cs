using System.Globalization;
using MlNetVision.Gradients.Losses;
using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Tests.Losses;

/// <summary>The original Darknet says what each value of a grid is wrong by (<c>delta</c>), and the sum of the squares (<c>cost</c>).</summary>
[TestClass]
public sealed class DarknetLossTests
{
    private const int Classes = 4, Height = 5, Width = 6, Batch = 2, MostObjects = 30;

    private static readonly (float Width, float Height)[] Cells = [(1.2f, 1.25f), (2.4f, 1.5f), (1.5f, 3)];

    private static readonly YoloObject[][] Objects =
    [
        [new(0.31f, 0.52f, 0.2f, 0.3f, 0), new(0.3f, 0.5f, 0.18f, 0.28f, 3), new(0.77f, 0.21f, 0.5f, 0.3f, 1)],
        [new(0.97f, 0.99f, 0.1f, 0.05f, 2), new(0.5f, 0.45f, 0.9f, 0.8f, 1), new(0.1f, 0.9f, 0.25f, 0.5f, 3), new(0.5f, 0.44f, 0.2f, 0.55f, 0)],
    ];

    [TestMethod]
    [DataRow("softmax=1 bias_match=1 rescore=1 thresh=.6 object_scale=5", 20000)]
    [DataRow("softmax=1 bias_match=1 rescore=1 thresh=.3 object_scale=5 noobject_scale=.5 coord_scale=2 class_scale=.7", 20000)]
    [DataRow("softmax=1 bias_match=0 rescore=0 thresh=.6", 20000)]
    [DataRow("softmax=0 bias_match=1 rescore=1 thresh=.4", 20000)]
    [DataRow("softmax=0 bias_match=0 rescore=1 thresh=.4", 20000)]
    [DataRow("softmax=1 bias_match=1 rescore=1 thresh=.6", 0)]
    public void Region_DeltaAndCost_AreDarknets(string settings, int seen)
    {
        var options = settings.Split(' ').Select(s => s.Split('=')).ToDictionary(s => s[0], s => float.Parse(s[1], CultureInfo.InvariantCulture));
        float Get(string key, float missing) => options.GetValueOrDefault(key, missing);
        var head = new RegionLossHead
        {
            Grid = "grid", Classes = Classes, Anchors = [.. Cells.Select(a => (a.Width / Width, a.Height / Height))],
            Softmax = Get("softmax", 0) != 0, BiasMatch = Get("bias_match", 0) != 0, Rescore = Get("rescore", 0) != 0, Threshold = Get("thresh", .5f),
            ObjectScale = Get("object_scale", 1), NoObjectScale = Get("noobject_scale", 1), CoordScale = Get("coord_scale", 1),
            ClassScale = Get("class_scale", 1),
        };
        var channels = Cells.Length * (5 + Classes);
        var random = new Random(5);
        float[] raw = [.. Enumerable.Range(0, Batch * channels * Height * Width).Select(_ => (float)((random.NextDouble() * 3) - 1.5))];

        var cfg = $"""
            [net]
            batch={Batch}
            subdivisions=1
            width={Width}
            height={Height}
            channels={channels}
            learning_rate=0
            [region]
            classes={Classes}
            coords=4
            num={Cells.Length}
            anchors={string.Join(',', Cells.Select(a => string.Create(CultureInfo.InvariantCulture, $"{a.Width},{a.Height}")))}
            {string.Join('\n', settings.Split(' '))}
            """;
        using var darknet = new DarknetOracle();
        var expected = darknet.Step(cfg, null, raw, Truth(), seen);

        var delta = Delta(head, raw, prior: seen < 12800);
        var largest = expected.Delta.Max(Math.Abs);
        for (var i = 0; i < raw.Length; i++) Assert.AreEqual(expected.Delta[i], delta[i], 1e-4 * largest, $"value {i}");
        Assert.AreEqual(expected.Cost, delta.Sum(d => d * d), 1e-3 * expected.Cost);
        Assert.IsTrue(expected.Cost > 1);
    }

    /// <summary>The gradient of the loss by the raw grid, as Darknet's errors: times −N, and before the logistic function of x, y and objectness.</summary>
    private static double[] Delta(RegionLossHead head, float[] raw, bool prior)
    {
        var channels = Cells.Length * (5 + Classes);
        var writer = new GraphWriter("net");
        writer.Output(writer.Node("Identity", "grid", [writer.Input("raw", DataType.Float, -1, channels, Height, Width)]), DataType.Float, -1, channels, Height, Width);
        var model = writer.Build();
        var loss = YoloLoss.Add(model, [head]);
        using var session = new GradientSession(TrainingGraph.Differentiate(model, loss.Total, [], new() { WithRespectTo = ["raw"] }));
        session.Step(new Dictionary<string, TrainingFeed>(loss.Feeds(Objects, prior)) { ["raw"] = TrainingFeed.Of<float>(raw, Batch, channels, Height, Width) });
        return [.. session.InputGradients["raw"].Values.Select((g, i) =>
        {
            var attribute = i / (Height * Width) % (5 + Classes);
            var y = 1 / (1 + Math.Exp(-raw[i]));
            return -g * Batch / (attribute is 0 or 1 or 4 ? y * (1 - y) : 1);
        })];
    }

    private static float[] Truth()
    {
        var truth = new float[Batch * MostObjects * 5];
        for (var n = 0; n < Batch; n++)
            for (var t = 0; t < Objects[n].Length; t++)
            {
                var item = Objects[n][t];
                float[] values = [item.X, item.Y, item.Width, item.Height, item.Class];
                values.CopyTo(truth, ((n * MostObjects) + t) * 5);
            }
        return truth;
    }
}
