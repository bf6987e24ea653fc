using System.Text;
using MlNetVision.Imaging;
using MlNetVision.Segmentation;

namespace MlNetVision.Tests.Segmentation;

[TestClass]
public sealed class PaletteFileTests
{
    [TestMethod]
    public void Load_BothForms_ColorsAndLabelsInOrder()
    {
        var palette = Load("// ours\n0 0 0 background\n\n; next\r\n#FF8000  traffic light \n12\t34\t56\tdog\n");
        CollectionAssert.AreEqual(new RgbColor[] { new(0, 0, 0), new(255, 128, 0), new(12, 34, 56) }, palette.Colors.ToArray());
        CollectionAssert.AreEqual(new[] { "background", "traffic light", "dog" }, palette.Labels.ToArray());
    }

    [TestMethod]
    public void Load_WithoutNames_NoLabels()
    {
        var palette = Load("1 2 3\n#040506");
        Assert.HasCount(2, palette.Colors);
        Assert.IsEmpty(palette.Labels);
    }

    [TestMethod]
    [DataRow("0 0 0\n256 0 0", "line 2")]
    [DataRow("0 0 0\n\n1 2", "line 3")]
    [DataRow("#12345", "line 1")]
    [DataRow("#12345g", "line 1")]
    [DataRow("1.5 2 3", "line 1")]
    [DataRow("-1 2 3", "line 1")]
    [DataRow("0 0 0 sky\n1 1 1", "line 2")]
    [DataRow("0 0 0\n1 1 1 sky", "line 2")]
    [DataRow("", "holds no colours")]
    [DataRow("// nothing", "holds no colours")]
    public void Load_BadLine_MessageNamesFileAndLine(string text, string expected)
    {
        using var file = new TemporaryFile(".txt");
        File.WriteAllText(file.Path, text);
        var error = Assert.ThrowsExactly<BadDataSetException>(() => ColorPalette.Load(file.Path));
        StringAssert.Contains(error.Message, file.Path);
        StringAssert.Contains(error.Message, expected);
        StringAssert.Contains(error.Message, "'r g b'");
    }

    [TestMethod]
    public void Load_TooManyColors_Throws()
    {
        var lines = new StringBuilder();
        for (var i = 0; i < 257; i++) lines.Append("1 2 3\n");
        StringAssert.Contains(Assert.ThrowsExactly<BadDataSetException>(() => Load(lines.ToString())).Message, "line 257");
    }

    [TestMethod]
    public void Find_NameOrFile_EitherIsFound()
    {
        using var file = new TemporaryFile(".txt");
        File.WriteAllText(file.Path, "9 9 9");
        Assert.AreEqual(new RgbColor(9, 9, 9), ColorPalette.Find(file.Path)[0]);
        Assert.AreSame(ColorPalette.Voc, ColorPalette.Find("VOC"));
        Assert.ThrowsExactly<BadDataSetException>(() => ColorPalette.Load(file.Path + ".absent"));
    }

    private static ColorPalette Load(string text)
    {
        using var file = new TemporaryFile(".txt");
        File.WriteAllText(file.Path, text);
        return ColorPalette.Load(file.Path);
    }
}
