using System.Globalization;
using MlNetVision.Data;
using MlNetVision.Detection;
using MlNetVision.Detection.Labels;
using MlNetVision.Tests.Data;
using Detected = MlNetVision.Detection.Detection;

namespace MlNetVision.Tests.Detection.Labels;

/// <summary>Labels by hand, and read back by the readers of data sets.</summary>
[TestClass]
public sealed class DetectionLabelsTests
{
    private const int Width = 100;
    private const int Height = 50;

    private static readonly string[] Classes = ["cat", "R&D \"é\": #1", "dog"];

    [TestMethod]
    public void ToYolo_Boxes_AreFractionsClippedToTheImage()
    {
        var labels = DetectionLabels.ToYolo(Found(Box(1, 10, 5, 30, 15), Box(0, -20, 20, 50, 60), Box(2, 100, 0, 120, 20)));

        Assert.AreEqual("1 0.2 0.2 0.2 0.2\n0 0.25 0.7 0.5 0.6\n", labels, "the third lies outside");
    }

    [TestMethod]
    public void ToYolo_NothingFound_IsEmpty() => Assert.AreEqual("", DetectionLabels.ToYolo(Found()));

    [TestMethod]
    public void ToYolo_KeyPoints_FollowTheBoxWithTheirVisibility()
    {
        // Seen, uncertain, outside; the other object has fewer.
        var labels = DetectionLabels.ToYolo(Found(
            Box(0, 0, 0, 50, 50) with { KeyPoints = [new(10, 10), new(20, 20, 0.4f), new(101, 20, 0.9f)] },
            Box(0, 50, 0, 100, 50) with { KeyPoints = [new(75, 25, 0.5f)] }));

        Assert.AreEqual("0 0.25 0.5 0.5 1 0.1 0.2 2 0 0 0 0 0 0\n0 0.75 0.5 0.5 1 0.75 0.5 2 0 0 0 0 0 0\n", labels);
    }

    [TestMethod]
    public void ToYolo_TurnedBoxes_AreTheirFourCorners()
    {
        // 40×20 about (50, 25), by a quarter turn: 20×40.
        var labels = DetectionLabels.ToYolo(Found(Box(2, 30, 15, 70, 35) with { Angle = MathF.PI / 2 }, Box(0, 0, 0, 10, 10)));

        Assert.AreEqual("2 0.6 0.1 0.6 0.9 0.4 0.9 0.4 0.1\n0 0 0 0.1 0 0.1 0.2 0 0.2\n", Rounded(labels));
    }

    [TestMethod]
    public void ToYolo_RandomMasks_FillToTheirPixels()
    {
        var random = new Random(3);
        for (var i = 0; i < 200; i++)
        {
            var pixels = new byte[12 * 9];
            for (var at = 0; at < pixels.Length; at++) pixels[at] = random.NextDouble() < (i % 10 + 1) / 11.0 ? (byte)1 : (byte)0;
            var mask = InstanceMask.FromPixels(12, 9, pixels);
            if (mask.Area == 0) continue;

            var line = DetectionLabels.ToYolo(new("a.png", 12, 9, [new("cat", 0, 0.9f, mask.Bounds) { Mask = mask }]));

            double[] ring = [.. line.Trim().Split(' ').Skip(1).Select((v, at) => double.Parse(v, CultureInfo.InvariantCulture) * (at % 2 == 0 ? 12 : 9))];
            for (var at = 0; at < pixels.Length; at++)
                Assert.AreEqual(pixels[at] != 0, IsWithin(ring, at % 12 + 0.5, at / 12 + 0.5), $"mask {i}, pixel {at}: {line}");
        }
    }

    [TestMethod]
    public void ToYolo_ObjectWithoutAMaskAmongMasks_IsAPolygonToo()
    {
        var labels = DetectionLabels.ToYolo(Found(
            Box(0, 10, 5, 30, 15) with { Mask = InstanceMask.FromRuns(Width, Height, [new(5, 10, 20)]) }, Box(1, 0, 0, 50, 25)));

        Assert.AreEqual("0 0.1 0.1 0.3 0.1 0.3 0.12 0.1 0.12\n1 0 0 0.5 0 0.5 0.5 0 0.5\n", labels);
    }

    [TestMethod]
    public void ToYoloData_NamesAndShape_AreReadBack()
    {
        using var folder = new DataSetFolder().Text("data.yaml", DetectionLabels.ToYoloData(Classes, "images.list", 17));

        var file = YoloDataFile.Load(folder.PathOf("data.yaml"));

        CollectionAssert.AreEqual(Classes, file.Names()!.ToArray());
        Assert.AreEqual(17 * 3, file.KeyPoints());
    }

