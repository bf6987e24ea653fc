using MlNetVision.Gradients.Losses;

namespace MlNetVision.Gradients.Tests.Losses;

/// <summary>
/// The loss of a YOLO grid by plain loops in double precision, written from Darknet's <c>region_layer.c</c> and <c>yolo_layer.c</c>: first what each
/// prediction is taught, then the terms. What gets no gradient (targets by IoU, α of CIoU) is fixed by the first call.
/// </summary>
internal sealed class NaiveYoloLoss(YoloLossHead head, int height, int width, IReadOnlyList<IReadOnlyList<YoloObject>> batch, bool prior)
{
    private readonly Dictionary<(int, int, int), double> _fixed = [];

    /// <summary>What a prediction is taught.</summary>
    private sealed class Lesson
    {
        public bool IsIgnored;
        public YoloObject? Object;
        public HashSet<int> Classes = [];
    }

    private int Attributes => 5 + head.Classes;

    public Dictionary<string, double> Terms(float[] grid)
    {
        var terms = new Dictionary<string, double> { ["box"] = 0, ["objectness"] = 0, ["no_object"] = 0, ["class"] = 0, ["prior"] = 0 };
        for (var n = 0; n < batch.Count; n++)
        {
            var lessons = Lessons(grid, n);
            for (var a = 0; a < head.Anchors.Count; a++)
                for (var cell = 0; cell < height * width; cell++) Add(terms, Values(grid, n, a, cell), lessons[(a, cell)], n, a, cell);
        }
        foreach (var name in terms.Keys) terms[name] /= batch.Count;
        return terms;
    }

    private double[] Values(float[] grid, int n, int a, int cell) => [.. Enumerable.Range(0, Attributes)
        .Select(i => (double)grid[((((n * head.Anchors.Count) + a) * Attributes) + i) * height * width + cell])];

    private Dictionary<(int Anchor, int Cell), Lesson> Lessons(float[] grid, int n)
    {
        var lessons = new Dictionary<(int, int), Lesson>();
        for (var a = 0; a < head.Anchors.Count; a++)
        {
            for (var cell = 0; cell < height * width; cell++)
            {
                var lesson = lessons[(a, cell)] = new Lesson();
                var box = Box(Values(grid, n, a, cell), a, cell);
                var (best, nearest) = (0.0, -1);
                for (var t = 0; t < batch[n].Count; t++)
                {
                    var iou = Iou(box, batch[n][t]);
                    if (iou > best) (best, nearest) = (iou, t);
                }
                lesson.IsIgnored = best > (head is RegionLossHead r ? r.Threshold : ((YoloV3LossHead)head).IgnoreThreshold);
                if (head is YoloV3LossHead y && best > y.TruthThreshold) Teach(lesson, batch[n][nearest]);
            }
        }
        foreach (var item in batch[n])
        {
            var cell = ((int)(item.Y * height) * width) + (int)(item.X * width);
            foreach (var a in Responsible(grid, n, cell, item)) Teach(lessons[(a, cell)], item);
        }
        return lessons;
    }

    private void Teach(Lesson lesson, YoloObject item)
    {
        lesson.Object = item;
        if (head is RegionLossHead { Softmax: true }) lesson.Classes.Clear();
        lesson.Classes.Add(item.Class);
    }

    private IEnumerable<int> Responsible(float[] grid, int n, int cell, YoloObject item)
    {
        if (head is RegionLossHead region)
        {
            var sizes = Enumerable.Range(0, head.Anchors.Count).Select(a => region.BiasMatch ? (head.Anchors[a].Width, head.Anchors[a].Height)
                : Box(Values(grid, n, a, cell), a, cell) is var b ? (b.W, b.H) : default).ToList();
            return [sizes.IndexOf(sizes.MaxBy(s => ShapeIou(s.Item1, s.Item2, item)))];
        }
        var yolo = (YoloV3LossHead)head;
        var all = yolo.AllAnchors ?? head.Anchors;
        var mask = yolo.Mask ?? [.. Enumerable.Range(0, head.Anchors.Count)];
        var ious = all.Select(a => ShapeIou(a.Width, a.Height, item)).ToList();
        var best = ious.IndexOf(ious.Max());
        return Enumerable.Range(0, all.Count).Where(i => (i == best || ious[i] > yolo.AnchorThreshold) && mask.Contains(i)).Select(i => mask.ToList().IndexOf(i));
    }

