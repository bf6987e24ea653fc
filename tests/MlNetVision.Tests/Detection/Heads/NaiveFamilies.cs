namespace MlNetVision.Tests.Detection.Heads;

/// <summary>The outputs of the smaller families read by plain loops after their own programs.</summary>
internal static class NaiveFamilies
{
    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>
    /// YOLO v5 and v6 (<c>utils/general.py</c>, non_max_suppression): centre and size in pixels, objectness, classes; the best class counts.
    /// </summary>
    public static List<NaiveBox> V5(float[] rows, int columns, int classes, double confidence) => [.. rows.Chunk(columns).Select(r =>
    {
        var best = Best([.. r.Skip(5).Take(classes).Select(p => (double)p)]);
        return NaiveBox.Centered(r[0], r[1], r[2], r[3], best, r[5 + best] * r[4]) with { Extra = [.. r.Skip(5 + classes).Select(v => (double)v)] };
    }).Where(b => b.Score >= confidence)];

    /// <summary>YOLOX (<c>yolox/utils/demo_utils.py</c>, demo_postprocess): raw rows of cells, grid after grid; σ is part of the network.</summary>
    public static List<NaiveBox> YoloX(float[] rows, int classes, int[] strides, int width, int height, double confidence)
    {
        List<NaiveBox> boxes = [];
        var row = 0;
        foreach (var (stride, x, y) in Cells(strides, width, height))
        {
            var r = rows.AsSpan(row++ * (5 + classes), 5 + classes).ToArray();
            double[] scores = [.. r.Skip(5).Select(p => Sigmoid(p) * Sigmoid(r[4]))];
            var best = Best(scores);
            if (scores[best] < confidence) continue;
            boxes.Add(NaiveBox.Centered((r[0] + x) * stride, (r[1] + y) * stride, Math.Exp(r[2]) * stride, Math.Exp(r[3]) * stride, best, scores[best]));
        }
        return boxes;
    }

    /// <summary>
    /// NanoDet (<c>model/head/gfl_head.py</c>, <c>nanodet_plus_head.py</c>): the distances are the means of softmax distributions; grids are rounded up,
    /// boxes are cut at the input. Of a cell the best class counts, as in its programs for deployment (<c>demo_ncnn/nanodet.cpp</c>, decode_infer).
    /// </summary>
    /// <param name="rows">Raw rows: classes before σ, then four distributions of 8.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="strides">The strides.</param>
    /// <param name="width">The width of the input.</param>
    /// <param name="height">The height of the input.</param>
    /// <param name="centre">0.5: from the cell's middle, as NanoDet; 0: from its corner, as NanoDet-Plus.</param>
    /// <param name="confidence">The confidence threshold.</param>
    public static List<NaiveBox> NanoDet(float[] rows, int classes, int[] strides, int width, int height, double centre, double confidence)
    {
        List<NaiveBox> boxes = [];
        var row = 0;
        foreach (var (stride, x, y) in Cells(strides, width, height))
        {
            var r = rows.AsSpan(row++ * (classes + 32), classes + 32).ToArray();
            var (cx, cy) = ((x + centre) * stride, (y + centre) * stride);
            double[] distance = [.. Enumerable.Range(0, 4).Select(side => Mean(r, classes + 8 * side, 8) * stride)];
            var best = Best([.. r.Take(classes).Select(v => (double)v)]);
            if (Sigmoid(r[best]) < confidence) continue;
            boxes.Add(new(Math.Max(cx - distance[0], 0), Math.Max(cy - distance[1], 0), Math.Min(cx + distance[2], width), Math.Min(cy + distance[3], height),
                best, Sigmoid(r[best])));
        }
        return boxes;
    }

