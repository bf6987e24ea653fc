using MlNetVision.Data;

namespace MlNetVision.Tests.Data;

[TestClass]
public sealed class YoloReaderTests
{
    [TestMethod]
    [DataRow("val:\nnames: [cat]", "'val' is empty")]
    [DataRow("val: ''\nnames: [cat]", "'val' has an empty path")]
    [DataRow("val: [., ' ']\nnames: [cat]", "'val' has an empty path")]
    [DataRow("val: [[.]]\nnames: [cat]", "'val' is empty, or holds more than paths")]
    [DataRow("val: \"im\\0ages\"\nnames: [cat]", "'val': 'im\\0ages' has a null character (\\0)")]
    [DataRow("val: [., \"\\0\"]\nnames: [cat]", "'val': '\\0' has a null character (\\0)")]
    [DataRow("path: \"a\\0b\"\nval: .\nnames: [cat]", "'path': 'a\\0b' has a null character (\\0)")]
    [DataRow("path: [a, b]\nval: .\nnames: [cat]", "'path' is 'a', 'b'; expected one folder")]
    [DataRow("val: none\nnames: [cat]", "'val': 'none' does not exist")]
    [DataRow("val: .\nnames:", "has no 'names' of the classes")]
    [DataRow("val: .\nnames: [cat, '']", "the class 1 (counted from 0) has an empty name")]
    [DataRow("val: .\nnames: \"a\\0.names\"", "'names': 'a\\0.names' has a null character (\\0)")]
    [DataRow("val: .\nnames: [cat]\nnc: -1", "'nc' is '-1'; expected the number of classes, from 1")]
    [DataRow("val: .\nnames: [cat]\nnc: 0", "'nc' is '0'; expected the number of classes, from 1")]
    [DataRow("val: .\nnames: [cat]\nnc:", "'nc' is empty; expected the number of classes, from 1")]
    [DataRow("val: .\nnames: [cat]\nnc: many", "'nc' is 'many'; expected the number of classes, from 1")]
    [DataRow("val: .\nnames: [cat]\nnc: 2", "'nc' is 2, but there are 1 'names'")]
    [DataRow("train:\nval: .\nnames: [cat]", "'train' is empty", "train")]
    public void Read_YamlWithAKeyThatIsNotUsable_NamesFileAndKey(string yaml, string expected, string? split = null)
    {
        using var folder = new DataSetFolder().Image("a.png").Text("a.txt", "0 0.5 0.5 0.1 0.1").Text("data.yaml", yaml);
        var message = folder.Error("data.yaml", new() { Split = split });
        Assert.StartsWith(folder.PathOf("data.yaml"), message);
        Assert.Contains(expected, message);
    }

    /// <summary>CVAT writes data/ before every name; its archive may be unpacked into a folder of any name.</summary>
    [TestMethod]
    public void Read_PathsBelowDataInAFolderOfAnotherName_AreFoundBesideTheFile()
    {
        using var folder = new DataSetFolder().Image("obj_train_data/a.png").Text("obj_train_data/a.txt", "0 0.5 0.5 0.1 0.1").Text("obj.names", "cat\n")
            .Text("train.txt", "data/obj_train_data/a.png\n").Text("obj.data", "classes = 1\ntrain = data/train.txt\nnames = data/obj.names\nbackup = backup/\n");
        var data = DetectionDataSet.Open(folder.PathOf("obj.data"), new() { Split = "train", Strict = true });
        Assert.AreEqual("cat", data.Images.Single().Boxes.Single().Label);
    }

