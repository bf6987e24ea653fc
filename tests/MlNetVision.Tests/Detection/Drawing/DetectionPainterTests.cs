using System.Security.Cryptography;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using Found = MlNetVision.Detection.Detection;

namespace MlNetVision.Tests.Detection;

[TestClass]
public class DetectionPainterTests
{
    private static readonly RgbColor Grey = new(100, 100, 100);
    private static readonly DetectionPaintOptions NoText = new() { ShowLabels = false, ShowScores = false };

    [TestMethod]
    public void Draw_Box_LineWithinItsEdgesAndNothingElse()
    {
        using var source = Blank(200, 100);
        using var result = DetectionPainter.Draw(source, [Box(2, 20, 30, 60, 70)], NoText with { LineWidth = 3, ClassCount = 3 });
        var color = ClassPalette.Color(2, 3);
        for (var y = 0; y < 100; y++)
        {
            for (var x = 0; x < 200; x++)
            {
                var inside = x is >= 20 and < 60 && y is >= 30 and < 70;
                var within = x is >= 23 and < 57 && y is >= 33 and < 67;
                Assert.AreEqual(inside && !within ? color : Grey, Pixel(result, x, y), $"pixel {x}, {y}");
            }
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Draw_Label_PlateOfClassColourWithLegibleText(bool pixels)
    {
        using var source = Blank(300, 200);
        using var result = Draw(source, [Box(0, 40, 100, 200, 150)], new() { TextSize = 20 }, pixels);
        var color = ClassPalette.Color(0);
        Assert.AreEqual(color, Pixel(result, 40, 98), "the plate's corner stands on the box");
        Assert.AreEqual(Grey, Pixel(result, 40, 60), "above the plate");
        var plate = Enumerable.Range(70, 30).SelectMany(y => Enumerable.Range(40, 120).Select(x => Pixel(result, x, y))).ToList();
        var ink = ClassPalette.Legible(color);
        Assert.IsGreaterThan(30, plate.Count(x => x == ink), "text of the system's or the project's font is seen");
        Assert.IsGreaterThan(300, plate.Count(x => x == color));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Draw_BoxesAtTheEdges_LabelsWithinImage(bool pixels)
    {
        foreach (var box in new[] { Box(1, 0, 0, 30, 30), Box(1, 170, 0, 200, 30), Box(1, 190, 180, 200, 200), Box(1, -50, -50, 400, 400), Box(1, -9, 150, 3, 190) })
        {
            using var source = Blank(200, 200);
            using var with = Draw(source, [box], new(), pixels);
            using var without = DetectionPainter.Draw(source, [box], NoText);
            // The whole plate is seen: as many pixels change as for a box in the middle.
            using var middle = Draw(source, [Box(1, 60, 100, 61, 101)], new(), pixels);
            var (seen, whole) = (Differences(with, without), Differences(middle, source));
            Assert.IsTrue(seen > whole * 0.75, $"{box.Box}: {seen} of {whole} pixels");
        }
    }

    [TestMethod]
    public void Draw_TwoLabelsOnOneBox_BothSeen()
    {
        using var source = Blank(300, 200);
        using var result = DetectionPainter.Draw(source, [Box(0, 50, 80, 250, 150, 0.4f), Box(1, 50, 80, 250, 150)]);
        Assert.AreEqual(ClassPalette.Color(1), Pixel(result, 51, 78), "the better one stands on the box");
        Assert.AreEqual(ClassPalette.Color(0), Pixel(result, 249, 78), "the other one beside it, where it hides nothing");
    }

    [TestMethod]
    public void Draw_Always_LeavesTheCallersImageAlone()
    {
        using var source = Blank(120, 90);
        var before = Convert.ToHexString(SHA256.HashData(source.Pixels));
        using var result = DetectionPainter.Draw(source, [Box(0, 10, 10, 100, 80)]);
        Assert.AreEqual(before, Convert.ToHexString(SHA256.HashData(source.Pixels)));
        Assert.AreEqual((120, 90), (result.Width, result.Height));
        Assert.AreNotEqual(before, Convert.ToHexString(SHA256.HashData(result.Pixels)));
        using var copy = DetectionPainter.Draw(source, []);
        Assert.AreEqual(before, Convert.ToHexString(SHA256.HashData(copy.Pixels)));
    }

    [TestMethod]
    public void Draw_BoxesOutsideOrBroken_NothingDrawn()
    {
        using var source = Blank(50, 40);
        Found[] boxes = [Box(0, 60, 0, 90, 30), Box(0, -20, -20, 0, 0), Box(0, 5, 5, 5, 5), Box(0, 30, 30, 10, 10), Box(0, float.NaN, 0, 10, 10)];
        using var result = DetectionPainter.Draw(source, boxes);
        Assert.AreEqual(0, Differences(source, result));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Draw_TinyImagesAndOddLabels_NoCrash(bool pixels)
    {
        foreach (var (width, height) in new[] { (1, 1), (1, 400), (400, 1), (9, 9), (20, 20) })
        {
            foreach (var label in new[] { "x", "", " ", null!, "a\n\tb", new string('w', 5000), "猫 \uD83D\uDC08 \uD83D", "\u0301" })
            {
                using var source = Blank(width, height);
                using var result = Draw(source, [Box(int.MaxValue, 0, 0, width, height) with { Label = label, Score = float.NaN }], new() { ClassCount = 80 }, pixels);
                Assert.AreEqual(ClassPalette.Color(int.MaxValue, 80), Pixel(result, width - 1, height - 1));
            }
        }
    }

    [TestMethod]
    public void Draw_LargerImage_ThickerLinesAndLargerText()
    {
        int Line(int side)
        {
            using var source = Blank(side, side);
            using var result = DetectionPainter.Draw(source, [Box(0, side / 4f, side / 4f, side / 2f, side / 2f)], NoText);
            return Enumerable.Range(0, side).Count(x => Pixel(result, x, side * 3 / 8) != Grey) / 2;
        }
        Assert.AreEqual(1, Line(64));
        Assert.AreEqual(2, Line(640));
        Assert.AreEqual(12, Line(4000));
    }

    [TestMethod]
    public void Draw_OptionOutOfRange_Throws()
    {
        using var source = Blank(8, 8);
        foreach (var options in new DetectionPaintOptions[] { new() { ClassCount = 0 }, new() { LineWidth = 0 }, new() { LineWidth = 1001 }, new() { TextSize = 6 }, new() { TextSize = float.NaN },
            new() { MaskOpacity = -0.1f }, new() { MaskOpacity = float.NaN }, new() { KeyPointConfidence = 1.1f }, new() { KeyPointConfidence = float.NaN } })
            Assert.ThrowsExactly<ArgumentException>(() => DetectionPainter.Draw(source, [], options), options.ToString());
    }

    [TestMethod]
    public void Glyphs_Printable_AllDifferentAndInked()
    {
        string Drawn(int character) => string.Concat(Enumerable.Range(0, 40).Select(i => PixelGlyphs.IsSet(character, i % 5, i / 5) ? '#' : '.'));
        var glyphs = Enumerable.Range('!', '~' - '!' + 1).Select(Drawn).ToList();
        Assert.HasCount(94, glyphs.Distinct());
        Assert.IsTrue(glyphs.TrueForAll(x => x.Contains('#')));
        Assert.DoesNotContain('#', Drawn(' '));
        Assert.AreEqual(Drawn('é'), Drawn('猫'));
        Assert.AreEqual("..#.." + "..#.." + "..#.." + "..#.." + "..#.." + "..#.." + "..#.." + ".....", Drawn('|'));
    }

    private static RgbImage Draw(RgbImage source, Found[] boxes, DetectionPaintOptions options, bool pixels) =>
        pixels ? DetectionPainter.Draw(source, boxes, options, size => new PixelLabelFont(size)) : DetectionPainter.Draw(source, boxes, options);

    private static Found Box(int index, float left, float top, float right, float bottom, float score = 0.9f) =>
        new("thing", index, score, new(left, top, right, bottom));

    private static RgbImage Blank(int width, int height)
    {
        var image = new RgbImage(width, height);
        image.Words.Fill(Grey.ToPixel());
        return image;
    }

    private static RgbColor Pixel(RgbImage image, int x, int y)
    {
        var pixel = image.Pixels.Slice(4 * (y * image.Width + x), 4);
        return new(pixel[0], pixel[1], pixel[2]);
    }

    private static int Differences(RgbImage a, RgbImage b)
    {
        var first = a.Words;
        var second = b.Words;
        var count = 0;
        for (var i = 0; i < first.Length; i++) count += first[i] == second[i] ? 0 : 1;
        return count;
    }

    // The plate of a label is drawn in the class's colour above the box; a panorama's is as high as on an image of 1248×480, where the mean of the sides is 1.8 times the shorter.
    [TestMethod]
    public void Draw_Panorama_LabelScaledToTheShortSide()
    {
        Assert.AreEqual(PlateHeight(1248, 480), PlateHeight(6400, 480));
        Assert.AreEqual(0, PlateHeight(60, 60));

        static int PlateHeight(int width, int height)
        {
            using var image = new RgbImage(width, height);
            var box = new BoundingBox(width / 2, height / 2, width / 2 + 400, height / 2 + 200);
            using var drawn = DetectionPainter.Draw(image, [new Found("cell", 0, 0.9f, box)]);
            var color = ClassPalette.Color(0, null);
            var count = 0;
            for (var y = 0; y < height / 2; y++)
            {
                var pixel = drawn.Pixels.Slice((y * width + width / 2 + 1) * 4, 3);
                if (pixel[0] == color.Red && pixel[1] == color.Green && pixel[2] == color.Blue) count++;
            }
            return count;
        }
    }
}