    /// <summary>FastestDet (<c>example/onnx-runtime/runtime.py</c>): a grid of channels, raw; its score is objectness^0.6 · class^0.4.</summary>
    public static List<NaiveBox> FastestDet(float[] grid, int classes, int rows, int columns, int width, int height, double confidence)
    {
        List<NaiveBox> boxes = [];
        for (var y = 0; y < rows; y++)
        for (var x = 0; x < columns; x++)
        {
            double At(int channel) => grid[(channel * rows + y) * columns + x];
            double[] scores = Softmax([.. Enumerable.Range(5, classes).Select(At)]);
            var best = Best(scores);
            var score = Math.Pow(Sigmoid(At(0)), 0.6) * Math.Pow(scores[best], 0.4);
            if (score < confidence) continue;
            boxes.Add(NaiveBox.Centered((x + Math.Tanh(At(1))) / columns * width, (y + Math.Tanh(At(2))) / rows * height, Sigmoid(At(3)) * width,
                Sigmoid(At(4)) * height, best, score));
        }
        return boxes;
    }

    /// <summary>Yolo-FastestV2 (<c>utils/utils.py</c>, handel_preds): one grid; its classes are shared by the three anchors of a cell.</summary>
    public static List<NaiveBox> FastestV2(
        float[] boxes, float[] objectness, float[] classes, int side, (double W, double H)[] anchors, int input, double confidence)
    {
        List<NaiveBox> found = [];
        var (stride, count) = ((double)input / side, classes.Length / (side * side));
        for (var y = 0; y < side; y++)
        for (var x = 0; x < side; x++)
        for (var a = 0; a < 3; a++)
        {
            double At(float[] values, int channel) => values[(channel * side + y) * side + x];
            double[] scores = Softmax([.. Enumerable.Range(0, count).Select(c => At(classes, c))]);
            var best = Best(scores);
            var score = scores[best] * Sigmoid(At(objectness, a));
            if (score < confidence) continue;
            double Of(int k) => Sigmoid(At(boxes, 4 * a + k)) * 2;
            found.Add(NaiveBox.Centered((Of(0) - 0.5 + x) * stride, (Of(1) - 0.5 + y) * stride,
                Of(2) * Of(2) * anchors[a].W, Of(3) * Of(3) * anchors[a].H, best, score));
        }
        return found;
    }

    /// <summary>
    /// YOLOv8-face without decoding (<c>ultralytics/nn/modules/head.py</c>, Detect and Pose): one grid of channels: four distributions of 16, the face,
    /// five key points.
    /// </summary>
    public static List<NaiveBox> V8Face(float[] grid, int rows, int columns, int stride, double confidence)
    {
        List<NaiveBox> boxes = [];
        for (var y = 0; y < rows; y++)
        for (var x = 0; x < columns; x++)
        {
            float[] r = [.. Enumerable.Range(0, 80).Select(channel => grid[(channel * rows + y) * columns + x])];
            if (Sigmoid(r[64]) < confidence) continue;
            double[] distance = [.. Enumerable.Range(0, 4).Select(side => Mean(r, 16 * side, 16))];
            double[] points = [.. Enumerable.Range(0, 5).SelectMany(k => new[]
            {
                (r[65 + 3 * k] * 2.0 + x) * stride, (r[66 + 3 * k] * 2.0 + y) * stride, Sigmoid(r[67 + 3 * k]),
            })];
            boxes.Add(new((x + 0.5 - distance[0]) * stride, (y + 0.5 - distance[1]) * stride, (x + 0.5 + distance[2]) * stride,
                (y + 0.5 + distance[3]) * stride, 0, Sigmoid(r[64])) { Extra = points });
        }
        return boxes;
    }

    /// <summary>Cells of grids whose sizes are rounded up, row by row.</summary>
    private static IEnumerable<(int Stride, int X, int Y)> Cells(int[] strides, int width, int height) =>
        from stride in strides
        from y in Enumerable.Range(0, (height + stride - 1) / stride)
        from x in Enumerable.Range(0, (width + stride - 1) / stride)
        select (stride, x, y);

    private static int Best(double[] scores) => Array.IndexOf(scores, scores.Max());

    private static double[] Softmax(double[] values)
    {
        double[] powers = [.. values.Select(Math.Exp)];
        return [.. powers.Select(p => p / powers.Sum())];
    }

    private static double Mean(float[] values, int first, int count) =>
        Softmax([.. values.Skip(first).Take(count).Select(v => (double)v)]).Select((p, i) => p * i).Sum();
}
