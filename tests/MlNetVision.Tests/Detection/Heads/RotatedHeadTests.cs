using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Tests.Imaging;

namespace MlNetVision.Tests.Detection.Heads;

/// <summary>Rotated boxes of Ultralytics' OBB networks against loops: overlaps are summed in strips.</summary>
[TestClass]
public sealed class RotatedHeadTests
{
    private const int Classes = 3, Width = 128, Height = 64;

    [TestMethod]
    [DataRow(ResizeMode.Letterbox, 128, 64)]
    [DataRow(ResizeMode.Letterbox, 90, 170)]
    [DataRow(ResizeMode.Stretch, 90, 170)]
    public void Detect_V8Rotated_AsALoop(ResizeMode resize, int imageWidth, int imageHeight)
    {
        var (random, cells) = (new RandomBoxes(12, Width, Height), StillNetwork.Cells(Width, Height, 8, 16, 32));
        var rows = RandomBoxes.Rows(cells, _ => [.. random.Box(), .. random.Scores(Classes), random.Between(-Math.PI / 4, 3 * Math.PI / 4)]);
        var output = new TestOutput(RandomBoxes.Turned(rows, 5 + Classes), 1, 5 + Classes, cells);
        using var detector = ObjectDetector.Load(StillNetwork.Of(Width, Height, output).OfUltralytics("obb", Classes), new() { Resize = resize });

        var fit = resize == ResizeMode.Stretch
            ? NaiveFit.Stretch(imageWidth, imageHeight, Width, Height) : NaiveFit.Letterbox(imageWidth, imageHeight, Width, Height);
        var candidates = NaiveUltralytics.V8(output.Values, 5 + Classes, Classes, detector.Options.Confidence).Select(b => Turned(b, fit)).ToList();
        var expected = Suppress(candidates, detector.Options.Suppression.IoU);
        Assert.IsLessThan(candidates.Count, expected.Count, "some are suppressed");
        AssertSame(detector, imageWidth, imageHeight, expected);
    }

    [TestMethod]
    public void Detect_EndToEndRotated_CentreWidthAndHeight()
    {
        var random = new RandomBoxes(6, Width, Height);
        // Rotated boxes come as centre, width and height from YOLO 26 too.
        var rows = RandomBoxes.Rows(300, i => i < 12 ? [.. random.Box(), 0.9f - 0.06f * i, i % Classes, random.Between(-1, 4)] : new float[7]);
        using var detector = ObjectDetector.Load(
            StillNetwork.Of(Width, Height, new TestOutput(rows, 1, 300, 7)).OfUltralytics("obb", Classes, ("end2end", "True")));

        var fit = NaiveFit.Letterbox(200, 77, Width, Height);
        AssertSame(detector, 200, 77, [.. rows.Chunk(7).Where(r => r[4] >= 0.25f).Select(r =>
            Turned(NaiveBox.Centered(r[0], r[1], r[2], r[3], (int)r[5], r[4]) with { Extra = [r[6]] }, fit))]);
    }

    [TestMethod]
    [DataRow(0.3, 30, 10, 0.3)]
    [DataRow(2.0, 10, 30, 2.0 - Math.PI / 2)]
    [DataRow(-0.5, 10, 30, Math.PI / 2 - 0.5)]
    [DataRow(Math.PI, 30, 10, 0)]
    [DataRow(4.0, 30, 10, 4.0 - Math.PI)]
    public void Detect_AnyAngle_IsBroughtBelowARightAngle(double angle, double width, double height, double expected)
    {
        var rows = RandomBoxes.Rows(300, i => i == 0 ? [64, 32, 30, 10, 0.9f, 1, (float)angle] : new float[7]);
        using var detector = ObjectDetector.Load(
            StillNetwork.Of(Width, Height, new TestOutput(rows, 1, 300, 7)).OfUltralytics("obb", Classes, ("end2end", "True")));
        using var image = TestImages.Solid(Width, Height, new(1, 2, 3));

        var found = detector.Detect(image).Detections.Single();
        Assert.AreEqual(expected, found.Angle!.Value, 1e-5);
        Assert.AreEqual((width, height), (Math.Round(found.Box.Width, 3), Math.Round(found.Box.Height, 3)));
    }

