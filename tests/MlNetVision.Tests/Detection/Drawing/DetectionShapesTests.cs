using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Tests.Imaging;
using Found = MlNetVision.Detection.Detection;

namespace MlNetVision.Tests.Detection;

/// <summary>Masks, key points and turned boxes, as they are drawn.</summary>
[TestClass]
public class DetectionShapesTests
{
    private static readonly RgbColor Grey = new(100, 100, 100);
    private static readonly DetectionPaintOptions NoText = new() { ShowLabels = false, ShowScores = false };

    [TestMethod]
    [DataRow(0f, 1)]
    [DataRow(0.4f, 2)]
    [DataRow(1f, 3)]
    public void Draw_Mask_NaiveBlendAndOutline(float opacity, int line)
    {
        using var source = TestImages.Noise(70, 50);
        var mask = Blob(70, 50);
        // A box that lies elsewhere, so that each pixel of the mask is seen.
        var found = new Found("blob", 3, 0.9f, new(66, 0, 70, 4)) { Mask = mask };
        using var result = DetectionPainter.Draw(source, [found], NoText with { MaskOpacity = opacity, LineWidth = line });
        var (color, amount) = (ClassPalette.Color(3), (int)MathF.Round(opacity * 256));
        bool Out(int x, int y) => x is >= 0 and < 70 && y is >= 0 and < 50 && !mask.Contains(x, y);
        var outline = 0;
        for (var y = 0; y < 50; y++)
        {
            for (var x = 0; x < 66; x++)
            {
                var from = source.At(x, y);
                var isOutline = mask.Contains(x, y) && (Out(x - line, y) || Out(x + line, y) || Out(x, y - line) || Out(x, y + line));
                var weight = isOutline ? 256 : mask.Contains(x, y) ? amount : 0;
                int Mix(byte under, byte over) => (under * (256 - weight) + over * weight + 128) / 256;
                var expected = ((byte)Mix(from.R, color.Red), (byte)Mix(from.G, color.Green), (byte)Mix(from.B, color.Blue));
                Assert.AreEqual(expected, result.At(x, y), $"{x}, {y}");
                outline += isOutline ? 1 : 0;
            }
        }
        Assert.IsGreaterThan(50, outline);
    }

    [TestMethod]
    public void Draw_MaskOfAnotherSize_Throws()
    {
        using var source = TestImages.Solid(40, 30, Grey);
        var found = new Found("blob", 0, 0.9f, new(1, 1, 20, 20)) { Mask = Blob(70, 50) };
        var error = Assert.ThrowsExactly<ArgumentException>(() => DetectionPainter.Draw(source, [found]));
        Assert.Contains("70×50", error.Message);
        Assert.Contains("40×30", error.Message);
    }

    [TestMethod]
    public void Draw_SeventeenKeyPoints_DotsAndLimbsOfAPerson()
    {
        using var source = TestImages.Solid(400, 300, Grey);
        var points = Body();
        points[9] = points[9] with { Score = 0.49f };
        points[10] = points[10] with { Score = null };
        using var result = DetectionPainter.Draw(source, [Person(points)], NoText with { LineWidth = 3 });
        var color = ToTuple(ClassPalette.Color(0));
        foreach (var i in Enumerable.Range(0, 17).Where(i => i != 9)) Assert.AreEqual(color, At(result, points[i]), $"point {i}");
        // Left shoulder to elbow, right elbow to wrist, hips, left knee to ankle.
        foreach (var (a, b) in new[] { (5, 7), (8, 10), (11, 12), (13, 15) }) Assert.AreEqual(color, At(result, Middle(points[a], points[b])));
        // The left wrist is not certain enough, nor is the line to it; nose and hip are no limb.
        foreach (var point in new[] { points[9], Middle(points[7], points[9]), Middle(points[3], points[13]), Middle(points[15], points[16]) })
            Assert.AreEqual(ToTuple(Grey), At(result, point), point.ToString());
    }

    [TestMethod]
    [DataRow(0.2f, true)]
    [DataRow(0.8f, false)]
    public void Draw_KeyPointConfidence_DecidesWhatIsDrawn(float confidence, bool isDrawn)
    {
        using var source = TestImages.Solid(400, 300, Grey);
        KeyPoint[] points = [new(100, 100, 0.6f), new(300, 100, 0.1f)];
        using var result = DetectionPainter.Draw(source, [Person(points)], NoText with { LineWidth = 3, KeyPointConfidence = confidence });
        Assert.AreEqual(isDrawn, At(result, points[0]) != ToTuple(Grey));
        Assert.AreEqual(ToTuple(Grey), At(result, points[1]));
    }

    [TestMethod]
    public void Draw_FiveKeyPoints_DotsAlone()
    {
        using var source = TestImages.Solid(400, 300, Grey);
        KeyPoint[] points = [.. Body().Take(5)];
        using var result = DetectionPainter.Draw(source, [Person(points)], NoText with { LineWidth = 1 });
        foreach (var point in points) Assert.AreEqual(ToTuple(ClassPalette.Color(0)), At(result, point));
        foreach (var (a, b) in new[] { (0, 1), (0, 2), (1, 2), (1, 3), (2, 4) })
            Assert.AreEqual(ToTuple(Grey), At(result, Middle(points[a], points[b])));
    }

