using MlNetVision.Imaging;
using MlNetVision.Segmentation;

namespace MlNetVision.Tests.Segmentation;

[TestClass]
public sealed class ColorPaletteTests
{
    [TestMethod]
    [DataRow(0, 0, 0, 0)]
    [DataRow(1, 128, 0, 0)]
    [DataRow(2, 0, 128, 0)]
    [DataRow(7, 128, 128, 128)]
    [DataRow(8, 64, 0, 0)]
    [DataRow(12, 64, 0, 128)]
    [DataRow(15, 192, 128, 128)]
    [DataRow(20, 0, 64, 128)]
    [DataRow(255, 224, 224, 192)]
    public void Voc_Index_ColorOfTheDevelopmentKit(int index, int red, int green, int blue) =>
        Assert.AreEqual(new RgbColor((byte)red, (byte)green, (byte)blue), ColorPalette.Voc[index]);

    [TestMethod]
    public void Voc_AllIndices_DifferFromEachOther()
    {
        Assert.HasCount(256, ColorPalette.Voc.Colors.Distinct().ToList());
        Assert.HasCount(21, ColorPalette.Voc.Labels);
    }

    [TestMethod]
    [DataRow("camvid", 11, 3, "road", 128, 64, 128)]
    [DataRow("CamVid", 11, 4, "pavement", 60, 40, 222)]
    [DataRow("camvid", 11, 10, "bicyclist", 0, 128, 192)]
    [DataRow("Cityscapes", 19, 1, "sidewalk", 244, 35, 232)]
    [DataRow("cityscapes", 19, 18, "bicycle", 119, 11, 32)]
    public void Parse_PublishedName_ItsClasses(string name, int count, int index, string label, int red, int green, int blue)
    {
        var palette = ColorPalette.Parse(name);
        Assert.HasCount(count, palette.Colors);
        Assert.AreEqual(label, palette.Labels[index]);
        Assert.AreEqual(new RgbColor((byte)red, (byte)green, (byte)blue), palette[index]);
    }

    [TestMethod]
    public void Parse_UnknownName_MessageNamesTheOnesThereAre()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => ColorPalette.Parse("citiscapes"));
        StringAssert.Contains(error.Message, "Did you mean 'cityscapes'?");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => ColorPalette.Parse("x")).Message, "voc, cityscapes, camvid");
    }

    [TestMethod]
    public void For_Labels_ThePaletteTheyAreKnownBy()
    {
        Assert.AreSame(ColorPalette.CamVid, ColorPalette.For([.. ColorPalette.CamVid.Labels.Select(l => l.ToUpperInvariant())]));
        Assert.AreSame(ColorPalette.Voc, ColorPalette.For(["sky", "road"]));
        Assert.AreSame(ColorPalette.Voc, ColorPalette.For([]));
    }

    [TestMethod]
    public void Indexer_BeyondTheColors_Throws() => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ColorPalette.CamVid[11]);

    [TestMethod]
    public void Constructor_WrongCounts_Throw()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new ColorPalette("none", []));
        Assert.ThrowsExactly<ArgumentException>(() => new ColorPalette("many", new RgbColor[257]));
        Assert.ThrowsExactly<ArgumentException>(() => new ColorPalette("labels", new RgbColor[1], ["a", "b"]));
    }
}
