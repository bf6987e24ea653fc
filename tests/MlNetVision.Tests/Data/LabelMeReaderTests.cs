using MlNetVision.Data;

namespace MlNetVision.Tests.Data;

[TestClass]
public sealed class LabelMeReaderTests
{
    private static string File(string shapes, string image = "a.png", string more = "") => $$"""
        {"version":"5.4","flags":{},{{more}}"shapes":[{{shapes}}],"imagePath":"{{image}}","imageData":"iVBORw0KGgo=","imageHeight":50,"imageWidth":100}
        """;

    [TestMethod]
    [DataRow("""{"label":"cat","points":[[10,5],[30,15]],"shape_type":"rectangle"}""")]
    [DataRow("""{"label":"cat","points":[[30,15],[10,5]],"shape_type":"rectangle"}""")]
    [DataRow("""{"label":"cat","points":[[10,5],[30,5],[30,15],[10,15]],"shape_type":"rectangle"}""")]
    [DataRow("""{"label":"cat","points":[[20,5],[30,10],[20,15],[10,10]],"shape_type":"polygon"}""")]
    [DataRow("""{"label":" cat ","points":[[20,5],[30,10],[20,15],[10,10]]}""")]
    [DataRow("""{"label":"cat","points":[[10,5],[30,15]],"shape_type":"mask","mask":"iVBOR"}""")]
    public void Open_Shape_IsItsBox(string shape)
    {
        using var folder = new DataSetFolder().Image("a.png").Text("a.json", File(shape));

        var data = folder.Open(new() { Strict = true });

        Assert.AreEqual(DetectionDataSetFormat.LabelMe, data.Format);
        Assert.AreEqual(new GroundTruthBox("cat", new(10, 5, 30, 15)), data.Images.Single().Boxes.Single());
        Assert.IsEmpty(data.Warnings);
    }

    [TestMethod]
    public void Open_Circle_IsItsSquare()
    {
        using var folder = new DataSetFolder().Image("a.png").Text("a.json", File("""{"label":"cat","points":[[50,25],[53,29]],"shape_type":"circle"}"""));
        Assert.AreEqual(new BoundingBox(45, 20, 55, 30), folder.Open().Images.Single().Boxes.Single().Box);
    }

    [TestMethod]
    public void Open_FolderOfMany_LeavesOutWhatCannotBeUsed()
    {
        const string Cat = """{"label":"cat","points":[[10,5],[30,15]],"shape_type":"rectangle"}""";
        using var folder = new DataSetFolder().Image("x/a.png", "x/b.jpg", "pictures/c.png", "x/e.png")
            .Text("x/a.json", File(Cat + """,{"label":"nose","points":[[1,1]],"shape_type":"point"},{"label":"dog","points":[[1,1],[9,9]],"shape_type":"line"}"""))
            .Text("x/b.json", File(Cat, image: "C:\\\\photos\\\\b.jpg")).Text("x/c.json", File(Cat, image: "..\\\\pictures\\\\c.png"))
            .Text("x/d.json", File(Cat, image: "gone.png")).Text("x/e.json", File("""{"points":[[1,1],[9,9]]}""")).Text("x/f.json", "{ }");

        var data = folder.Open();

        CollectionAssert.AreEqual(new[] { "x/a", "x/b", "x/c" }, data.Images.Select(i => i.Id).ToArray());
        CollectionAssert.AreEqual(new[] { "cat" }, data.ClassNames.ToArray());
        Assert.AreEqual("3 of 6 images left out: 2 unreadable label files, 1 missing image; also left out: 2 unusable entries", LeftOut.Summarize(data.LeftOut, data.Images.Count));
        Assert.Contains("x/e.json: shapes[0] has no label", string.Join('\n', data.LeftOut.Select(l => l.Reason)));
    }

    [TestMethod]
    public void Open_LabelsApartFromImages_AreFoundWhereTold()
    {
        using var folder = new DataSetFolder().Image("photos/a.png").Text("labels/a.json", File("""{"label":"cat","points":[[10,5],[30,15]],"shape_type":"rectangle"}"""));
        var data = DetectionDataSet.Open(folder.PathOf("labels"), new() { Images = folder.PathOf("photos"), Strict = true });
        Assert.AreEqual(folder.PathOf("photos/a.png"), data.Images.Single().Path);
        Assert.HasCount(1, DetectionDataSet.Open(folder.PathOf("labels/a.json"), new() { Images = folder.PathOf("photos") }).Images);
    }

    [TestMethod]
    [DataRow("", "is not a LabelMe file")]
    [DataRow("""{"shapes":null,"imagePath":"a.png"}""", "'shapes' was expected; it is null")]
    [DataRow("""{"shapes":{},"imagePath":"a.png"}""", "is not a LabelMe file")]
    [DataRow("""{"imagePath":"a.png"}""", "is not a LabelMe file")]
    public void Open_NoShapes_IsRefused(string json, string expected)
    {
        using var folder = new DataSetFolder().Image("a.png").Text("a.json", json);
        Assert.Contains(expected, folder.Error(options: new() { Format = DetectionDataSetFormat.LabelMe }));
    }

    [TestMethod]
    public void Open_ClassNotAmongGiven_IsRefused()
    {
        using var folder = new DataSetFolder().Image("a.png").Text("a.json", File("""{"label":"cat","points":[[10,5],[30,15]]}"""));
        Assert.Contains("the class 'cat' is not among the given ones: dog", folder.Error(options: new() { ClassNames = ["dog"] }));
    }

    [TestMethod]
    public void Open_SplitIsAFolderBelow_ReadsThatAlone()
    {
        const string Shapes = """{"shapes":[{"label":"cat","points":[[10,5],[30,15]],"shape_type":"rectangle"}],"imagePath":"a.png"}""";
        using var folder = new DataSetFolder().Image("train/b.png", "val/a.png").Text("train/b.json", Shapes.Replace("a.png", "b.png")).Text("val/a.json", Shapes);
        Assert.AreEqual(folder.PathOf("val/a.png"), folder.Open(new() { Split = "val" }).Images.Single().Path);
        Assert.Contains("no such folder", folder.Error(options: new() { Split = "test", Format = DetectionDataSetFormat.LabelMe }));
    }

    /// <summary>Of X-AnyLabeling: the four corners of a rotated box.</summary>
    [TestMethod]
    public void Open_RotatedBox_IsTheBoxAroundIt()
    {
        using var folder = new DataSetFolder().Image("a.png").Text("a.json",
            """{"shapes":[{"label":"cat","points":[[20,5],[30,10],[20,15],[10,10]],"shape_type":"rotation","direction":0.4}],"imagePath":"a.png"}""");
        Assert.AreEqual(new BoundingBox(10, 5, 30, 15), folder.Open(new() { Strict = true }).Images.Single().Boxes.Single().Box);
    }
}
