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
        Assert.HasCount(2, images.Warnings);
        StringAssert.Contains(images.Warnings[0], "line 3: the image " + folder.Path("gone.png"));
        StringAssert.Contains(images.Warnings[1], "line 4: repeats the image of line 1");
    }

    [TestMethod]
    [DataRow("", "the list is empty; expected a CSV list of images: path,label")]
    [DataRow("path,label\n", "the list has no images")]
    [DataRow("1.png,a\n2.png,b,c\n", "line 2: 3 fields; expected 2. Quote a label that contains a comma")]
    [DataRow("1.png\n2.png\n", "line 1: 1 fields; expected a CSV list")]
    [DataRow("1.png,a\n,b\n", "line 2: the path is empty")]
    [DataRow("1.png,a\n2.png,\" \"\n", "line 2: the label is empty")]
    [DataRow("x.png,a\ny.png,b\n", "none of its 2 images exists, such as")]
    [DataRow("1.png,a\n2.png,a\n", "'a' is the only class")]
    [DataRow("1.png,a\n2.png,b\n1.png,b\n", "is 'b' here and 'a' in line 1")]
    [DataRow("1.png,a\n2.png,b\ny.png,c\n", "no images of the class 'c'")]
    [DataRow("1.png,a\0\n", "not UTF-8 text")]
    public void FromCsv_Bad_SaysWhereAndWhy(string text, string expected)
    {
        using var folder = new ImageFolder();
        folder.Add("1.png", "2.png");
        var error = Assert.ThrowsExactly<BadDataSetException>(() => LabeledImages.FromCsv(folder.Write("list.csv", text)));
        StringAssert.Contains(error.Message, expected);
        StringAssert.StartsWith(error.Message, folder.Path("list.csv"));
    }

    [TestMethod]
    public void FromCsv_Latin1_SaysUtf8()
    {
        using var folder = new ImageFolder();
        File.WriteAllBytes(folder.Path("list.csv"), [.. "1.png,ros"u8, 0xE9, (byte)'\n']);
        StringAssert.Contains(Assert.ThrowsExactly<BadDataSetException>(() => LabeledImages.FromCsv(folder.Path("list.csv"))).Message, "not UTF-8 text");
    }
}
