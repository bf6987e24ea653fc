using MlNetVision.Data;

namespace MlNetVision.Tests.Data;

[TestClass]
public sealed class SegmentationDataSetTests
{
    [TestMethod]
    public void Open_NestedFolders_PairsByStemAndReportsTheRest()
    {
        using var folder = Files("images/b.jpg", "images/a.jpg", "images/x/a.png", "images/only.jpg", "images/notes.txt", "masks/a.png", "masks/b.PNG", "masks/x/a.png", "masks/other.png", "masks/a.jpg");

        var set = SegmentationDataSet.Open(folder.Path("images"), folder.Path("masks"));

        CollectionAssert.AreEqual(new[] { "a", "b", "x/a" }, set.Images.Select(p => p.Name).ToArray());
        Assert.AreEqual(folder.Path("images/x/a.png"), Path.GetFullPath(set.Images[2].Image));
        Assert.AreEqual(folder.Path("masks/x/a.png"), Path.GetFullPath(set.Images[2].Mask));
        CollectionAssert.AreEqual(new[] { folder.Path("images/only.jpg") }, set.ImagesWithoutMask.ToArray());
        CollectionAssert.AreEqual(new[] { folder.Path("masks/other.png") }, set.MasksWithoutImage.ToArray());
        Assert.IsEmpty(set.Warnings);
        CollectionAssert.AreEqual(new[] { LeftOutKind.MissingMask, LeftOutKind.UnusedMask }, set.LeftOut.Select(l => l.Kind).ToArray());
        Assert.AreEqual("1 of 4 images left out: 1 image without a mask; also left out: 1 mask without an image", LeftOut.Summarize(set.LeftOut, set.Images.Count));
    }

    [TestMethod]
    public void Open_OneFolderForBoth_PairsJpegWithPng()
    {
        using var folder = Files("a.jpg", "a.png", "b.jpg", "b.png", "lone.png");

        var set = SegmentationDataSet.Open(folder.Path(""), folder.Path(""));

        CollectionAssert.AreEqual(new[] { "a", "b" }, set.Images.Select(p => p.Name).ToArray());
        Assert.IsTrue(set.Images.All(p => p.Image.EndsWith(".jpg", StringComparison.Ordinal) && p.Mask.EndsWith(".png", StringComparison.Ordinal)));
        CollectionAssert.AreEqual(new[] { folder.Path("lone.png") }, set.LeftOut.Select(l => l.Name).ToArray());
    }

    [TestMethod]
    public void Open_MasksAsThisProjectNamesThem_ArePaired()
    {
        using var folder = Files("images/a.jpg", "out/a.mask.png", "out/a.overlay.png");

        var set = SegmentationDataSet.Open(folder.Path("images"), folder.Path("out"));

        Assert.AreEqual(folder.Path("out/a.mask.png"), set.Images.Single().Mask);
    }

    [TestMethod]
    public void Open_MasksBelowImages_AreNoImages()
    {
        using var folder = Files("a.jpg", "masks/a.png", "b.jpg", "b.png");

        var below = SegmentationDataSet.Open(folder.Path(""), Path.Combine(folder.Path("."), "masks"));

        Assert.AreEqual("a", below.Images.Single().Name);
        CollectionAssert.AreEqual(new[] { folder.Path("b.jpg") }, below.ImagesWithoutMask.ToArray());
    }

    [TestMethod]
    public void Open_OneFolderOfPngImagesWithMasks_PairsThem()
    {
        using var folder = Files("a.png", "a.mask.png", "a.overlay.png");

        var set = SegmentationDataSet.Open(folder.Path(""), folder.Path(""));

        Assert.AreEqual(folder.Path("a.png"), set.Images.Single().Image);
        Assert.AreEqual(folder.Path("a.mask.png"), set.Images.Single().Mask);
    }

    [TestMethod]
    public void Open_TwoFiles_AreAPairWhateverTheirNames()
    {
        using var folder = Files("a.jpg", "b.png");

        var pair = SegmentationDataSet.Open(folder.Path("a.jpg"), folder.Path("b.png")).Images.Single();

        Assert.AreEqual("a", pair.Name);
    }

    [TestMethod]
    public void Open_NoPairs_SaysWhatIsThere()
    {
        using var folder = Files("images/a.jpg", "masks/a_other.png");

        var error = Assert.ThrowsExactly<BadDataSetException>(() => SegmentationDataSet.Open(folder.Path("images"), folder.Path("masks")));

        StringAssert.Contains(error.Message, "a.jpg");
        StringAssert.Contains(error.Message, "a_other.png");
    }

    [TestMethod]
    [DataRow("images", "absent", "absent")]
    [DataRow("absent", "masks", "absent")]
    [DataRow("images", "masks/a.png", "is a file")]
    public void Open_NoFolder_Throws(string images, string masks, string says)
    {
        using var folder = Files("images/a.jpg", "masks/a.png");

        var error = Assert.ThrowsExactly<BadDataSetException>(() => SegmentationDataSet.Open(folder.Path(images), folder.Path(masks)));

        StringAssert.Contains(error.Message, says);
    }

    [TestMethod]
    public void Open_CamVidTest_HasAllPairs()
    {
        var set = SegmentationDataSet.Open(Shared.Path("data", "camvid", "test"), Shared.Path("data", "camvid", "testannot"));

        Assert.AreEqual(233, set.Images.Count);
        Assert.IsEmpty(set.Warnings);
        Assert.IsEmpty(set.LeftOut);
    }

    private static TemporaryFolder Files(params string[] names)
    {
        var folder = new TemporaryFolder();
        foreach (var name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.Path(name))!);
            folder.Write(name, []);
        }
        return folder;
    }
}
