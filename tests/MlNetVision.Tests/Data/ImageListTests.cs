using MlNetVision.Data;
using MlNetVision.Files;

namespace MlNetVision.Tests.Data;

[TestClass]
public sealed class ImageListTests
{
    [TestMethod]
    [DataRow("1.png,{0}\nsub/2.png,{1}\n")]
    [DataRow("path,label\n1.png,{0}\nsub/2.png,{1}")]
    [DataRow("Label,Size,ImagePath\n{0},3,1.png\n{1},4,sub\\2.png")]
    [DataRow("\uFEFFwhere,what\r\n1.png,{0}\r\n\r\nsub/2.png,{1}\r\n")]
    public void FromCsv_AnyHeader_ReadsPathsAndLabels(string text)
    {
        using var folder = new ImageFolder();
        var paths = folder.Add("1.png", "sub/2.png");
        var labels = new[] { "red, \"so\" called\nroses", "zé 🌹" };
        var list = folder.Write("list.csv", string.Format(System.Globalization.CultureInfo.InvariantCulture, text, [.. labels.Select(Csv.Field)]));
        var images = LabeledImages.Open(list);
        CollectionAssert.AreEqual(labels, images.Labels.ToArray());
        CollectionAssert.AreEqual(paths.Select((path, i) => new LabeledImage(path, i)).ToArray(), images.Images.ToArray());
    }

    [TestMethod]
    public void FromCsv_AbsentAndRepeatedImages_AreToldByLine()
    {
        using var folder = new ImageFolder();
        var paths = folder.Add("1.png", "2.png", "3.png");
        var list = folder.Write("list.csv", $"1.png,a\n{paths[1]},b\ngone.png,b\n./1.png,a\n3.png,a\n");
        var images = LabeledImages.FromCsv(list);
        CollectionAssert.AreEqual(paths, images.Images.Select(image => image.Path).ToArray());
        StringAssert.Contains(images.LeftOut.Single().Reason, "line 3: the image " + folder.Path("gone.png"));
        StringAssert.Contains(images.Warnings.Single(), "line 4: repeats the image of line 1");
    }

    [TestMethod]
    [DataRow("", "the list is empty; expected a list of images: path,label")]
    [DataRow("path,label\n", "the list has no images")]
    [DataRow("1.png,a\n2.png,b,c\n", "line 2: 3 fields; expected 2. Quote a label that contains a separator")]
    [DataRow("1.png\n2.png\n", "line 1: 1 fields; expected a list")]
    [DataRow("1.png,a\n,b\n", "line 2: the path is empty")]
    [DataRow("1.png,a\n2.png,\" \"\n", "line 2: the label is empty")]
    [DataRow("1.png,a\n2.png,a\n", "'a' is the only class")]
    [DataRow("1.png,a\n2.png,b\n1.png,b\n", "is 'b' here and 'a' in line 1")]
    [DataRow("1.png,a\n2.png,b\ny.png,c\n", "line 3: the image")]
    [DataRow("1.png,a\0\n", "not UTF-8 text")]
    public void FromCsv_Bad_SaysWhereAndWhy(string text, string expected)
    {
        using var folder = new ImageFolder();
        folder.Add("1.png", "2.png");
        var error = Assert.ThrowsExactly<BadDataSetException>(() => LabeledImages.FromCsv(folder.Write("list.csv", text), strict: true));
        StringAssert.Contains(error.Message, expected);
        StringAssert.StartsWith(error.Message, folder.Path("list.csv"));
    }

    [TestMethod]
    [DataRow(",")]
    [DataRow(";")]
    [DataRow("\t")]
    public void FromCsv_AnySeparator_IsRecognised(string separator)
    {
        using var folder = new ImageFolder();
        folder.Add("1, first.png", "2.png");
        var name = separator == "," ? "\"1, first.png\"" : "1, first.png";
        foreach (var header in new[] { "", $"path{separator}label\n", $"{separator}filename{separator}label\n" })
        {
            var index = header.StartsWith(separator, StringComparison.Ordinal) ? $"0{separator}" : "";
            var list = folder.Write("tags.tsv", $"{header}{index}{name}{separator}red\n{index}2.png{separator}blue sky\n");
            var images = LabeledImages.FromCsv(list);
            CollectionAssert.AreEqual(new[] { "blue sky", "red" }, images.Labels.ToArray(), header);
            CollectionAssert.AreEqual(new[] { 1, 0 }, images.Images.Select(i => i.ClassIndex).ToArray(), header);
        }
    }

    [TestMethod]
    public void FromCsv_Utf16WithMark_IsRead()
    {
        using var folder = new ImageFolder();
        folder.Add("1.png", "2.png");
        File.WriteAllText(folder.Path("list.csv"), "1.png,é\n2.png,ü\n", System.Text.Encoding.Unicode);
        CollectionAssert.AreEqual(new[] { "é", "ü" }, LabeledImages.FromCsv(folder.Path("list.csv")).Labels.ToArray());
    }

    [TestMethod]
    public void FromCsv_RowsThatCannotBeUsed_AreLeftOutWithReasons()
    {
        using var folder = new ImageFolder();
        folder.Add("1.png", "2.png", "3.png", "4.png");
        var images = LabeledImages.FromCsv(folder.Write("list.csv", "1.png,a\n2.png,b\n,b\n2.png,b,c\ngone.png,a\n3.png,a\n3.png,b\n4.png,c\n4.png,d\n"));
        CollectionAssert.AreEqual(new[] { "1.png", "2.png" }, images.Images.Select(i => Path.GetFileName(i.Path)).ToArray());
        CollectionAssert.AreEqual(new[] { "a", "b" }, images.Labels.ToArray());
        Assert.AreEqual(
            "3 of 5 images left out: 1 missing image, 2 images of several labels or ids; also left out: 2 unusable entries, 1 class without images",
            LeftOut.Summarize(images.LeftOut, images.Images.Count));
    }

    [TestMethod]
    [DataRow("1.png,a\n2.png,b\n3.png,\"c\"d\n")]
    [DataRow("1.png,a\n3.png,c \"quoted\n2.png,b\n")]
    [DataRow("1.png,a\n2.png,b\n3.png,\"c\n")]
    public void FromCsv_OneLineWithAStrayQuote_IsLeftOut(string list)
    {
        using var folder = new ImageFolder();
        folder.Add("1.png", "2.png", "3.png");
        var images = LabeledImages.FromCsv(folder.Write("list.csv", list));
        CollectionAssert.AreEqual(new[] { "a", "b" }, images.Labels.ToArray());
        StringAssert.Contains(images.LeftOut.Single().Reason, "quote");
    }

    [TestMethod]
    public void FromCsv_NoImageExists_SaysSo()
    {
        using var folder = new ImageFolder();
        var error = Assert.ThrowsExactly<BadDataSetException>(() => LabeledImages.FromCsv(folder.Write("list.csv", "x.png,a\ny.png,b\n")));
        StringAssert.Contains(error.Message, "none of its 2 images exists, such as");
    }

    [TestMethod]
    public void FromCsv_Latin1_SaysUtf8()
    {
        using var folder = new ImageFolder();
        File.WriteAllBytes(folder.Path("list.csv"), [.. "1.png,ros"u8, 0xE9, (byte)'\n']);
        StringAssert.Contains(Assert.ThrowsExactly<BadDataSetException>(() => LabeledImages.FromCsv(folder.Path("list.csv"))).Message, "not UTF-8 text");
    }
}
