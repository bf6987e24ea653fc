using System.Text.RegularExpressions;
using MlNetVision.Data;

namespace MlNetVision.Tests.Data;

[TestClass]
public sealed partial class PascalVocReaderTests
{
    [TestMethod]
    public void Open_VocFolder_ReadsBoxesFromEdgeToEdge()
    {
        using var folder = new DataSetFolder().Image("JPEGImages/a.png", "JPEGImages/b.png")
            .Voc("Annotations/a.xml", DataSetFolder.VocObject("dog", 1, 1, 100, 50), DataSetFolder.VocObject("cat", 11, 21, 30, 40, "<difficult>1</difficult>"))
            .Voc("Annotations/b.xml");

        var data = folder.Open();

        Assert.AreEqual(DetectionDataSetFormat.PascalVoc, data.Format);
        CollectionAssert.AreEqual(new[] { "cat", "dog" }, data.ClassNames.ToArray());
        Assert.IsEmpty(data.Warnings);
        Assert.HasCount(2, data.Images);
        var a = data.Images[0];
        Assert.AreEqual(("a", folder.PathOf("JPEGImages/a.png"), 100, 50), (a.Id, a.Path, a.Width, a.Height));
        CollectionAssert.AreEqual(new GroundTruthBox[] { new("dog", new(0, 0, 100, 50)), new("cat", new(10, 20, 30, 40), Difficult: true) }, a.Boxes.ToArray());
        Assert.IsEmpty(data.Images[1].Boxes);
    }

    [TestMethod]
    public void Open_Split_ReadsItsImagesInOrder()
    {
        using var folder = new DataSetFolder().Image("JPEGImages/a.png", "JPEGImages/b.png", "JPEGImages/c.png")
            .Voc("Annotations/a.xml").Voc("Annotations/b.xml").Voc("Annotations/c.xml")
            .Text("ImageSets/Main/test.txt", "c\na\nc\n").Text("ImageSets/Main/cat_val.txt", "b -1\nc  1\n").Text("ImageSets/Main/bad.txt", "a\n\nmissing\n");

        var test = folder.Open(new() { Split = "test" });

        CollectionAssert.AreEqual(new[] { "c", "a" }, test.Images.Select(p => p.Id).ToArray());
        Assert.Contains("test.txt(3): 'c' is listed twice", test.Warnings.Single());
        CollectionAssert.AreEqual(new[] { "b", "c" }, folder.Open(new() { Split = "cat_val" }).Images.Select(p => p.Id).ToArray());
        Assert.Contains("bad.txt(3): 'missing' has no annotation", folder.Error(options: new() { Split = "bad" }));
        Assert.Contains("no split 'val'; " + folder.PathOf("ImageSets/Main") + " has bad, cat_val, test", folder.Error(options: new() { Split = "val" }));
    }

    [TestMethod]
    public void Open_XmlBesideImages_IsRead()
    {
        using var folder = new DataSetFolder().Image("test/a.png").Voc("test/a.xml", DataSetFolder.VocObject("cat", 1, 1, 10, 10));

        Assert.AreEqual("a", DetectionDataSet.Open(folder.PathOf("test")).Images.Single().Id);
        Assert.AreEqual("a", folder.Open(new() { Split = "test" }).Images.Single().Id, "a split may be a folder that is a data set itself");
    }