    [TestMethod]
    [DataRow("classes = -1", "'classes' is '-1'")]
    [DataRow("valid =", "'valid' has an empty path")]
    [DataRow("valid = a\0b", "'valid': 'a\\0b' has a null character")]
    [DataRow("names =", "'names' has an empty path")]
    public void Read_DarknetDataWithAKeyThatIsNotUsable_NamesFileAndKey(string line, string expected)
    {
        using var folder = new DataSetFolder().Image("a.png").Text("a.txt", "0 0.5 0.5 0.1 0.1").Text("list.txt", "a.png").Text("a.names", "cat")
            .Text("a.data", $"valid = list.txt\nnames = a.names\n{line}");
        var message = folder.Error("a.data");
        Assert.StartsWith(folder.PathOf("a.data"), message);
        Assert.Contains(expected, message);
    }

    [TestMethod]
    public void Read_ListWithANullCharacter_NamesTheLine()
    {
        using var folder = new DataSetFolder().Image("a.png").Text("classes.txt", "cat").Text("list.txt", "a.png\nb\0.png");
        Assert.Contains("list.txt(2): 'b\\0.png' has a null character", folder.Error("list.txt"));
    }

    [TestMethod]
    [DataRow("names: [cat, 'dog']")]
    [DataRow("names:\n  0: cat\n  1: dog # a comment\n")]
    [DataRow("names:\n- cat\n- \"dog\"\n")]
    [DataRow("names:\n  - cat\n  - dog\n")]
    [DataRow("nc: 2\nnames: [ 'cat',\n         'dog' ]\ndownload: |\n  a script: yes\n")]
    [DataRow("names: {1: dog, 0: cat}")]
    public void Open_DataYaml_ReadsNamesAndValidation(string names)
    {
        using var folder = new DataSetFolder().Image("images/val/a.png", "images/train/b.png").Text("labels/val/a.txt", "1 0.5 0.5 0.2 0.4\n\n0 0.1 0.1 0.2 0.2\n")
            .Text("data.yaml", $"# data\npath: .\ntrain: images/train\nval: images/val\n{names}");

        var data = folder.Open();

        Assert.AreEqual(DetectionDataSetFormat.Yolo, data.Format);
        CollectionAssert.AreEqual(new[] { "cat", "dog" }, data.ClassNames.ToArray());
        var image = data.Images.Single();
        Assert.AreEqual(folder.PathOf("images/val/a.png"), image.Path);
        CollectionAssert.AreEqual(new[] { "dog", "cat" }, image.Boxes.Select(t => t.Label).ToArray());
        // Centre (50, 25), 20 × 20.
        AssertBox(new(40, 15, 60, 35), image.Boxes[0].Box);
        Assert.Contains("no split 'test'; it has train, val", folder.Error(options: new() { Split = "test" }));
    }

    [TestMethod]
    public void Open_RoboflowYaml_FindsFoldersBesideIt()
    {
        using var folder = new DataSetFolder().Image("valid/images/a.png").Text("valid/labels/a.txt", "0 0.5 0.5 1 1").Text("data.yaml", "val: ../valid/images\nnames: ['cat']");

        Assert.HasCount(1, folder.Open().Images.Single().Boxes);
    }

    [TestMethod]
    public void Open_DarknetData_ReadsListAndNames()
    {
        using var folder = new DataSetFolder().Image("JPEGImages/a.png", "JPEGImages/b.png").Text("labels/a.txt", "0 0.5 0.5 1 1")
            .Text("my.names", "cat\ndog\n").Text("val.txt", "JPEGImages/a.png\nJPEGImages\\b.png\nJPEGImages/a.png\nJPEGImages/c.png\n").Text("my.data", "classes= 2\nvalid = val.txt\nnames = my.names\n");

        var data = DetectionDataSet.Open(folder.PathOf("my.data"));

        CollectionAssert.AreEqual(new[] { 1, 0 }, data.Images.Select(p => p.Boxes.Count).ToArray());
        var warnings = string.Join('\n', data.Warnings);
        Assert.Contains("val.txt(4): there is no image 'JPEGImages/c.png'", data.LeftOut.Single().Reason);
        Assert.Contains("a.png: is listed twice", warnings);
        Assert.Contains("1 of 2 images have no labels", warnings);
        Assert.HasCount(2, DetectionDataSet.Open(folder.PathOf("val.txt")).Images, "a list beside a .names file");
    }