    private static void AssertSame(ObjectDetector detector, int imageWidth, int imageHeight, List<NaiveBox> expected)
    {
        using var image = TestImages.Solid(imageWidth, imageHeight, new(1, 2, 3));
        var left = detector.Detect(image).Detections.ToList();
        Assert.IsNotEmpty(expected);
        // What lies outside the image, in the letterbox's border, is none of it.
        foreach (var box in expected.Where(b => Corners(b) is var c
            && c.Max(p => p.X) > 0 && c.Min(p => p.X) < imageWidth && c.Max(p => p.Y) > 0 && c.Min(p => p.Y) < imageHeight))
        {
            var twin = left.FindIndex(f => f.ClassIndex == box.Class && Math.Abs(f.Score - box.Score) < 1e-5 && Math.Abs(f.Angle!.Value - box.Angle) < 1e-4
                && NaiveDetections.Near(f.Box.Left, box.Left) && NaiveDetections.Near(f.Box.Top, box.Top)
                && NaiveDetections.Near(f.Box.Right, box.Right) && NaiveDetections.Near(f.Box.Bottom, box.Bottom));
            Assert.IsGreaterThanOrEqualTo(0, twin, $"{box} is missing among\n{string.Join('\n', left)}");
            left.RemoveAt(twin);
        }
        Assert.IsEmpty(left, $"not expected:\n{string.Join('\n', left)}");
    }

    /// <summary>The box in the image: its middle, and its two sides as vectors, are mapped.</summary>
    private static NaiveBox Turned(NaiveBox box, NaiveFit fit)
    {
        var (width, height, angle) = NaiveUltralytics.Regularized(box.Right - box.Left, box.Bottom - box.Top, box.Extra[^1]);
        (double X, double Y) across = (width * Math.Cos(angle) / fit.ScaleX, width * Math.Sin(angle) / fit.ScaleY);
        (double X, double Y) down = (-height * Math.Sin(angle) / fit.ScaleX, height * Math.Cos(angle) / fit.ScaleY);
        var (x, y) = (fit.X((box.Left + box.Right) / 2), fit.Y((box.Top + box.Bottom) / 2));
        var (w, h) = (Math.Sqrt(across.X * across.X + across.Y * across.Y), Math.Sqrt(down.X * down.X + down.Y * down.Y));
        return NaiveBox.Centered(x, y, w, h, box.Class, box.Score) with
        {
            Angle = Math.Atan2(across.Y, across.X),
        };
    }

    private static List<NaiveBox> Suppress(List<NaiveBox> candidates, double limit)
    {
        List<NaiveBox> kept = [];
        foreach (var box in candidates.OrderByDescending(b => b.Score))
            if (!kept.Any(k => k.Class == box.Class && Overlap(k, box) > limit)) kept.Add(box);
        return kept;
    }

    /// <summary>IoU by summing narrow strips; so close to the limit that they cannot tell is a case to draw anew.</summary>
    private static double Overlap(NaiveBox a, NaiveBox b)
    {
        var (cornersA, cornersB) = (Corners(a), Corners(b));
        var (from, to) = (cornersA.Concat(cornersB).Min(c => c.X), cornersA.Concat(cornersB).Max(c => c.X));
        var (common, both) = (0.0, 0.0);
        const int Strips = 5000;
        for (var i = 0; i < Strips; i++)
        {
            var x = from + (i + 0.5) * (to - from) / Strips;
            var ((topA, bottomA), (topB, bottomB)) = (Cut(cornersA, x), Cut(cornersB, x));
            common += Math.Max(0, Math.Min(bottomA, bottomB) - Math.Max(topA, topB));
            both += bottomA - topA + (bottomB - topB);
        }
        var overlap = common / (both - common);
        Assert.IsGreaterThan(0.0005, Math.Abs(overlap - 0.45), "strips cannot tell: draw other boxes");
        return overlap;
    }

    private static (double X, double Y)[] Corners(NaiveBox box)
    {
        var (x, y, w, h) = ((box.Left + box.Right) / 2, (box.Top + box.Bottom) / 2, (box.Right - box.Left) / 2, (box.Bottom - box.Top) / 2);
        var (sin, cos) = Math.SinCos(box.Angle);
        return [.. new (double A, double D)[] { (-w, -h), (w, -h), (w, h), (-w, h) }.Select(c => (x + c.A * cos - c.D * sin, y + c.A * sin + c.D * cos))];
    }

    /// <summary>Where the vertical line at x enters and leaves; nowhere: twice the same.</summary>
    private static (double Top, double Bottom) Cut((double X, double Y)[] corners, double x)
    {
        List<double> cuts = [];
        for (var i = 0; i < 4; i++)
        {
            var ((x0, y0), (x1, y1)) = (corners[i], corners[(i + 1) % 4]);
            if (Math.Min(x0, x1) <= x && x < Math.Max(x0, x1)) cuts.Add(y0 + (x - x0) / (x1 - x0) * (y1 - y0));
        }
        return cuts.Count == 0 ? (0, 0) : (cuts.Min(), cuts.Max());
    }
}