    [TestMethod]
    public void Yolo_RandomBoxes_AreReadBack()
    {
        var found = Drawn(1);
        using var folder = new DataSetFolder().Image("images/a.png", "images/b.png")
            .Text("labels/a.txt", DetectionLabels.ToYolo(found)).Text("labels/b.txt", DetectionLabels.ToYolo(Found()))
            .Text("labels/images.list", "./../images/a.png\n./../images/b.png\n").Text("labels/data.yaml", DetectionLabels.ToYoloData(Classes, "images.list"));

        var data = DetectionDataSet.Open(folder.PathOf("labels/data.yaml"), new() { Strict = true });

        CollectionAssert.AreEqual(Classes, data.ClassNames.ToArray());
        Assert.IsEmpty(data.Warnings);
        AssertBoxes(found, data.Images[0].Boxes, 1e-4f);
        Assert.IsEmpty(data.Images[1].Boxes);
    }

    [TestMethod]
    public void PascalVoc_RandomBoxes_AreReadBackWithinHalfAPixel()
    {
        var found = Drawn(2);
        using var folder = new DataSetFolder().Image("a.png", "b.png")
            .Text("a.xml", DetectionLabels.ToPascalVoc(found)).Text("b.xml", DetectionLabels.ToPascalVoc(Found(), "b.png"));

        var data = folder.Open(new() { Strict = true });

        Assert.IsEmpty(data.Warnings);
        AssertBoxes(found, data.Images[0].Boxes, 0.5001f);
        Assert.IsEmpty(data.Images[1].Boxes);
    }

    [TestMethod]
    public void ToPascalVoc_WholePixels_CountFromOne()
    {
        var xml = DetectionLabels.ToPascalVoc(Found(Box(0, 0, 0, 100, 50), Box(0, 10, 5, 30, 15), Box(0, 7.6f, 7.6f, 7.9f, 7.9f)));

        Assert.Contains("<xmin>1</xmin>", xml);
        Assert.Contains("<xmax>100</xmax>", xml);
        Assert.Contains("<xmin>11</xmin>", xml);
        Assert.Contains("<ymax>15</ymax>", xml);
        StringAssert.Matches(xml, new(@"<xmin>9</xmin>\s*<ymin>9</ymin>\s*<xmax>9</xmax>"), "less than a pixel is one");
    }

    [TestMethod]
    public void PascalVoc_TurnedBox_IsItsHullAndItself()
    {
        var found = Found(Box(0, 40, 15, 60, 35) with { Angle = MathF.PI / 4 });
        using var folder = new DataSetFolder().Image("a.png").Text("a.xml", DetectionLabels.ToPascalVoc(found));
        var box = folder.Open().Images.Single().Boxes.Single().Box;

        // 20·√2 wide and high about (50, 25).
        Assert.AreEqual(36, box.Left);
        Assert.AreEqual(64, box.Right);
        Assert.AreEqual(11, box.Top);
        Assert.AreEqual(39, box.Bottom);
        StringAssert.Matches(DetectionLabels.ToPascalVoc(found),
            new(@"<robndbox>\s*<cx>50</cx>\s*<cy>25</cy>\s*<w>20</w>\s*<h>20</h>\s*<angle>0\.785398\d*</angle>\s*</robndbox>"));
    }

    [TestMethod]
    public void ToPascalVoc_ControlCharactersInNames_BecomeQuestionMarks()
    {
        var xml = DetectionLabels.ToPascalVoc(new("dir/a\u0001😀.png", Width, Height, [new("c\u0002t", 0, 1, new(0, 0, 9, 9))]));

        Assert.Contains("<filename>a?😀.png</filename>", xml);
        Assert.Contains("<name>c?t</name>", xml);
    }

    [TestMethod]
    public void Coco_RandomBoxes_AreReadBack()
    {
        var found = Drawn(3);
        using var folder = new DataSetFolder().Image("images/sub/a.png", "images/b.png");
        Write(folder.PathOf("instances.json"), (found, "sub/a.png"), (Found(), "b.png"));

        var data = DetectionDataSet.Open(folder.PathOf("instances.json"), new() { Strict = true });

        Assert.IsEmpty(data.Warnings);
        CollectionAssert.AreEqual(Classes, data.ClassNames.ToArray());
        AssertBoxes(found, data.Images[0].Boxes, 1e-4f);
        Assert.IsEmpty(data.Images[1].Boxes);
    }

