using MlNetVision.Data;
using MlNetVision.Imaging;

namespace MlNetVision.Tests.Data;

[TestClass]
public sealed class DetectionDataSetPartsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlnetvision-parts-");

    public void Dispose() => _folder.Delete(recursive: true);

    [TestMethod]
    public void Split_ImagesOfSeveralClasses_HasEachClassInProportionOnBothSides()
    {
        // Of 60 images all have a, a third b, ten c, and five more have no objects.
        WriteNames("a", "b", "c");
        for (var i = 0; i < 60; i++) WriteImage($"{i:00}", [0, 0, .. i % 3 == 0 ? [1] : Array.Empty<int>(), .. i is >= 20 and < 30 ? [2] : Array.Empty<int>()]);
        for (var i = 60; i < 65; i++) WriteImage($"{i:00}", []);
        var whole = DetectionDataSet.Open(_folder.FullName);
        for (var seed = 0; seed < 5; seed++)
        {
            var (train, validation) = whole.Split(0.8, seed);
            Assert.IsLessThanOrEqualTo(2, Math.Abs(train.Images.Count - 52));
            foreach (var (label, images) in new[] { ("a", 60), ("b", 20), ("c", 10) })
            {
                var here = train.Images.Count(i => i.Boxes.Any(b => b.Label == label));
                Assert.IsLessThanOrEqualTo(1.5, Math.Abs(here - (0.8 * images)), $"{label}: {here} of {images}, seed {seed}");
            }
            Assert.AreEqual(4, train.Images.Count(i => i.Boxes.Count == 0));
            CollectionAssert.AreEquivalent(whole.Images.ToArray(), train.Images.Concat(validation.Images).ToArray());
            CollectionAssert.AreEqual(whole.Images.Where(train.Images.Contains).ToArray(), train.Images.ToArray());
            CollectionAssert.AreEqual(whole.Split(0.8, seed).Train.Images.ToArray(), train.Images.ToArray());
            CollectionAssert.AreEqual(whole.ClassNames.ToArray(), validation.ClassNames.ToArray());
        }
        CollectionAssert.AreNotEqual(whole.Split(0.8, 1).Train.Images.ToArray(), whole.Split(0.8, 2).Train.Images.ToArray());
    }

    [TestMethod]
    public void Create_BoxesOfAnApp_AreCheckedAsThoseOfFiles()
    {
        var (good, broken) = (Path.Combine(_folder.FullName, "good.png"), Path.Combine(_folder.FullName, "broken.png"));
        using (var image = new RgbImage(40, 30)) image.Save(good);
        File.WriteAllText(broken, "no image");
        GroundTruthBox Box(string label, float left, float top, float right, float bottom) => new(label, new(left, top, right, bottom));
        var set = DetectionDataSet.Create("mine", ["b", "a"],
        [
            (good, [Box("a", 1, 2, 11, 12), Box("b", 30, 20, 50, 60), Box("a", 5, 5, 5, 9), Box("a", float.NaN, 0, 1, 1), Box("b", 9, 8, 4, 3)]),
            (broken, [Box("a", 0, 0, 1, 1)]), (Path.Combine(_folder.FullName, "missing.png"), []),
        ]);
        CollectionAssert.AreEqual(new[] { "b", "a" }, set.ClassNames.ToArray());
        Assert.AreEqual(DetectionDataSetFormat.InMemory, set.Format);
        var only = set.Images.Single();
        Assert.AreEqual((40, 30), (only.Width, only.Height));
        CollectionAssert.AreEqual(
            new[] { Box("a", 1, 2, 11, 12), Box("b", 30, 20, 40, 30), Box("b", 4, 3, 9, 8) }, only.Boxes.ToArray(), string.Join(' ', only.Boxes));
        Assert.AreEqual(2, set.SkippedBoxes);
        CollectionAssert.AreEqual(new[] { LeftOutKind.UnreadableImage, LeftOutKind.MissingImage }, set.LeftOut.Select(l => l.Kind).ToArray());
        foreach (var part in new[] { "box 2", "box 3", "box 4", "box 5" }) Assert.IsTrue(set.Warnings.Any(w => w.Contains($"{good}, {part}", StringComparison.Ordinal)), part);
    }

    [TestMethod]
    public void Create_UnknownClassOrNothingLeft_IsRefused()
    {
        var good = Path.Combine(_folder.FullName, "good.png");
        using (var image = new RgbImage(40, 30)) image.Save(good);
        var box = new GroundTruthBox("z", new(0, 0, 9, 9));
        StringAssert.Contains(Assert.ThrowsExactly<BadDataSetException>(() => DetectionDataSet.Create("mine", ["a"], [(good, [box])])).Message, "'z'");
        StringAssert.Contains(Assert.ThrowsExactly<BadDataSetException>(() => DetectionDataSet.Create("mine", ["a"], [])).Message, "mine");
        Assert.ThrowsExactly<ArgumentException>(() => DetectionDataSet.Create("mine", ["a", "a"], [(good, [])]));
    }

    [TestMethod]
    [DataRow(0.01)]
    [DataRow(0.99)]
    public void Split_TwoImages_GivesOneEach(double fraction)
    {
        WriteNames("a");
        WriteImage("1", [0]);
        WriteImage("2", [0]);
        var (train, validation) = DetectionDataSet.Open(_folder.FullName).Split(fraction, 1);
        Assert.HasCount(1, train.Images);
        Assert.HasCount(1, validation.Images);
    }

    [TestMethod]
    public void Split_OneImageOrBadFraction_IsRefused()
    {
        WriteNames("a");
        WriteImage("1", [0]);
        var set = DetectionDataSet.Open(_folder.FullName);
        Assert.ThrowsExactly<BadDataSetException>(() => set.Split(0.5, 1));
        foreach (var fraction in new[] { 0, 1, double.NaN }) Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => set.Split(fraction, 1));
    }

    [TestMethod]
    public void WithClassesAndWithout_ChangeNamesAndImagesAlone()
    {
        WriteNames("a", "b");
        WriteImage("1", [0]);
        WriteImage("2", [1]);
        var set = DetectionDataSet.Open(_folder.FullName);
        var other = set.WithClasses(["c", "b", "a"]);
        CollectionAssert.AreEqual(new[] { "c", "b", "a" }, other.ClassNames.ToArray());
        CollectionAssert.AreEqual(set.Images.ToArray(), other.Images.ToArray());
        StringAssert.Contains(Assert.ThrowsExactly<BadDataSetException>(() => set.WithClasses(["a"])).Message, "'b'");
        Assert.AreEqual("2", Path.GetFileNameWithoutExtension(set.Without([set.Images[0].Path]).Images.Single().Path));
        Assert.ThrowsExactly<BadDataSetException>(() => set.Without(set.Images.Select(i => i.Path)));
    }

    [TestMethod]
    [DataRow("ImageSets/Main/train.txt ImageSets/Main/val.txt Annotations/1.xml", "train", "val")]
    [DataRow("ImageSets/Main/train.txt ImageSets/Main/test.txt Annotations/1.xml", "train", null)]
    [DataRow("ImageSets/Main/val.txt Annotations/1.xml", null, null)]
    [DataRow("annotations/instances_train2017.json annotations/instances_val2017.json", "train", "val")]
    [DataRow("annotations/instances.json", null, null)]
    [DataRow("images/train/1.png images/val/2.png labels/train/1.txt", "train", "val")]
    [DataRow("images/1.png labels/1.txt", null, null)]
    [DataRow("train/1.xml valid/2.xml", "train", "valid")]
    [DataRow("data.yaml", "train", "val")]
    public void Find_Layout_NamesItsParts(string files, string? train, string? validation)
    {
        foreach (var file in files.Split(' '))
        {
            var path = Path.Combine(_folder.FullName, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, Path.GetExtension(file) switch
            {
                ".yaml" => "train: images/train\nval: images/val\nnames: [a]\n", ".json" => """{"images":[],"annotations":[]}""", _ => "",
            });
        }
        var found = DetectionDataSplits.Find(_folder.FullName);
        Assert.AreEqual(train, found?.Train);
        Assert.AreEqual(validation, found?.Validation);
        if (File.Exists(Path.Combine(_folder.FullName, "data.yaml")))
            Assert.AreEqual(found, DetectionDataSplits.Find(Path.Combine(_folder.FullName, "data.yaml")));
    }

    [TestMethod]
    public void Copies_OfSetsForDetection_NameLeaksAndConflicts()
    {
        WriteNames("a", "b");
        WriteImage("1", [0, 0]);
        WriteImage("2", [1]);
        var set = DetectionDataSet.Open(_folder.FullName);
        var copies = ImageCopies.Find(set.Without([set.Images[1].Path]), set.Without([set.Images[0].Path]));
        Assert.IsTrue(copies.Single().IsLeak);
        Assert.IsTrue(copies.Single().IsConflict);
        StringAssert.Contains(copies.Single().ToString(), "(2 a)");
    }

    private void WriteNames(params string[] names) => File.WriteAllLines(Path.Combine(_folder.FullName, "classes.txt"), names);

    private void WriteImage(string name, int[] classes)
    {
        using var image = new RgbImage(8, 8);
        image.Save(Path.Combine(_folder.FullName, name + ".png"));
        File.WriteAllLines(Path.Combine(_folder.FullName, name + ".txt"), classes.Select((c, i) => FormattableString.Invariant($"{c} 0.5 0.5 0.{i + 1} 0.5")));
    }
}
