using MlNetVision.Data;

namespace MlNetVision.Tests.Data;

[TestClass]
public sealed class LabeledImagesTests
{
    [TestMethod]
    public void FromFolder_Classes_AreNumberedInOrdinalOrder()
    {
        using var folder = new ImageFolder();
        folder.Add("rosé/1.png", "rosé/sub/2.JPG", "Tulips/3.png", "a, \"b\"/4.webp", "猫/5.png");
        folder.Write("rosé/notes.txt", "no image");
        folder.Write(".cache/x.txt", "hidden");
        var images = LabeledImages.FromFolder(folder.Root);
        CollectionAssert.AreEqual(new[] { "Tulips", "a, \"b\"", "rosé", "猫" }, images.Labels.ToArray());
        CollectionAssert.AreEqual(new[] { 1, 1, 2, 1 }, images.Counts.ToArray());
        CollectionAssert.AreEqual(new[] { "3.png:0", "4.webp:1", "1.png:2", "2.JPG:2", "5.png:3" }, images.Images.Select(i => $"{Path.GetFileName(i.Path)}:{i.ClassIndex}").ToArray());
        Assert.IsEmpty(images.Warnings);
    }

    [TestMethod]
    public void FromFolder_LooseImages_AreLeftOutWithAWarning()
    {
        using var folder = new ImageFolder();
        folder.Add("a/1.png", "b/1.png", "stray.png");
        var images = LabeledImages.Open(folder.Root);
        Assert.HasCount(2, images.Images);
        StringAssert.Contains(images.Warnings.Single(), "stray.png");
    }

    [TestMethod]
    [DataRow("", "there are no class folders; expected a folder that holds a folder of images for each class")]
    [DataRow("x.png", "no class folders, but 1 images")]
    [DataRow("a/x.txt b/x.txt", "no images in the class folders (a, b); expected .jpg")]
    [DataRow("a/1.png", "'a' is the only class; expected at least two")]
    [DataRow("a/1.png b/1.png c/x.txt d/x.txt", "no images of the class 'c'")]
    public void FromFolder_NotTrainable_NamesIt(string files, string expected)
    {
        using var folder = new ImageFolder();
        foreach (var file in files.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (file.EndsWith(".txt", StringComparison.Ordinal)) folder.Write(file, "");
            else folder.Add(file);
        }
        var error = Assert.ThrowsExactly<BadDataSetException>(() => LabeledImages.FromFolder(folder.Root, strict: true));
        StringAssert.Contains(error.Message, expected);
        StringAssert.StartsWith(error.Message, folder.Root);
    }

    [TestMethod]
    public void Open_Missing_SaysSo() =>
        StringAssert.Contains(Assert.ThrowsExactly<BadDataSetException>(() => LabeledImages.Open("no/such")).Message, "no/such: there is no such folder");

    [TestMethod]
    public void FromFolder_TrainingLabels_KeepTheirIndices()
    {
        using var folder = new ImageFolder();
        folder.Add("c/1.png");
        var images = LabeledImages.FromFolder(folder.Root, ["a", "b", "c"]);
        Assert.AreEqual(2, images.Images.Single().ClassIndex);
        var error = Assert.ThrowsExactly<BadDataSetException>(() => LabeledImages.FromFolder(folder.Root, ["a", "b"]));
        StringAssert.EndsWith(error.Message, "has images of 'c', which is none of the known classes 'a', 'b'.");
    }

    [TestMethod]
    [DataRow("cats|dogs", "cats", "dogs")]
    [DataRow("cats/sub|dogs", "cats/sub", "dogs")]
    [DataRow("cats|dogs/more", "cats", "dogs/more")]
    [DataRow("elsewhere|dogs/more elsewhere|cats/more", "cats/more", "dogs/more")]
    [DataRow("cats/2.png|dogs/2.png", "", "")]
    [DataRow("cats/sub|cats/again", "", "")]
    public void FromFolder_LinkFromOneClassToAnother_NamesBoth(string links, string first, string second)
    {
        using var folder = new ImageFolder();
        folder.Add("set/cats/1.png", "set/cats/2.png", "set/cats/sub/3.png", "set/owls/1.png", "set/elsewhere/4.png");
        Directory.Move(folder.Path("set/elsewhere"), folder.Path("outside"));
        foreach (var link in links.Split(' '))
        {
            var (target, name) = (link.Split('|')[0], folder.Path($"set/{link.Split('|')[1]}"));
            Directory.CreateDirectory(Path.GetDirectoryName(name)!);
            Directory.CreateSymbolicLink(name, target == "elsewhere" ? folder.Path("outside") : folder.Path($"set/{target}"));
        }
        if (first.Length == 0)
        {
            // One file in two classes is left to ImageCopies, which compares contents; a link within a class is not followed.
            LabeledImages.FromFolder(folder.Path("set"));
            return;
        }
        var error = Assert.ThrowsExactly<BadDataSetException>(() => LabeledImages.FromFolder(folder.Path("set")));
        StringAssert.Contains(error.Message, $"{folder.Path($"set/{first}")} and {folder.Path($"set/{second}")} are the same folder");
        StringAssert.Contains(error.Message, "two classes, 'cats' and 'dogs'");
    }

