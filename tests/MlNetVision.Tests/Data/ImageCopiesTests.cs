using MlNetVision.Data;

namespace MlNetVision.Tests.Data;

[TestClass]
public sealed class ImageCopiesTests
{
    [TestMethod]
    public void Find_LeaksConflictsRepeats_AreToldApart()
    {
        using var folder = new ImageFolder();
        string[] paths = [
            folder.Add("train/a/1.png", 1), folder.Add("train/a/2.png", 2), folder.Add("train/a/3.png", 3), folder.Add("train/a/4.png", 3),
            folder.Add("train/b/5.png", 5), folder.Add("train/b/2.png", 2), folder.Add("valid/a/x.png", 1), folder.Add("valid/b/1.png", 7)];
        var train = LabeledImages.FromFolder(folder.Path("train"));
        var copies = ImageCopies.Find(train, LabeledImages.FromFolder(folder.Path("valid"), train.Labels));
        CollectionAssert.AreEqual(new[] { (0, 6), (1, 5), (2, 3) }, copies.Select(c => (Array.IndexOf(paths, c.Files[0].Path), Array.IndexOf(paths, c.Files[1].Path))).ToArray());
        CollectionAssert.AreEqual(new[] { (true, false), (false, true), (false, false) }, copies.Select(c => (c.IsLeak, c.IsConflict)).ToArray());
        var lines = ImageCopies.Describe(copies).ToList();
        Assert.HasCount(3, lines);
        StringAssert.Contains(lines[0], $"(1): {paths[0]} (a) = {paths[6]} (a)");
        StringAssert.Contains(lines[1], $"images with different labels (1): {paths[1]} (a) = {paths[5]} (b)");
    }

    [TestMethod]
    public void Find_NaiveComparison_Agrees()
    {
        using var folder = new ImageFolder();
        for (var i = 0; i < 40; i++) folder.Add($"{(i % 3 == 0 ? "a" : "b")}/{i:00}.png", seed: i * i % 23);
        var images = LabeledImages.FromFolder(folder.Root);
        var bytes = images.Images.Select(image => File.ReadAllBytes(image.Path)).ToArray();
        var expected = Enumerable.Range(0, 40).Where(i => Enumerable.Range(0, i).All(j => !bytes[j].SequenceEqual(bytes[i])))
            .Select(i => string.Join(' ', Enumerable.Range(0, 40).Where(j => bytes[i].SequenceEqual(bytes[j])).Select(j => images.Images[j].Path)))
            .Where(group => group.Contains(' ')).ToArray();
        CollectionAssert.AreEqual(expected, ImageCopies.Find(images).Select(c => string.Join(' ', c.Files.Select(f => f.Path))).ToArray());
    }

    [TestMethod]
    public void Find_GoneFiles_ArePassedOver()
    {
        var images = new LabeledImages("here", ["a", "b"], [new("gone1.png", 0), new("gone2.png", 1)]);
        Assert.IsEmpty(ImageCopies.Find(images));
        Assert.IsEmpty(ImageCopies.Describe([]));
    }

    [TestMethod]
    public void FindUnreadable_DamagedAmongGood_AreNamed()
    {
        using var folder = new ImageFolder();
        folder.Add("a/1.png", "a/4.png", "b/1.png");
        var bad = new[] { folder.Write("a/2.jpg", ""), folder.Write("a/3.png", "no image"), folder.Path("b/2.png") };
        File.WriteAllBytes(bad[2], File.ReadAllBytes(folder.Path("b/1.png"))[..60]);
        var images = LabeledImages.FromFolder(folder.Root);
        var unreadable = UnreadableImage.Find(images);
        CollectionAssert.AreEqual(bad, unreadable.Select(u => u.Path).ToArray());
        foreach (var (path, error) in unreadable) StringAssert.StartsWith(error, path);
        Assert.HasCount(3, images.Without(bad).Images);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void Find_LinksAndNamedPipes_AreFilesByTheirContentOrNone()
    {
        using var folder = new ImageFolder();
        var (one, linked) = (folder.Add("a/1.png", 1), folder.Path("b/1.png"));
        Directory.CreateDirectory(folder.Path("b"));
        File.CreateSymbolicLink(linked, one);
        string[] pipes = [NamedPipe.Make(folder.Path("a/2.png")), NamedPipe.Make(folder.Path("b/2.png"))];
        var images = LabeledImages.FromFolder(folder.Root);
        CollectionAssert.AreEqual(new[] { one, linked }, ImageCopies.Find(images).Single().Files.Select(f => f.Path).ToArray());
        CollectionAssert.AreEqual(pipes, UnreadableImage.Find(images).Select(u => u.Path).ToArray());
    }
}
