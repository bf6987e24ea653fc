using MlNetVision.Data;

namespace MlNetVision.Tests.Data;

[TestClass]
public sealed class DetectionDataSetTests
{
    [TestMethod]
    public void Open_NothingRecognised_SaysWhatWasLookedFor()
    {
        using var folder = new DataSetFolder().Image("a.png").Text("notes.md", "");

        var message = folder.Error();

        foreach (var expected in new[] { folder.Root, "Annotations/*.xml", "annotations/*.json", "images/ and labels/" }) Assert.Contains(expected, message);
        Assert.Contains("no file or folder of that name", folder.Error("missing"));
        Assert.Contains("'.md' is no data set", folder.Error("notes.md"));
    }

    [TestMethod]
    public void Open_SeveralFormats_AsksWhichAndObeys()
    {
        using var folder = new DataSetFolder().Image("a.png").Voc("a.xml", DataSetFolder.VocObject("cat", 1, 1, 10, 10)).Text("a.txt", "").Text("classes.txt", "dog");

        Assert.Contains("may be PascalVoc or Yolo", folder.Error());
        Assert.AreEqual("cat", folder.Open(new() { Format = DetectionDataSetFormat.PascalVoc }).ClassNames.Single());
        Assert.AreEqual("dog", folder.Open(new() { Format = DetectionDataSetFormat.Yolo }).ClassNames.Single());
        Assert.Contains("no COCO file", folder.Error(options: new() { Format = DetectionDataSetFormat.Coco }));
    }

    [TestMethod]
    public void Open_ManyFlaws_WarningsAreBounded()
    {
        using var folder = new DataSetFolder().Image("a.png").Voc("a.xml", [.. Enumerable.Repeat(DataSetFolder.VocObject("cat", 200, 1, 210, 10), 150)]);

        var warnings = folder.Open().Warnings;

        Assert.HasCount(100, warnings);
        Assert.AreEqual("and 51 more", warnings[^1]);
    }

    [TestMethod]
    public void Open_NamedFormatMissingFile_IsBadDataSet()
    {
        using var folder = new DataSetFolder();

        foreach (var format in Enum.GetValues<DetectionDataSetFormat>()) folder.Error("missing", new() { Format = format });
    }
}
