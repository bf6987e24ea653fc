using MlNetVision.Detection;
using MlNetVision.Onnx;
using MlNetVision.Tests.Imaging;
using static MlNetVision.Onnx.Proto.TensorProto.Types;
using Found = MlNetVision.Detection.Detection;

namespace MlNetVision.Tests.Detection.Heads;

/// <summary>Families beside Ultralytics' newer ones, from networks made here, against plain loops after each family's own program.</summary>
[TestClass]
public sealed class FamilyHeadTests
{
    private const int Classes = 4;

    [TestMethod]
    [DataRow(96, 64, false, new[] { 8, 16, 32 })]
    [DataRow(64, 96, true, new[] { 8, 16, 32 })]
    [DataRow(128, 64, false, new[] { 8, 16, 32, 64 })]
    public void Detect_V5OrV7_AsALoop(int width, int height, bool hasGrids, int[] strides)
    {
        var (cells, output) = V5(width, height, 3, 0, strides);
        // Old exports of v5 give the raw grids too, 1 × anchors × rows × columns × values.
        TestOutput[] grids = [.. strides.Select(s =>
            new TestOutput($"grid{s}", new float[3 * (height / s) * (width / s) * 9], 1, 3, height / s, width / s, 9))];
        Assert.AreEqual(3 * StillNetwork.Cells(width, height, strides), cells);

        Compare(StillNetwork.Of(width, height, hasGrids ? [output, .. grids] : [output]), null, NaiveFit.Letterbox,
            confidence => NaiveFamilies.V5(output.Values, 9, Classes, confidence));
    }

    [TestMethod]
    public void Detect_V6_AsALoop()
    {
        var (_, output) = V5(96, 64, 1, 0);
        Compare(StillNetwork.Of(96, 64, output), "yolov6", NaiveFit.Letterbox, confidence => NaiveFamilies.V5(output.Values, 9, Classes, confidence));
    }

    [TestMethod]
    public void Detect_V5Segmenting_MasksAsALoop()
    {
        var (_, output) = V5(96, 64, 3, 32);
        var prototypes = new TestOutput("output1", new RandomBoxes(8, 96, 64).Many(32 * 16 * 24, -2, 2), 1, 32, 16, 24);
        var fit = NaiveFit.Letterbox(120, 130, 96, 64);
        foreach (var (box, found) in Compare(StillNetwork.Of(96, 64, output, prototypes), null, NaiveFit.Letterbox,
            confidence => NaiveFamilies.V5(output.Values, 41, Classes, confidence)))
        {
            var mask = NaiveUltralytics.Mask(prototypes.Values, 16, 24, box, fit, 96, 64);
            for (var y = 0; y < 130; y++)
            for (var x = 0; x < 120; x++)
                if (mask[y, x] is { } isPart) Assert.AreEqual(isPart, found.Mask!.Contains(x, y), $"{found} at {x}, {y}");
        }
    }

    [TestMethod]
    [DataRow(96, 64, new[] { 8, 16, 32 })]
    [DataRow(128, 192, new[] { 8, 16, 32, 64 })]
    public void Detect_YoloXRaw_AsALoop(int width, int height, int[] strides)
    {
        var random = new RandomBoxes(2, width, height);
        float[] Row(int stride, int x, int y)
        {
            var box = random.Box();
            return [box[0] / stride - x, box[1] / stride - y, MathF.Log(box[2] / stride), MathF.Log(box[3] / stride),
                RandomBoxes.Logit(random.Between(0.4, 0.99)), .. random.Scores(Classes).Select(p => RandomBoxes.Logit(p + 0.001))];
        }
        float[] rows = [.. strides.SelectMany(s =>
            Enumerable.Range(0, height / s).SelectMany(y => Enumerable.Range(0, width / s).SelectMany(x => Row(s, x, y))))];
        var model = StillNetwork.Joined(width, height, rows, [.. strides.Select(s => (height / s, width / s))],
            ("Add", 4), ("Sigmoid", 1), ("Sigmoid", Classes));

        Compare(model, null, NaiveFit.TopLeft, confidence => NaiveFamilies.YoloX(rows, Classes, strides, width, height, confidence));
    }