    [TestMethod]
    public void Open_FoldersOrLabelsBesideImages_AreRecognised()
    {
        using var folders = new DataSetFolder().Image("images/test/a.png", "images/val/b.png").Text("labels/test/a.txt", "0 0.5 0.5 1 1").Text("labels/val/b.txt", "").Text("classes.txt", "cat");
        Assert.HasCount(2, folders.Open().Images);
        Assert.HasCount(1, folders.Open(new() { Split = "test" }).Images);
        Assert.Contains("no split 'train'; " + folders.PathOf("images") + " has test, val", folders.Error(options: new() { Split = "train" }));

        using var beside = new DataSetFolder().Image("a.png").Text("a.txt", "0 0.5 0.5 1 1");
        Assert.Contains("no names for them were found", beside.Error());
        Assert.HasCount(1, beside.Open(new() { ClassNames = ["cat"] }).Images[0].Boxes);
        AssertBox(new(0, 0, 100, 50), beside.Open(new() { ClassNames = ["cat"] }).Images[0].Boxes[0].Box);
    }

    [TestMethod]
    public void Open_PolygonOrRepeatedLine_FollowsTheRules()
    {
        using var folder = new DataSetFolder().Image("a.png").Text("a.txt", "0 0.1 0.2 0.5 0.1 0.3 0.6\n0 0.5 0.5 1 1\n0 0.5 0.5 1 1\n").Text("classes.txt", "cat");

        var data = folder.Open();

        AssertBox(new(10, 5, 50, 30), data.Images[0].Boxes[0].Box);
        Assert.HasCount(2, data.Images[0].Boxes);
        Assert.Contains("a.txt(3): repeats a line", data.Warnings[^1]);
    }

    [TestMethod]
    [DataRow("kpt_shape: [2, 3]", "0 0.5 0.5 0.5 0.5 0.1 0.1 2 0.9 0.9 0", "")]
    [DataRow("kpt_shape: [2, 2]", "0 0.5 0.5 0.5 0.5 0.1 0.1 0.9 0.9", "")]
    [DataRow("kpt_shape: [2, 2]", "0 0.5 0.5 0.5 0.5", "")]
    [DataRow("kpt_shape: [2, 3]", "0 0.5 0.5 0.5 0.5 0.1 0.1 2 0.9 0.9 0 0.87", "a confidence")]
    [DataRow("kpt_shape: [2, 2]", "0 0.5 0.5 0.5 0.5 0.1 0.1 0.9 0.9 0.87", "a confidence")]
    [DataRow("kpt_shape: [3, 3]", "0 0.5 0.5 0.5 0.5 0.1 0.1 0.93 0.2 0.9 0.5 0.7 0.7 0.2 0.87", "a confidence")]
    [DataRow("", "0 0.5 0.5 0.5 0.5 12", "a track")]
    [DataRow("", "0 0.5 0.5 0.5 0.5 0.93", "a confidence")]
    [DataRow("", "0 0.5 0.5 0.5 0.5 0.1 0.1 2 0.9 0.9 1", "key points")]
    [DataRow("", "0 0.5 0.5 0.5 0.5 0.1 0.1 1", "key points")]
    [DataRow("", "0 0.25 0.25 0.75 0.25 0.75 0.75 0.25 0.75", "a polygon")]
    [DataRow("kpt_shape: [2, 2]", "0 0.5 0.5 0.5 0.5 0.1 0.1 0.9 0.9 0.87 3", "a track")]
    [DataRow("", "0 0.5 0.5 0.5 0.5 0.87 3", "a track")]
    [DataRow("", "0 0.25 0.25 0.75 0.25 0.75 0.75 0.25 0.75 0.9", "a confidence")]
    [DataRow("", "0 0.25 0.25 0.75 0.25 0.75 0.75 0.25 0.75 0.3 0.3 0.9", "a confidence")]
    public void Open_MoreThanABox_IsTheBox(string shape, string line, string warning)
    {
        using var folder = new DataSetFolder().Image("images/a.png", "images/b.png").Text("labels/a.txt", line).Text("labels/b.txt", line)
            .Text("data.yaml", $"val: images\nnames: [cat]\n{shape}\n");

        var data = DetectionDataSet.Open(folder.PathOf("data.yaml"), new() { Strict = true });

        foreach (var image in data.Images) AssertBox(new(25, 12.5f, 75, 37.5f), image.Boxes.Single().Box);
        if (warning.Length == 0) Assert.IsEmpty(data.Warnings);
        else StringAssert.Contains(data.Warnings[^1], warning);
    }