    [TestMethod]
    public void Coco_MasksTurnsAndKeyPoints_AreWritten()
    {
        using var folder = new DataSetFolder();
        var whole = InstanceMask.FromRuns(Width, Height, [new(5, 10, 20), new(6, 10, 20)]);
        var parts = InstanceMask.FromRuns(Width, Height, [new(0, 0, 2), new(3, 99, 1)]);
        Write(folder.PathOf("a.json"), (Found(
            Box(0, 10, 5, 30, 7) with { Mask = whole, KeyPoints = [new(12, 6, 0.9f), new(13, 6, 0.1f)] },
            Box(1, 0, 0, 100, 4) with { Mask = parts },
            Box(2, 30, 15, 70, 35) with { Angle = MathF.PI / 2 }), "a.png"));

        var annotations = CocoFile.Load(folder.PathOf("a.json"), polygons: true).Annotations;

        CollectionAssert.AreEqual(new double[] { 10, 5, 30, 5, 30, 7, 10, 7 }, annotations[0]!.Area!.Polygons.Single());
        Assert.AreEqual(40, annotations[0]!.StatedArea);
        CollectionAssert.AreEqual(parts.ToRunLengths().Select(r => (uint)r).ToArray(), annotations[1]!.Area!.Runs!.Runs.ToArray());
        Assert.AreEqual((Width, Height), (annotations[1]!.Area!.Runs!.Width, annotations[1]!.Area!.Runs!.Height));
        CollectionAssert.AreEqual(new double[] { 40, 5, 20, 40 }, annotations[2]!.Box!.Select(v => Math.Round(v, 4)).ToArray(), "the hull");
        Assert.HasCount(8, annotations[2]!.Area!.Polygons.Single());
        Assert.AreEqual(800, annotations[2]!.StatedArea);
        var text = File.ReadAllText(folder.PathOf("a.json"));
        Assert.Contains("\"keypoints\":[12,6,2,0,0,0],\"num_keypoints\":1", text);
        Assert.Contains("\"score\":0.9", text);
    }

    [TestMethod]
    public void CocoLabelWriter_NotCommitted_LeavesNothing()
    {
        using var folder = new DataSetFolder();
        using (var writer = new CocoLabelWriter(folder.PathOf("a.json"), Classes)) writer.Add(Found(Box(0, 0, 0, 9, 9)), "a.png");

        Assert.IsEmpty(Directory.GetFiles(folder.Root));
    }

    private static void Write(string path, params (DetectionResult Result, string Name)[] images)
    {
        using var writer = new CocoLabelWriter(path, Classes);
        foreach (var (result, name) in images) writer.Add(result, name);
        writer.Commit();
    }

    private static DetectionResult Found(params Detected[] found) => new("a.png", Width, Height, found);

    private static Detected Box(int index, float left, float top, float right, float bottom) => new(Classes[index], index, 0.9f, new(left, top, right, bottom));

    /// <summary>Objects of each class, in the order of the classes, which Pascal VOC does not keep.</summary>
    private static DetectionResult Drawn(int seed)
    {
        var random = new Random(seed);
        return Found([.. Enumerable.Range(0, 30).Select(i =>
        {
            var (left, top) = (random.NextSingle() * 80, random.NextSingle() * 30);
            return Box(i % Classes.Length, left, top, left + 1 + random.NextSingle() * 19, top + 1 + random.NextSingle() * 19);
        })]);
    }

    private static void AssertBoxes(DetectionResult expected, IReadOnlyList<GroundTruthBox> actual, float tolerance)
    {
        CollectionAssert.AreEqual(expected.Detections.Select(d => d.Label).ToArray(), actual.Select(b => b.Label).ToArray());
        for (var i = 0; i < actual.Count; i++)
        {
            var (a, b) = (expected.Detections[i].Box, actual[i].Box);
            foreach (var (edge, read) in new[] { (a.Left, b.Left), (a.Top, b.Top), (a.Right, b.Right), (a.Bottom, b.Bottom) })
                Assert.AreEqual(edge, read, tolerance, $"object {i}");
        }
    }

    private static string Rounded(string labels) => string.Concat(labels.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        string.Join(' ', line.Split(' ').Select(v => Math.Round(double.Parse(v, CultureInfo.InvariantCulture), 5).ToString(CultureInfo.InvariantCulture))) + "\n"));

    /// <summary>Even-odd rule, by a ray to the right.</summary>
    private static bool IsWithin(double[] ring, double x, double y)
    {
        var inside = false;
        for (int i = 0, j = ring.Length - 2; i < ring.Length; j = i, i += 2)
        {
            if (ring[i + 1] > y != ring[j + 1] > y && x < (ring[j] - ring[i]) * (y - ring[i + 1]) / (ring[j + 1] - ring[i + 1]) + ring[i]) inside = !inside;
        }
        return inside;
    }
}