    [TestMethod]
    [DataRow("a|b|a", "The class name 'a' of 'labels' is both 0 and 2")]
    [DataRow("a||b", "The class name 1 (counted from 0) of 'labels' is empty")]
    [DataRow("a|null", "The class name 1 (counted from 0) of 'labels' is null")]
    [DataRow("none", "There are no class names in 'labels'")]
    public void Open_LabelsThatAreNoNames_SaysWhich(string names, string expected)
    {
        using var folder = new ImageFolder();
        folder.Add("a/1.png", "b/1.png");
        var list = folder.Write("list.csv", "a/1.png,a\nb/1.png,b\n");
        string[] labels = names == "none" ? [] : [.. names.Split('|').Select(n => n == "null" ? null! : n)];
        foreach (var open in new Action[] { () => LabeledImages.FromFolder(folder.Root, labels), () => LabeledImages.FromCsv(list, labels), () => LabeledImages.Open(list, labels) })
        {
            var error = Assert.ThrowsExactly<ArgumentException>(open);
            StringAssert.StartsWith(error.Message, expected);
            Assert.AreEqual("labels", error.ParamName);
        }
    }

    [TestMethod]
    [DataRow(0.8, 8, 4, 1, 1)]
    [DataRow(0.5, 5, 3, 1, 1)]
    [DataRow(0.01, 1, 1, 1, 1)]
    [DataRow(0.99, 9, 4, 1, 1)]
    public void Split_Fraction_DividesEachClass(double fraction, int a, int b, int c, int d)
    {
        var images = Synthetic(10, 5, 2, 1);
        var (train, valid) = images.Split(fraction, seed: 3);
        CollectionAssert.AreEqual(new[] { a, b, c, d }, train.Counts.ToArray());
        CollectionAssert.AreEqual(new[] { 10 - a, 5 - b, 2 - c, 1 - d }, valid.Counts.ToArray());
        CollectionAssert.AreEquivalent(images.Images.ToArray(), train.Images.Concat(valid.Images).ToArray());
        CollectionAssert.AreEqual(images.Labels.ToArray(), valid.Labels.ToArray());
    }

    [TestMethod]
    public void Split_Seed_DecidesAlone()
    {
        var images = Synthetic(50, 50);
        CollectionAssert.AreEqual(images.Split(0.8, 1).Train.Images.ToArray(), images.Split(0.8, 1).Train.Images.ToArray());
        CollectionAssert.AreNotEqual(images.Split(0.8, 1).Train.Images.ToArray(), images.Split(0.8, 2).Train.Images.ToArray());
        Assert.ThrowsExactly<BadDataSetException>(() => Synthetic(1, 1).Split(0.8, 1));
        foreach (var fraction in new[] { 0, 1, -0.1, double.NaN }) Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => images.Split(fraction, 1));
    }

    [TestMethod]
    public void Without_LastOfAClass_NamesIt()
    {
        var images = Synthetic(2, 1);
        Assert.HasCount(2, images.Without(["0-1"]).Images);
        StringAssert.Contains(Assert.ThrowsExactly<BadDataSetException>(() => images.Without(["1-0"])).Message, "of the class 'class 1' no image is left");
    }

    private static LabeledImages Synthetic(params int[] counts) => new(
        "here", [.. counts.Select((_, c) => $"class {c}")], [.. counts.SelectMany((count, c) => Enumerable.Range(0, count).Select(i => new LabeledImage($"{c}-{i}", c)))]);
}