    [TestMethod]
    public void Detect_YoloXDecoded_AsALoop()
    {
        var (_, output) = V5(96, 64, 1, 0);
        Compare(StillNetwork.Of(96, 64, output), "yolox-decoded", NaiveFit.TopLeft, confidence => NaiveFamilies.V5(output.Values, 9, Classes, confidence));
    }

    [TestMethod]
    [DataRow(96, 64, new[] { 8, 16, 32 }, false, 0.5)]
    [DataRow(96, 64, new[] { 8, 16, 32 }, true, 0.5)]
    [DataRow(96, 160, new[] { 8, 16, 32, 64 }, false, 0.0)]   // 96 / 64 is rounded up
    public void Detect_NanoDet_AsALoop(int width, int height, int[] strides, bool isPairs, double centre)
    {
        (int Height, int Width)[] grids = [.. strides.Select(s => ((height + s - 1) / s, (width + s - 1) / s))];
        var (random, cells) = (new RandomBoxes(7, width, height), grids.Sum(g => g.Height * g.Width));
        var rows = RandomBoxes.Rows(cells, _ => [.. random.Scores(Classes).Select(p => RandomBoxes.Logit(p + 0.001)), .. random.Many(32, -4, 4)]);
        var model = isPairs ? Pairs(rows) : StillNetwork.Joined(width, height, rows, grids, ("Sigmoid", Classes), ("Add", 32));
        Compare(model, null, NaiveFit.Stretch, confidence => NaiveFamilies.NanoDet(rows, Classes, strides, width, height, centre, confidence));

        // First the classes of each stride, then the distances: cls_pred_stride_8, …, dis_pred_stride_8, …
        OnnxModel Pairs(float[] rows)
        {
            List<TestOutput> classes = [], distances = [];
            var at = 0;
            foreach (var ((h, w), s) in grids.Zip(strides))
            {
                var level = rows.Chunk(Classes + 32).Skip(at).Take(h * w).ToList();
                classes.Add(new($"cls_pred_stride_{s}",
                    [.. level.SelectMany(r => r.Take(Classes)).Select(v => (float)NaiveFamilies.Sigmoid(v))], 1, h * w, Classes));
                distances.Add(new($"dis_pred_stride_{s}", [.. level.SelectMany(r => r.Skip(Classes))], 1, h * w, 32));
                at += h * w;
            }
            return StillNetwork.Of(width, height, [.. classes, .. distances]);
        }
    }

