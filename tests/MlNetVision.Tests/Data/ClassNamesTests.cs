using MlNetVision.Data;

namespace MlNetVision.Tests.Data;

/// <summary>Names of classes are read and checked alike, wherever a data set has them.</summary>
[TestClass]
public sealed class ClassNamesTests
{
    // A class for each line is what Darknet and models take them for.
    [TestMethod]
    [DataRow("\n \n", "is empty")]
    [DataRow("cat\ncat\n", "the class name 'cat' occurs 2 times")]
    public void Open_BadNamesFile_IsRefused(string names, string expected)
    {
        using var folder = new DataSetFolder().Image("a.png").Text("a.txt", "0 0.5 0.5 1 1").Text("classes.txt", names);

        Assert.Contains(expected, folder.Error());
    }

    // Darknet's get_labels counts every line.
    [TestMethod]
    public void Open_BlankLineInside_IsAClassWithoutName()
    {
        using var folder = new DataSetFolder().Image("a.png").Text("a.txt", "0 0.5 0.5 1 1\n2 0.5 0.5 0.5 0.5\n3 0.2 0.2 0.1 0.1").Text("classes.txt", "\ncat\n\ndog\n\n");

        var data = folder.Open();

        CollectionAssert.AreEqual(new[] { "class 0", "cat", "class 2", "dog" }, data.ClassNames.ToArray());
        CollectionAssert.AreEqual(new[] { "class 0", "class 2", "dog" }, data.Images[0].Boxes.Select(b => b.Label).ToArray());
    }

    [TestMethod]
    public void Open_BlankLinesAtTheEnd_DoNotCount()
    {
        using var folder = new DataSetFolder().Image("a.png").Text("a.txt", "1 0.5 0.5 1 1").Text("classes.txt", "\uFEFFcat\r\n dog \r\n\r\n");

        CollectionAssert.AreEqual(new[] { "cat", "dog" }, folder.Open().ClassNames.ToArray());
    }

    [TestMethod]
    public void Open_NamesInLatin1_IsRefused()
    {
        using var folder = new DataSetFolder().Image("a.png").Text("a.txt", "0 0.5 0.5 1 1");
        File.WriteAllBytes(folder.PathOf("classes.txt"), [.. "ros"u8, 0xE9]);

        Assert.Contains("is not UTF-8 text", folder.Error());
    }

    [TestMethod]
    public void Check_EmptyName_IsRefused()
    {
        var error = Assert.ThrowsExactly<BadDataSetException>(() => ClassNames.Check(["cat", " "], "data.yaml"));
        Assert.AreEqual("data.yaml: the class 1 (counted from 0) has an empty name.", error.Message);
    }

    [TestMethod]
    public void List_ManyNames_IsBounded()
    {
        var names = Enumerable.Range(0, 30).Select(i => $"c{i}").ToArray();

        Assert.EndsWith("c19, … (30 in all)", ClassNames.List(names));
        Assert.EndsWith("'c19', … (30 in all)", ClassNames.Quote(names));
        Assert.AreEqual("'c0', 'c1'", ClassNames.Quote(names[..2]));
    }
}