    private void Add(Dictionary<string, double> terms, double[] v, Lesson lesson, int n, int a, int cell)
    {
        if (lesson.Object is not { } item)
        {
            if (!lesson.IsIgnored)
                terms["no_object"] += head is RegionLossHead r ? r.NoObjectScale * Square(Logistic(v[4])) / 2 : ((YoloV3LossHead)head).ObjectScale * CrossEntropy(v[4], 0);
            if (head is RegionLossHead { PriorScale: var p } && prior)
                terms["prior"] += p / 2 * (Square(.5 - Logistic(v[0])) + Square(.5 - Logistic(v[1])) + Square(v[2]) + Square(v[3]));
            return;
        }
        var scale = head.ScaleBySize ? 2 - ((double)item.Width * item.Height) : 1;
        var box = Box(v, a, cell);
        double tx = (item.X * width) - (cell % width), ty = (item.Y * height) - (cell / width);
        double tw = Math.Log(item.Width / head.Anchors[a].Width), th = Math.Log(item.Height / head.Anchors[a].Height);
        if (head is RegionLossHead region)
        {
            terms["box"] += region.CoordScale * scale / 2
                * (Square(tx - Logistic(v[0])) + Square(ty - Logistic(v[1])) + Square(tw - v[2]) + Square(th - v[3]));
            terms["objectness"] += region.ObjectScale / 2 * Square((region.Rescore ? Fixed(n, a, cell, () => Iou(box, item)) : 1) - Logistic(v[4]));
            terms["class"] += region.ClassScale * (region.Softmax ? LogSum(v[5..]) - v[5 + item.Class] : Classes(v, lesson));
            return;
        }
        var yolo = (YoloV3LossHead)head;
        var s = yolo.ScaleXY;
        terms["box"] += yolo.BoxScale * scale * (yolo.BoxLoss == YoloBoxLoss.SquaredError
            ? Center(v[0], tx, s) + Center(v[1], ty, s) + ((Square(tw - v[2]) + Square(th - v[3])) / 2)
            : 1 - Overlap(box, item, yolo.BoxLoss, (n, a, cell)));
        terms["objectness"] += yolo.ObjectScale * CrossEntropy(v[4], 1);
        terms["class"] += yolo.ClassScale * Classes(v, lesson);
    }

    private double Classes(double[] v, Lesson lesson) => Enumerable.Range(0, head.Classes).Sum(c => CrossEntropy(v[5 + c], lesson.Classes.Contains(c) ? 1 : 0));

    /// <summary>A function whose slope is s·σ(x) − (s − 1)/2 − t.</summary>
    private static double Center(double x, double t, double s) => (s * Math.Log(1 + Math.Exp(x))) - ((((s - 1) / 2) + t) * x);

    private (double X, double Y, double W, double H) Box(double[] v, int a, int cell)
    {
        var s = head is YoloV3LossHead yolo ? yolo.ScaleXY : 1;
        return (((cell % width) + (s * Logistic(v[0])) - ((s - 1) / 2)) / width, ((cell / width) + (s * Logistic(v[1])) - ((s - 1) / 2)) / height,
            Math.Exp(v[2]) * head.Anchors[a].Width, Math.Exp(v[3]) * head.Anchors[a].Height);
    }

    private double Overlap((double X, double Y, double W, double H) p, YoloObject t, YoloBoxLoss kind, (int, int, int) key)
    {
        var iou = Iou(p, t);
        if (kind == YoloBoxLoss.Iou) return iou;
        var w = Math.Max(p.X + (p.W / 2), t.X + (t.Width / 2)) - Math.Min(p.X - (p.W / 2), t.X - (t.Width / 2));
        var h = Math.Max(p.Y + (p.H / 2), t.Y + (t.Height / 2)) - Math.Min(p.Y - (p.H / 2), t.Y - (t.Height / 2));
        var union = (p.W * p.H) + ((double)t.Width * t.Height) - Intersection(p, t);
        if (kind == YoloBoxLoss.Giou) return iou - (((w * h) - union) / (w * h));
        var distance = (Square(p.X - t.X) + Square(p.Y - t.Y)) / (Square(w) + Square(h));
        if (kind == YoloBoxLoss.Diou) return iou - distance;
        var v = 4 / Square(Math.PI) * Square(Math.Atan((double)t.Width / t.Height) - Math.Atan(p.W / p.H));
        var alpha = Fixed(key.Item1, key.Item2, key.Item3, () => v / (1 - iou + v));
        return iou - distance - (alpha * v);
    }

    private double Fixed(int n, int a, int cell, Func<double> value) => _fixed.TryGetValue((n, a, cell), out var old) ? old : _fixed[(n, a, cell)] = value();

    private static double Iou((double X, double Y, double W, double H) p, YoloObject t)
    {
        var shared = Intersection(p, t);
        return shared / ((p.W * p.H) + ((double)t.Width * t.Height) - shared);
    }

    private static double Intersection((double X, double Y, double W, double H) p, YoloObject t) =>
        Side(p.X, p.W, t.X, t.Width) * Side(p.Y, p.H, t.Y, t.Height);

    private static double Side(double x, double w, double otherX, double otherW) =>
        Math.Max(0, Math.Min(x + (w / 2), otherX + (otherW / 2)) - Math.Max(x - (w / 2), otherX - (otherW / 2)));

    private static double ShapeIou(double w, double h, YoloObject t)
    {
        var shared = Math.Min(w, t.Width) * Math.Min(h, t.Height);
        return shared / ((w * h) + ((double)t.Width * t.Height) - shared);
    }

    private static double LogSum(double[] x) => Math.Log(x.Sum(Math.Exp));

    private static double CrossEntropy(double x, double t) => Math.Log(1 + Math.Exp(x)) - (t * x);

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    private static double Square(double x) => x * x;
}
