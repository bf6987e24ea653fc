using System.Text;

namespace MlNetVision.Tests.Data;

/// <summary>Annotations as programs write them: code pages, empty elements, document types, namespaces, rotated boxes, other folders.</summary>
[TestClass]
public sealed class PascalVocFlawsTests
{
    private const string Box = "<bndbox><xmin>11</xmin><ymin>6</ymin><xmax>30</xmax><ymax>15</ymax></bndbox>";

    [TestMethod]
    [DataRow("gb2312", "猫")]
    [DataRow("GBK", "貓猫")]
    [DataRow("gb18030", "㐀")]
    [DataRow("big5", "貓")]
    [DataRow("Shift_JIS", "猫カタ")]
    [DataRow("euc-kr", "고양이")]
    [DataRow("windows-1252", "Kätzchen €")]
    [DataRow("windows-1251", "кошка")]
    [DataRow("iso-8859-1", "Kätzchen")]
    [DataRow("utf-8", "猫 🐈")]
    public void Open_DeclaredEncoding_IsUsed(string encoding, string label)
    {
        var xml = $"<?xml version=\"1.0\" encoding=\"{encoding}\"?><annotation><object><name>{label}</name>{Box}</object></annotation>";
        using var folder = new DataSetFolder().Image("a.png");
        File.WriteAllBytes(folder.PathOf("a.xml"), (CodePagesEncodingProvider.Instance.GetEncoding(encoding) ?? Encoding.GetEncoding(encoding)).GetBytes(xml));

        CollectionAssert.AreEqual(new[] { label }, folder.Open(new() { Strict = true }).ClassNames.ToArray());
    }

    [TestMethod]
    [DataRow("utf-16", true)]
    [DataRow("utf-16", false)]
    [DataRow("utf-16BE", true)]
    [DataRow("utf-16BE", false)]
    public void Open_Utf16WithOrWithoutMark_IsRead(string encoding, bool hasMark)
    {
        var xml = $"<?xml version=\"1.0\" encoding=\"utf-16\"?><annotation><object><name>猫</name>{Box}</object></annotation>";
        using var folder = new DataSetFolder().Image("a.png");
        var of = Encoding.GetEncoding(encoding);
        File.WriteAllBytes(folder.PathOf("a.xml"), [.. hasMark ? of.GetPreamble() : [], .. of.GetBytes(xml)]);
        Assert.AreEqual("猫", folder.Open().ClassNames.Single());
    }

    // .NET's XmlWriter over a StringWriter declares UTF-16, and people save the text as UTF-8.
    [TestMethod]
    public void Open_DeclaredUtf16WrittenAsUtf8_IsRead()
    {
        using var folder = new DataSetFolder().Image("a.png")
            .Text("a.xml", $"<?xml version='1.0' encoding='utf-16'?><annotation><object><name>猫</name>{Box}</object></annotation>");
        Assert.AreEqual("猫", folder.Open().ClassNames.Single());
    }

    [TestMethod]
    public void Open_FolderNameInAnUndeclaredCodePage_DoesNoHarmButAClassNameDoes()
    {
        using var folder = new DataSetFolder().Image("a.png", "b.png");
        Encoding latin = Encoding.Latin1;
        File.WriteAllBytes(folder.PathOf("a.xml"), latin.GetBytes($"<annotation><folder>Fotos für alle</folder><object><name>cat</name>{Box}</object></annotation>"));
        File.WriteAllBytes(folder.PathOf("b.xml"), latin.GetBytes($"<annotation><object><name>Kätzchen</name>{Box}</object></annotation>"));

        var data = folder.Open();

        Assert.AreEqual("a", data.Images.Single().Id);
        Assert.Contains("is not UTF-8, and the file declares no other encoding", data.LeftOut.Single().Reason);
    }

