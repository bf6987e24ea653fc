using MlNetVision.Data;

namespace MlNetVision.Tests.Data;

/// <summary>The names that data sets give to masks.</summary>
[TestClass]
public sealed class MaskNamesTests
{
    [TestMethod]
    [DataRow("a.jpg", "a.png", null)]
    [DataRow("a.jpg", "a.mask.png", null)]
    [DataRow("a.jpg", "a_mask.png", null)]
    [DataRow("a.jpg", "a_mask.PNG", null)]
    [DataRow("a.png", "a_labelIds.png", null)]
    [DataRow("0001TP_006690.png", "0001TP_006690_L.png", null)]
    [DataRow("val/x/x_000000_000019_leftImg8bit.png", "val/x/x_000000_000019_gtFine_labelIds.png", null)]
    [DataRow("x_leftImg8bit.png", "x_gtCoarse_labelIds.png", null)]
    [DataRow("x_leftImg8bit.png", "x_gtFine_labelTrainIds.png", "_gtFine_labelTrainIds")]
    [DataRow("a.jpg", "a_GT.png", "_GT")]
    [DataRow("a.jpg", "a-seg.png", "-seg")]
    public void Open_NameOfMask_IsFound(string image, string mask, string? suffix)
    {
        using var folder = new DataSetFolder().Text($"images/{image}", "").Text($"masks/{mask}", "");
        var options = new SegmentationDataSetOptions { MaskSuffix = suffix, Strict = true };

        Assert.AreEqual(folder.PathOf($"masks/{mask}"), SegmentationDataSet.Open(folder.PathOf("images"), folder.PathOf("masks"), options).Images.Single().Mask);
    }

    [TestMethod]
    public void Open_PngImagesAndMasksInOneFolder_ArePaired()
    {
        using var folder = new DataSetFolder().Text("a.png", "").Text("a_mask.png", "").Text("b.png", "").Text("b_mask.png", "").Text("c_L.png", "").Text("c.png", "");

        var set = SegmentationDataSet.Open(folder.Root, folder.Root, new() { Strict = true });

        CollectionAssert.AreEqual(new[] { "a a_mask", "b b_mask", "c c_L" },
            set.Images.Select(i => $"{Path.GetFileNameWithoutExtension(i.Image)} {Path.GetFileNameWithoutExtension(i.Mask)}").ToArray());
    }

    [TestMethod]
    public void Open_Cityscapes_OtherViewsAreNoMasks()
    {
        using var folder = new DataSetFolder().Text("leftImg8bit/x_leftImg8bit.png", "");
        foreach (var view in new[] { "labelIds", "instanceIds", "color", "labelTrainIds" }) folder.Text($"gtFine/x_gtFine_{view}.png", "");
        folder.Text("gtFine/x_gtFine_polygons.json", "{}");

        var set = SegmentationDataSet.Open(folder.PathOf("leftImg8bit"), folder.PathOf("gtFine"), new() { Strict = true });

        Assert.EndsWith("x_gtFine_labelIds.png", set.Images.Single().Mask);
    }

    [TestMethod]
    public void Open_SuffixThatNoMaskHas_SaysWhatIsThere()
    {
        using var folder = new DataSetFolder().Text("images/a.jpg", "").Text("masks/a_mask.png", "");
        var error = Assert.ThrowsExactly<BadDataSetException>(
            () => SegmentationDataSet.Open(folder.PathOf("images"), folder.PathOf("masks"), new() { MaskSuffix = "_seg" }));
        Assert.Contains("a_mask.png", error.Message);
    }
}