    [TestMethod]
    [DataRow("kpt_shape: [2, 4]")]
    [DataRow("kpt_shape: 17")]
    [DataRow("kpt_shape: [-1, 2]")]
    public void Open_BadKeyPointShape_IsRefused(string shape)
    {
        using var folder = new DataSetFolder().Image("images/a.png").Text("labels/a.txt", "0 0.5 0.5 1 1").Text("data.yaml", $"val: images\nnames: [cat]\n{shape}\n");
        Assert.Contains("'kpt_shape' is", folder.Error("data.yaml"));
    }

    [TestMethod]
    public void Open_NumbersThatKeyPointShapeDoesNotHave_LeaveTheImageOut()
    {
        using var folder = new DataSetFolder().Image("images/a.png", "images/b.png").Text("labels/a.txt", "0 0.5 0.5 0.5 0.5 0.1 0.1 0.9 0.9")
            .Text("labels/b.txt", "0 0.5 0.5 0.5 0.5").Text("data.yaml", "val: images\nnames: [cat]\nkpt_shape: [2, 3]\n");
        var data = DetectionDataSet.Open(folder.PathOf("data.yaml"));
        Assert.AreEqual(folder.PathOf("images/b.png"), data.Images.Single().Path);
        Assert.Contains("a.txt(1): 9 numbers; 11 were expected", data.LeftOut.Single().Reason);
    }

    /// <summary>Exports of CVAT (a .data file and one split), of trainings (hyperparameters beside the data), and of Windows.</summary>
    [TestMethod]
    [DataRow("obj.data|classes = 1\ntrain = data/train.txt\nnames = data/obj.names\n;obj.names|cat\n;train.txt|data/obj_train_data/a.png\n", "obj_train_data/a.png", "obj_train_data/a.txt")]
    [DataRow("mine.yaml|val: images\nnames: [cat]\n;hyp.yaml|lr0: 0.01\n", "images/a.png", "labels/a.txt")]
    [DataRow("mine.yaml|train: images\nnames: [cat]\n", "images/a.png", "labels/a.txt")]
    [DataRow("classes.txt|cat\n;labels/classes.txt|cat\n", "images/a.png", "labels/a.txt")]
    [DataRow("classes.txt|cat\n", "images/a.png", "labels/a.TXT")]
    [DataRow("classes.txt|cat\n;notes.json|{\"categories\":[{\"id\":0,\"name\":\"cat\"}],\"info\":{}}", "images/a.png", "labels/a.txt")]
    public void Open_FoldersAsProgramsWriteThem_AreRecognised(string files, string image, string labels)
    {
        using var folder = new DataSetFolder().Image(image).Text(labels, "0 0.5 0.5 0.5 0.5");
        foreach (var file in files.Split(';')) folder.Text(file.Split('|')[0], file.Split('|')[1]);
        var data = folder.Open(new() { Strict = true });
        Assert.AreEqual(DetectionDataSetFormat.Yolo, data.Format);
        AssertBox(new(25, 12.5f, 75, 37.5f), data.Images.Single().Boxes.Single().Box);
    }