    [TestMethod]
    [DataRow("<difficult/>", false, "")]
    [DataRow("<difficult></difficult><truncated></truncated>", false, "")]
    [DataRow("<difficult>Unspecified</difficult>", false, "")]
    [DataRow("<difficult>False</difficult>", false, "")]
    [DataRow("<difficult> 1 </difficult>", true, "")]
    [DataRow("<difficult>1.0</difficult>", true, "")]
    [DataRow("<difficult>True</difficult>", true, "")]
    [DataRow("<difficult>perhaps</difficult>", false, "<difficult> holds 'perhaps', which is neither yes nor no; it is taken as 0")]
    [DataRow("<difficult><a/></difficult>", false, "<difficult> holds 'elements'")]
    public void Open_OddDifficult_IsReadOrReported(string element, bool difficult, string warning)
    {
        using var folder = new DataSetFolder().Image("a.png").Text("a.xml", $"<annotation><object><name>cat</name>{element}{Box}</object></annotation>");

        var data = folder.Open(new() { Strict = true });

        Assert.AreEqual(difficult, data.Images[0].Boxes.Single().Difficult);
        Assert.AreEqual(warning.Length > 0 ? 1 : 0, data.Warnings.Count);
        if (warning.Length > 0) StringAssert.Contains(data.Warnings[0], warning);
    }

    [TestMethod]
    [DataRow("<size/>")]
    [DataRow("<size><width/><height></height></size>")]
    [DataRow("<size><width>0</width><height>0</height></size>")]
    [DataRow("<size><width>None</width><height>None</height></size>")]
    [DataRow("<size><width>100.0</width><height>5e1</height></size>")]
    [DataRow("<size>100 50</size>")]
    public void Open_OddSize_IsPassedOver(string size)
    {
        using var folder = new DataSetFolder().Image("a.png").Text("a.xml", $"<annotation>{size}<object><name>cat</name>{Box}</object></annotation>");
        var data = folder.Open(new() { Strict = true });
        Assert.AreEqual(new BoundingBox(10, 5, 30, 15), data.Images[0].Boxes.Single().Box);
        Assert.IsEmpty(data.Warnings);
    }

    [TestMethod]
    [DataRow("<!DOCTYPE annotation>")]
    [DataRow("<!DOCTYPE annotation SYSTEM \"voc.dtd\">")]
    [DataRow("<!DOCTYPE annotation SYSTEM \"file:///etc/passwd\">")]
    [DataRow("<!DOCTYPE annotation [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\"><!ELEMENT annotation ANY>]>")]
    public void Open_DocumentTypeThatNothingUses_IsPassedOver(string type)
    {
        using var folder = new DataSetFolder().Image("a.png").Text("a.xml", $"<?xml version=\"1.0\"?>\n{type}\n<annotation><object><name>cat</name>{Box}</object></annotation>");
        Assert.HasCount(1, folder.Open(new() { Strict = true }).Images[0].Boxes);
    }

    [TestMethod]
    [DataRow("xmlns=\"http://a\"", "")]
    [DataRow("xmlns:v=\"http://a\"", "v:")]
    public void Open_Namespace_DoesNotMatter(string declared, string prefix)
    {
        var box = Box.Replace("</", $"</{prefix}", StringComparison.Ordinal);
        foreach (var name in new[] { "bndbox", "xmin", "ymin", "xmax", "ymax" }) box = box.Replace($"<{name}>", $"<{prefix}{name}>", StringComparison.Ordinal);
        using var folder = new DataSetFolder().Image("a.png").Text("a.xml",
            $"<{prefix}annotation {declared}><{prefix}object><{prefix}name>cat</{prefix}name>{box}</{prefix}object></{prefix}annotation>");
        Assert.AreEqual(new BoundingBox(10, 5, 30, 15), folder.Open(new() { Strict = true }).Images[0].Boxes.Single().Box);
    }

    // 20×10 around (40, 20): upright, turned by a right angle, and by 45° (both sides are (20 + 10) · √½ = 21.21 then).
    [TestMethod]
    [DataRow(0, 30f, 15f, 50f, 25f)]
    [DataRow(Math.PI / 2, 35f, 10f, 45f, 30f)]
    [DataRow(Math.PI / 4, 29.393f, 9.393f, 50.607f, 30.607f)]
    [DataRow(-3 * Math.PI / 4, 29.393f, 9.393f, 50.607f, 30.607f)]
    public void Open_RotatedBox_IsItsHull(double angle, float left, float top, float right, float bottom)
    {
        using var folder = new DataSetFolder().Image("a.png").Text("a.xml", FormattableString.Invariant(
            $"<annotation><object><type>robndbox</type><name>cat</name><robndbox><cx>40</cx><cy>20</cy><w>20</w><h>10</h><angle>{angle}</angle></robndbox></object></annotation>"));

        var data = folder.Open(new() { Strict = true });

        var box = data.Images[0].Boxes.Single().Box;
        foreach (var (e, a) in new[] { (left, box.Left), (top, box.Top), (right, box.Right), (bottom, box.Bottom) }) Assert.AreEqual(e, a, 1e-3);
        Assert.Contains("is a rotated box; the smallest upright box around it is taken", data.Warnings.Single());
    }

