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

        foreach (var format in Enum.GetValues<DetectionDataSetFormat>().Where(f => f != DetectionDataSetFormat.InMemory)) folder.Error("missing", new() { Format = format });
        Assert.ThrowsExactly<ArgumentException>(() => DetectionDataSet.Open("missing", new() { Format = DetectionDataSetFormat.InMemory }));
    }

    [TestMethod]
    [DataRow(DetectionDataSetFormat.PascalVoc)]
    [DataRow(DetectionDataSetFormat.Coco)]
    [DataRow(DetectionDataSetFormat.Yolo)]
    public void Open_ClassNamesThatAreNoNames_SaysWhich(DetectionDataSetFormat format)
    {
        using var folder = new DataSetFolder().Image("a.png");
        foreach (var (names, expected) in new[] { (["cat", "cat"], "'cat' of 'ClassNames' is both 0 and 1"), ([null!], "0 (counted from 0) of 'ClassNames' is null"), (Array.Empty<string>(), "no class names in 'ClassNames'") })
            Assert.Contains(expected, Assert.ThrowsExactly<ArgumentException>(() => folder.Open(new() { Format = format, ClassNames = names })).Message);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("a.xml", "")]
    [DataRow("Annotations/a.xml", "")]
    [DataRow("ImageSets/Main/val.txt", "")]
    [DataRow("annotations/instances.json", "")]
    [DataRow("data.yaml", "")]
    [DataRow("names.data", "names.data")]
    [DataRow("list.txt", "list.txt")]
    [DataRow("classes.txt", "")]
    [DataRow("a.txt", "yolo.yaml")]
    [DataRow("list.txt", "lists.yaml")]
    [DataRow("coco.names", "names.yaml")]
    public void Open_NamedPipe_IsNamedAtOnce(string pipe, string open)
    {
        using var folder = new DataSetFolder().Image("a.png");
        if (open.EndsWith(".yaml", StringComparison.Ordinal) || pipe == "classes.txt") folder.Text("a.txt", "0 0.5 0.5 0.1 0.1");
        if (open == "yolo.yaml") folder.Text(open, "val: .\nnames: [cat]");
        if (open == "lists.yaml") folder.Text(open, "val: list.txt\nnames: [cat]");
        if (open == "names.yaml") folder.Text(open, "val: .\nnames: coco.names");
        if (open == "list.txt") folder.Text("classes.txt", "cat");
        if (pipe.StartsWith("ImageSets", StringComparison.Ordinal)) folder.Voc("Annotations/a.xml");
        NamedPipe.Make(folder.PathOf(pipe));

        var message = folder.Error(open, pipe.StartsWith("ImageSets", StringComparison.Ordinal) ? new() { Split = "val" } : null);

        Assert.Contains($"'{folder.PathOf(pipe)}' is a named pipe; expected a regular file", message);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void Open_NamedPipesAmongImages_AreSkippedWithAWarning()
    {
        using var folder = new DataSetFolder().Image("a.png").Text("a.txt", "0 0.5 0.5 0.1 0.1").Text("classes.txt", "cat");
        NamedPipe.Make(folder.PathOf("b.png"));
        File.CreateSymbolicLink(folder.PathOf("c.png"), "b.png");

        var data = folder.Open();

        Assert.HasCount(1, data.Images);
        foreach (var name in new[] { "b.png", "c.png" }) Assert.Contains(l => l.Reason.Contains($"{folder.PathOf(name)} is not a readable image"), data.LeftOut);
    }
}