    [TestMethod]
    [DataRow(-20, 1, 10, 10, 0, 0, 10, 10, "was clipped")]
    [DataRow(50, 10, 130, 20, 49, 9, 100, 20, "was clipped")]
    [DataRow(0, 0, 101, 50, 0, 0, 100, 50, "")]
    [DataRow(30, 20, 11, 11, 10, 10, 30, 20, "swapped corners")]
    [DataRow(5, 5, 5, 5, 4, 4, 5, 5, "")]
    public void Open_OddBox_IsPutRight(double left, double top, double right, double bottom, float l, float t, float r, float b, string warning)
    {
        using var folder = new DataSetFolder().Image("a.png").Voc("a.xml", DataSetFolder.VocObject("cat", left, top, right, bottom));

        var data = folder.Open();

        Assert.AreEqual(new BoundingBox(l, t, r, b), data.Images[0].Boxes.Single().Box);
        Assert.Contains(warning, string.Join("; ", data.Warnings));
        Assert.AreEqual(warning.Length > 0, data.Warnings.Any(w => w.StartsWith(folder.PathOf("a.xml(4): the box of 'cat'"), StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Open_BoxOutside_IsLeftOutWithWarning()
    {
        using var folder = new DataSetFolder().Image("a.png").Voc("a.xml", DataSetFolder.VocObject("cat", 200, 1, 210, 10));

        var data = folder.Open();

        Assert.IsEmpty(data.Images[0].Boxes);
        Assert.Contains("no area within the image of 100×50", data.Warnings.Single());
    }

    [TestMethod]
    public void Open_ImageMissingOrDamaged_IsLeftOutWithWarning()
    {
        using var folder = new DataSetFolder().Image("a.png").Text("c.png", "no image").Voc("a.xml").Voc("b.xml").Voc("c.xml");

        var data = folder.Open();

        Assert.AreEqual("a", data.Images.Single().Id);
        Assert.Contains("there is no image 'b'", data.LeftOut[0].Reason);
        Assert.Contains("c.png is not a readable image", data.LeftOut[1].Reason);
        Assert.AreEqual("2 of 3 images left out: 1 missing image, 1 unreadable image", LeftOut.Summarize(data.LeftOut, data.Images.Count));
        File.Delete(folder.PathOf("a.png"));
        var error = Assert.ThrowsExactly<BadDataSetException>(() => folder.Open()).Message;
        Assert.Contains("no annotated image was found. " + folder.PathOf("a.xml") + ": there is no image 'a'", error);
    }

    [TestMethod]
    public void Open_SizeIsWrongOrMissing_ImageIsRight()
    {
        using var folder = new DataSetFolder().Image("a.png", "b.png")
            .Text("a.xml", "<annotation><size><width>50</width><height>100</height></size>" + DataSetFolder.VocObject("cat", 1, 1, 9, 9) + "</annotation>").Text("b.xml", "<annotation></annotation>");

        var data = folder.Open();

        Assert.IsTrue(data.Images.All(p => (p.Width, p.Height) == (100, 50)));
        Assert.Contains("states 50×100, but the upright image", data.Warnings.Single());
    }

    [TestMethod]
    [DataRow("<annotation>\n<object><name>cat</name></object></annotation>", "a.xml(2): <object> has no <bndbox>")]
    [DataRow("<annotation>\n\n<object><bndbox/></object></annotation>", "a.xml(3): <object> has no <name>")]
    [DataRow("<annotation><object><name>cat</name><bndbox>\n<xmin>1;5</xmin><ymin>1</ymin><xmax>1</xmax><ymax>1</ymax></bndbox></object></annotation>", "a.xml(2): <xmin> holds '1;5'; a number was expected")]
    [DataRow("<annotation><object><name>cat</name><bndbox><xmin>NaN</xmin><ymin>1</ymin><xmax>1</xmax><ymax>1</ymax></bndbox></object></annotation>", "not finite")]
    [DataRow("<annotation><object><name><b>cat</b></name></object></annotation>", "<name> holds elements")]
    [DataRow("<svg/>", "the root element is <svg>")]
    [DataRow("<annotation>\n<object></annotation>", "a.xml(2): is not a Pascal VOC annotation")]
    [DataRow("", "is not a Pascal VOC annotation")]
    [DataRow("<!DOCTYPE a [<!ENTITY b \"cat\">]><annotation>&b;</annotation>", "undeclared entity 'b'")]
    [DataRow("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><annotation>\n&passwd;</annotation>", "a.xml(2)")]
    [DataRow("<?xml version=\"1.0\" encoding=\"klingon\"?><annotation/>", "the encoding 'klingon' is unknown")]
    [DataRow("<?xml version=\"1.0\" encoding=\"utf-7\"?><annotation/>", "the encoding 'utf-7' is unknown")]
    public void Open_BadXml_NamesFileAndProblem(string xml, string expected)
    {
        using var folder = new DataSetFolder().Image("a.png").Text("a.xml", xml);

        Assert.Contains(expected, folder.Error());
    }

    [TestMethod]
    public void Open_DeeplyNestedOrHugeXml_IsRefused()
    {
        using var folder = new DataSetFolder().Image("a.png");
        var depth = 200_000;
        folder.Text("a.xml", "<annotation><object><name>" + string.Concat(Enumerable.Repeat("<b>", depth)) + string.Concat(Enumerable.Repeat("</b>", depth)) + "</name></object></annotation>");
        Assert.Contains("nested more than 32 deep", folder.Error());

        folder.Text("a.xml", "<annotation>" + new string(' ', 17 << 20) + "</annotation>");
        Assert.Contains("at most", folder.Error());
    }

    [TestMethod]
    public void Open_ClassNotAmongGiven_IsRefused()
    {
        using var folder = new DataSetFolder().Image("a.png").Voc("a.xml", DataSetFolder.VocObject("cat", 1, 1, 10, 10));

        Assert.Contains("a.xml(4): the class 'cat' is not among the given ones: dog, horse", folder.Error(options: new() { ClassNames = ["dog", "horse"] }));
        CollectionAssert.AreEqual(new[] { "dog", "cat" }, folder.Open(new() { ClassNames = ["dog", "cat"] }).ClassNames.ToArray());
    }

    [TestMethod]
    public void Open_Bccd_AgreesWithItsText()
    {
        var root = Shared.Path("data", "bccd");
        var texts = Directory.GetFiles(Path.Combine(root, "Annotations")).Select(File.ReadAllText).ToList();
        var expected = texts.SelectMany(text => NameElement().Matches(text)).GroupBy(m => m.Groups[1].Value).ToDictionary(g => g.Key, g => g.Count());

        var data = DetectionDataSet.Open(root);

        Assert.HasCount(texts.Count, data.Images);
        var found = data.Images.SelectMany(p => p.Boxes).GroupBy(t => t.Label).ToDictionary(g => g.Key, g => g.Count());
        CollectionAssert.AreEquivalent(expected, found);
        // Sums of coordinates by another route: xmax − (xmin − 1), where both lie within the images.
        var widths = texts.Sum(text => WidthElements().Matches(text).Sum(m => int.Parse(m.Groups[2].Value) - int.Parse(m.Groups[1].Value) + 1));
        Assert.AreEqual(widths, data.Images.SelectMany(p => p.Boxes).Sum(t => t.Box.Width), 0.5);
        Assert.HasCount(File.ReadAllLines(Path.Combine(root, "ImageSets", "Main", "test.txt")).Length, DetectionDataSet.Open(root, new() { Split = "test" }).Images);
    }

    [GeneratedRegex("<name>(.*?)</name>")]
    private static partial Regex NameElement();

    [GeneratedRegex(@"<xmin>(\d+)</xmin>\s*<ymin>\d+</ymin>\s*<xmax>(\d+)</xmax>")]
    private static partial Regex WidthElements();
}