    [TestMethod]
    [DataRow("<polygon><x1>30</x1><y1>5</y1><x2>10</x2><y2>9</y2><x3>20</x3><y3>15</y3></polygon>")]
    [DataRow("<polygon><pt><x>30</x><y>5</y></pt><pt><x>10</x><y>9</y></pt><pt><x>20</x><y>15</y></pt></polygon>")]
    [DataRow("<polygon><point><x>30</x><y>5</y></point><point><x>10</x><y>15</y></point></polygon>")]
    public void Open_Polygon_IsItsHull(string polygon)
    {
        using var folder = new DataSetFolder().Image("a.png").Text("a.xml", $"<annotation><object><name>cat</name>{polygon}</object></annotation>");
        Assert.AreEqual(new BoundingBox(10, 5, 30, 15), folder.Open(new() { Strict = true }).Images[0].Boxes.Single().Box);
    }

    [TestMethod]
    [DataRow("annotations/a.xml", "JPEGImages/a.jpg")]
    [DataRow("ANNOTATIONS/a.XML", "jpegimages/a.JPG")]
    [DataRow("Annotations/day/one/a.xml", "JPEGImages/day/one/a.png")]
    [DataRow("Annotations/day/a.xml", "JPEGImages/a.png")]
    [DataRow("Annotations/a.xml", "Images/sub/a.png")]
    [DataRow("Annotations/a.jpg.xml", "JPEGImages/a.jpg")]
    [DataRow("a.Xml", "a.webp")]
    public void Open_OtherFoldersAndCases_AreFound(string xml, string image)
    {
        using var folder = new DataSetFolder().Image(image.Replace(".JPG", ".jpg", StringComparison.Ordinal)).Text(xml, $"<annotation><object><name>cat</name>{Box}</object></annotation>");
        if (image.EndsWith(".JPG", StringComparison.Ordinal)) File.Move(folder.PathOf("jpegimages/a.jpg"), folder.PathOf(image));
        Assert.AreEqual(folder.PathOf(image), folder.Open(new() { Strict = true }).Images.Single().Path);
    }

    /// <summary>What other programs write: Python's names of encodings, blank lines, zeros and lone ampersands, and names in other cases.</summary>
    [TestMethod]
    [DataRow("<?xml version='1.0' encoding='utf8'?>\n<annotation>", "<xmin>11</xmin>")]
    [DataRow("<?xml version='1.0' encoding='euc_kr'?><annotation>", "<xmin>11</xmin>")]
    [DataRow("<?xml version='1.0' encoding='cp949'?><annotation>", "<xmin>11</xmin>")]
    [DataRow("<?xml version='1.0' encoding='shift_jis'?><annotation>", "<xmin>11</xmin>")]
    [DataRow("\n \n<?xml version='1.0'?><annotation>", "<xmin>11</xmin>")]
    [DataRow("<?xml version='1.1' encoding='UTF-8' standalone='no'?><annotation>", "<xmin>11</xmin>")]
    [DataRow("<annotation><folder>R&D &amp; more \u0001</folder>", "<xmin>11</xmin>")]
    [DataRow("<annotation>", "<xmin>11,0</xmin>")]
    [DataRow("<annotation>", "<XMin>11</XMin>")]
    public void Open_XmlAsProgramsWriteIt_IsRead(string start, string left)
    {
        using var folder = new DataSetFolder().Image("a.png").Text(
            "a.xml", $"{start}<object><name>cat</name><bndBox>{left}<ymin>6</ymin><xmax>30</xmax><ymax>15</ymax></bndBox></object></annotation>\0\0");
        Assert.AreEqual(new BoundingBox(10, 5, 30, 15), folder.Open(new() { Strict = true }).Images.Single().Boxes.Single().Box);
    }