    // Each pixel's centre is turned back about the box's centre: its depth below the nearest edge tells whether it is the line's.
    [TestMethod]
    [DataRow(0.5f)]
    [DataRow(-1.2f)]
    [DataRow(2.6f)]
    public void Draw_TurnedBox_LineWithinItsEdges(float angle)
    {
        using var source = TestImages.Solid(200, 160, Grey);
        var box = new BoundingBox(50, 50, 150, 110);
        using var result = DetectionPainter.Draw(source, [new Found("ship", 2, 0.9f, box) { Angle = angle }], NoText with { LineWidth = 5 });
        var (color, line) = (ToTuple(ClassPalette.Color(2)), 0);
        for (var y = 0; y < 160; y++)
        {
            for (var x = 0; x < 200; x++)
            {
                var (dx, dy) = (x + 0.5 - 100, y + 0.5 - 80);
                var (across, down) = (dx * Math.Cos(angle) + dy * Math.Sin(angle), dy * Math.Cos(angle) - dx * Math.Sin(angle));
                var depth = Math.Min(50 - Math.Abs(across), 30 - Math.Abs(down));
                if (depth is > 1 and < 4) Assert.AreEqual(color, result.At(x, y), $"within the line: {x}, {y}");
                if (depth is < -1 or > 6) Assert.AreEqual(ToTuple(Grey), result.At(x, y), $"off the line: {x}, {y}");
                line += depth is > 1 and < 4 ? 1 : 0;
            }
        }
        Assert.IsGreaterThan(700, line);
    }

    [TestMethod]
    public void Draw_TurnedBox_LabelNearItsHull()
    {
        using var source = TestImages.Solid(400, 300, Grey);
        var found = new Found("ship", 2, 0.9f, new(120, 140, 280, 160)) { Angle = MathF.PI / 2 };
        using var result = DetectionPainter.Draw(source, [found], new() { TextSize = 12 });
        // Upright it is 20 wide and 160 high, from 70 on: the label stands on that.
        Assert.AreEqual(ToTuple(ClassPalette.Color(2)), result.At(191, 68));
        Assert.AreEqual(ToTuple(Grey), result.At(121, 138));
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(90, 100)]
    [DataRow(3, 700)]
    public void Draw_ShapesOutsideAndBroken_NoCrash(int width, int height)
    {
        using var source = TestImages.Solid(width, height, Grey);
        float[] oddities = [0, -50, width, 1e9f, -1e30f, float.MaxValue, float.NaN, float.PositiveInfinity];
        foreach (var value in oddities)
        {
            var points = Body();
            (points[0], points[5]) = (new(value, value), new(value, 3, value));
            var box = new BoundingBox(-width, -height, value, height);
            foreach (var angle in new[] { 0.3f, value })
            {
                var mask = InstanceMask.FromRuns(width, height, [new(0, 0, width), new(height - 1, width - 1, 1)]);
                var found = new Found("odd", 1, 0.5f, box) { Mask = mask, KeyPoints = points, Angle = angle };
                var empty = found with { KeyPoints = [], Mask = InstanceMask.FromRuns(width, height, []) };
                using var result = DetectionPainter.Draw(source, [found, empty], new() { TextSize = 9, LineWidth = 4 });
                Assert.AreEqual((width, height), (result.Width, result.Height));
            }
        }
    }

    /// <summary>A disc with a hole and a bar to the image's left and lower edges.</summary>
    private static InstanceMask Blob(int width, int height)
    {
        var pixels = new byte[width * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var radius = double.Hypot(x - 30, y - 22);
                pixels[y * width + x] = (byte)(radius is < 18 and > 6 || y > height - 12 && x < 25 ? 1 : 0);
            }
        }
        return InstanceMask.FromPixels(width, height, pixels);
    }

    /// <summary>A person with spread limbs; all points are certain.</summary>
    private static KeyPoint[] Body() =>
    [
        new(200.5f, 40.5f, 0.9f), new(215.5f, 30.5f, 0.9f), new(185.5f, 30.5f, 0.9f), new(235.5f, 40.5f, 0.9f), new(165.5f, 40.5f, 0.9f),
        new(240.5f, 90.5f, 0.9f), new(160.5f, 90.5f, 0.9f), new(300.5f, 100.5f, 0.9f), new(100.5f, 100.5f, 0.9f), new(360.5f, 60.5f, 0.9f),
        new(40.5f, 60.5f, 0.9f), new(230.5f, 170.5f, 0.9f), new(170.5f, 170.5f, 0.9f), new(250.5f, 220.5f, 0.9f), new(150.5f, 220.5f, 0.9f),
        new(270.5f, 280.5f, 0.9f), new(130.5f, 280.5f, 0.9f),
    ];

    private static Found Person(KeyPoint[] points) => new("person", 0, 0.9f, new(0, 0, 400, 300)) { KeyPoints = points };

    private static KeyPoint Middle(KeyPoint a, KeyPoint b) => new((a.X + b.X) / 2, (a.Y + b.Y) / 2);

    private static (byte R, byte G, byte B) At(RgbImage image, KeyPoint point) => image.At((int)point.X, (int)point.Y);

    private static (byte R, byte G, byte B) ToTuple(RgbColor color) => (color.Red, color.Green, color.Blue);
}