    [TestMethod]
    public void Open_OneBadFileOfThree_LeavesItsImageOut()
    {
        using var folder = new DataSetFolder().Image("a.png", "b.png", "c.png").Text("a.txt", "0 0.5 0.5 1 1").Text("b.txt", "0 0.5 0.5 1 1\n0 0.5 x 1 1")
            .Text("c.txt", "7 0.5 0.5 1 1").Text("classes.txt", "cat");

        var data = folder.Open();

        Assert.AreEqual(folder.PathOf("a.png"), data.Images.Single().Path, "half of the labels of b would make metrics wrong");
        CollectionAssert.AreEqual(new[] { folder.PathOf("b.txt"), folder.PathOf("c.txt") }, data.LeftOut.Select(l => l.Name).ToArray());
        Assert.Contains("b.txt(2): 'x' is not a number", data.LeftOut[0].Reason);
        Assert.Contains("c.txt(1): the class 7 does not exist", data.LeftOut[1].Reason);
        Assert.AreEqual("2 of 3 images left out: 2 unreadable label files", LeftOut.Summarize(data.LeftOut, data.Images.Count));
    }

    [TestMethod]
    [DataRow("0 0.5 0.5 1", "a.txt(2): 4 numbers; 5 were expected")]
    [DataRow("0 0.5 0.5 1 1 7.5", "a.txt(2): 7.5 is not a fraction of the image")]
    [DataRow("0 0.5 0.5 1 1 0.5 2.5", "a.txt(2): 2.5 is not a fraction of the image")]
    [DataRow("0 0.1 0.1 0.9 0.1 0.9 0.9 1.5", "a.txt(2): 1.5 is not a fraction of the image")]
    [DataRow("0 0.5 0.5 x 1", "a.txt(2): 'x' is not a number")]
    [DataRow("1 0.5 0.5 1 1", "a.txt(2): the class 1 does not exist; there are 1")]
    [DataRow("-1 0.5 0.5 1 1", "the class -1 does not exist")]
    [DataRow("0.5 0.5 0.5 1 1", "the class 0.5 does not exist")]
    [DataRow("0 50 20 10 10", "a.txt(2): 50 is not a fraction of the image")]
    [DataRow("0 NaN 0.5 1 1", "NaN is not a fraction")]
    public void Open_BadLabel_NamesFileAndLine(string line, string expected)
    {
        using var folder = new DataSetFolder().Image("a.png").Text("a.txt", "\n" + line).Text("classes.txt", "cat");

        Assert.Contains(expected, folder.Error());
    }

    [TestMethod]
    [DataRow("val: images\n", "has no 'names'")]
    [DataRow("val: images\nnames: [a, a]\n", "the class name 'a' occurs 2 times")]
    [DataRow("val: images\nnames: {0: a, 2: b}\n", "indices from 0 without gaps")]
    [DataRow("val: images\nnames: [a,\n", "data.yaml(2): the '[' is not closed")]
    [DataRow("no yaml at all", "data.yaml(1): 'key: value' was expected")]
    [DataRow("val: nowhere\nnames: [a]\n", "'nowhere' does not exist. Looked for")]
    [DataRow("names: [a]\n", "has no split 'val'; it has none of")]
    public void Open_BadYaml_IsRefused(string yaml, string expected)
    {
        using var folder = new DataSetFolder().Image("images/a.png").Text("labels/a.txt", "").Text("data.yaml", yaml);

        Assert.Contains(expected, folder.Error());
    }

    private static void AssertBox(BoundingBox expected, BoundingBox actual)
    {
        Assert.AreEqual(expected.Left, actual.Left, 1e-4f);
        Assert.AreEqual(expected.Top, actual.Top, 1e-4f);
        Assert.AreEqual(expected.Right, actual.Right, 1e-4f);
        Assert.AreEqual(expected.Bottom, actual.Bottom, 1e-4f);
    }
}