    [TestMethod]
    public void Detect_FastestDet_AsALoop()
    {
        var random = new RandomBoxes(3, 352, 160);
        float[] grid = [.. random.Many(220, -3, 1), .. random.Many(440, -0.8, 0.8), .. random.Many(440, -2, 0), .. random.Many(220 * Classes, -3, 4)];
        var model = StillNetwork.Build(352, 160, 1, graph => graph.Output("out",
            StillNetwork.Join(graph, graph.Floats(grid, 1, 5 + Classes, 10, 22), ("Sigmoid", 1), ("Add", 4), ("Softmax", Classes)),
            DataType.Float, 1, 5 + Classes, 10, 22));

        Compare(model, null, NaiveFit.Stretch, confidence => NaiveFamilies.FastestDet(grid, Classes, 10, 22, 352, 160, confidence));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Detect_YoloFastestV2_AsALoop(bool isJoined)
    {
        var random = new RandomBoxes(3, 352, 352);
        (int Side, (double, double)[] Anchors)[] grids =
            [(22, [(12.64, 19.39), (37.88, 51.48), (55.71, 138.31)]), (11, [(126.91, 78.23), (131.57, 214.55), (279.92, 258.87)])];
        var values = grids.Select(g => (Boxes: random.Many(12 * g.Side * g.Side, -2, 2), Objectness: random.Many(3 * g.Side * g.Side, -5, 1.5),
            Classes: random.Many(Classes * g.Side * g.Side, -3, 4))).ToArray();
        var model = StillNetwork.Build(352, 352, 1, graph =>
        {
            for (var i = 0; i < 2; i++)
            {
                var (side, v) = ((long)grids[i].Side, values[i]);
                if (isJoined)
                {
                    var grid = graph.Floats([.. v.Boxes, .. v.Objectness, .. v.Classes], 1, 15 + Classes, side, side);
                    var joined = StillNetwork.Join(graph, grid, ("Sigmoid", 12), ("Sigmoid", 3), ("Softmax", Classes));
                    graph.Output($"{790 + i}", joined.Transpose(0, 2, 3, 1), DataType.Float, 1, side, side, 15 + Classes);
                    continue;
                }
                graph.Output($"reg{i}", graph.Floats(v.Boxes, 1, 12, side, side), DataType.Float, 1, 12, side, side);
                graph.Output($"obj{i}", graph.Floats(v.Objectness, 1, 3, side, side), DataType.Float, 1, 3, side, side);
                graph.Output($"cls{i}", graph.Floats(v.Classes, 1, Classes, side, side), DataType.Float, 1, Classes, side, side);
            }
        });

        Compare(model, null, NaiveFit.Stretch, confidence => [.. grids.Zip(values).SelectMany(g => NaiveFamilies.FastestV2(
            g.Second.Boxes, g.Second.Objectness, g.Second.Classes, g.First.Side, g.First.Anchors, 352, confidence))]);
    }

    [TestMethod]
    public void Detect_YoloV8Face_KeyPointsAsALoop()
    {
        var random = new RandomBoxes(3, 160, 96);
        TestOutput[] outputs = [.. new[] { 8, 16, 32 }.Select(s => (Stride: s, Cells: 96 / s * (160 / s))).Select(g => new TestOutput($"output{g.Stride}",
            [.. random.Many(64 * g.Cells, -3, 3), .. random.Many(g.Cells, -6, 3), .. random.Many(15 * g.Cells, -1, 1)],
            1, 80, 96 / g.Stride, 160 / g.Stride))];
        var fit = NaiveFit.Letterbox(120, 130, 160, 96);
        foreach (var (box, found) in Compare(StillNetwork.Of(160, 96, outputs), null, NaiveFit.Letterbox, confidence =>
            [.. outputs.SelectMany(o => NaiveFamilies.V8Face(o.Values, (int)o.Shape[2], (int)o.Shape[3], 96 / (int)o.Shape[2], confidence))], classes: 1))
        {
            Assert.HasCount(5, found.KeyPoints!);
            for (var k = 0; k < 5; k++)
            {
                Assert.IsTrue(NaiveDetections.Near(found.KeyPoints![k].X, fit.X(box.Extra[3 * k]))
                    && NaiveDetections.Near(found.KeyPoints[k].Y, fit.Y(box.Extra[3 * k + 1])));
                Assert.AreEqual(box.Extra[3 * k + 2], found.KeyPoints[k].Score!.Value, 1e-5);
            }
        }
    }

    private static (int Count, TestOutput Output) V5(int width, int height, int anchors, int coefficients, int[]? strides = null)
    {
        var (random, count) = (new RandomBoxes(1, width, height), anchors * StillNetwork.Cells(width, height, strides ?? [8, 16, 32]));
        var rows = RandomBoxes.Rows(count, _ =>
            [.. random.Box(), anchors == 1 ? 1 : random.Between(0.4, 1), .. random.Scores(Classes), .. random.Many(coefficients, -1, 1)]);
        return (count, new(rows, 1, count, 5 + Classes + coefficients));
    }

    /// <summary>Of an image of 120 × 130 the detector finds what the loop and naive suppression leave.</summary>
    private static List<(NaiveBox Expected, Found Found)> Compare(
        OnnxModel model, string? head, Func<int, int, int, int, NaiveFit> fitOf, Func<double, List<NaiveBox>> decode, int classes = Classes)
    {
        using var detector = ObjectDetector.Load(model.WithNames(classes), new() { Head = head });
        using var image = TestImages.Solid(120, 130, new(40, 90, 200));
        var fit = fitOf(120, 130, detector.Resize.Width, detector.Resize.Height);
        var candidates = decode(detector.Options.Confidence);
        var expected = candidates.Suppress(detector.Options, fit);
        Assert.IsLessThan(candidates.Count, expected.Count, "some are suppressed");
        return NaiveDetections.AssertSame(detector.Detect(image).Detections, expected, fit);
    }
}