    /// <summary>Lists of one class have a flag after the name, VoTT's an extension; and names may end in a number.</summary>
    [TestMethod]
    [DataRow("a\na 1\n", "a|a 1")]
    [DataRow("a 1\na 1 -1\n", "a 1")]
    [DataRow("a -1\nb  1\n", "a|b")]
    [DataRow("a.png\nb.png 1\n", "a|b")]
    public void Open_SplitOfNamesWithNumbersOrExtensions_FindsThem(string list, string expected)
    {
        using var folder = new DataSetFolder().Text("ImageSets/Main/val.txt", list);
        foreach (var name in new[] { "a", "a 1", "b" })
            folder.Image($"JPEGImages/{name}.png").Text($"Annotations/{name}.xml", $"<annotation><object><name>cat</name>{Box}</object></annotation>");
        CollectionAssert.AreEqual(expected.Split('|'), folder.Open(new() { Split = "val" }).Images.Select(image => image.Id).ToArray());
    }

    [TestMethod]
    public void Open_TwoImagesOfOneStem_TakesTheOneThatTheLabelsName()
    {
        using var folder = new DataSetFolder().Image("a.jpg", "a.png").Text("a.xml", $"<annotation><filename>a.png</filename><object><name>cat</name>{Box}</object></annotation>");
        Assert.AreEqual(folder.PathOf("a.png"), folder.Open().Images.Single().Path);
    }

    [TestMethod]
    public void Open_ImageWithTwoFilesOfLabels_CountsOnceOrNotAtAll()
    {
        var (one, other) = ($"<annotation><object><name>cat</name>{Box}</object></annotation>", $"<annotation><object><name>dog</name>{Box}</object></annotation>");
        using var folder = new DataSetFolder().Image("JPEGImages/x/a.png", "JPEGImages/x/b.png", "JPEGImages/c.png").Text("Annotations/y/a.xml", one).Text("Annotations/z/a.xml", one)
            .Text("Annotations/y/b.xml", one).Text("Annotations/z/b.xml", other).Text("Annotations/c.xml", one).Text("Annotations/backup/c.xml", other);

        var data = folder.Open();

        CollectionAssert.AreEquivalent(new[] { "a.png", "c.png" }, data.Images.Select(image => Path.GetFileName(image.Path)).ToArray());
        Assert.IsTrue(data.Images.All(image => image.Boxes.Single().Label == "cat"));
        Assert.Contains("has the same labels in", data.Warnings.Single());
        Assert.AreEqual("1 of 3 images left out: 1 image of several labels or ids; also left out: 1 unusable entry",
            MlNetVision.Data.LeftOut.Summarize(data.LeftOut, data.Images.Count));
        Assert.Contains("backup/c.xml: ", data.LeftOut.Single(item => !item.IsImage).Reason);
    }

    [TestMethod]
    public void Open_BoxesAsFractions_AreWarnedOf()
    {
        using var folder = new DataSetFolder().Image("a.png").Text("a.xml",
            "<annotation><object><name>cat</name><bndbox><xmin>0.1</xmin><ymin>0.2</ymin><xmax>0.5</xmax><ymax>0.6</ymax></bndbox></object></annotation>");
        Assert.Contains("counts in pixels, not in fractions", string.Join('\n', folder.Open().Warnings));
    }

    [TestMethod]
    public void Open_SameNameInTwoFolders_NeedsTheFolder()
    {
        using var folder = new DataSetFolder().Image("JPEGImages/x/a.png", "JPEGImages/y/a.png")
            .Text("Annotations/x/a.xml", $"<annotation><object><name>cat</name>{Box}</object></annotation>").Text("Annotations/z/a.xml", "<annotation/>");

        var data = folder.Open();

        Assert.AreEqual(folder.PathOf("JPEGImages/x/a.png"), data.Images.Single().Path);
        Assert.Contains("several images are called 'a': " + folder.PathOf("JPEGImages/x/a.png"), data.LeftOut.Single().Reason);
    }

    [TestMethod]
    public void Open_MachineFilesAmongAnnotations_AreNotRead()
    {
        using var folder = new DataSetFolder().Image("JPEGImages/a.png").Text("Annotations/a.xml", $"<annotation><object><name>cat</name>{Box}</object></annotation>")
            .Text("Annotations/._a.xml", "x").Text("Annotations/__MACOSX/._a.xml", "x").Text("Annotations/.ipynb_checkpoints/a.xml", "x").Text("Annotations/Thumbs.db", "x");
        Assert.HasCount(1, folder.Open(new() { Strict = true }).Images);
    }
}
