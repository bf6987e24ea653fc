using MlNetVision.Data;
using MlNetVision.Files;

namespace MlNetVision.Tests.Files;

/// <summary>What differs on Windows and macOS, through the pieces that hide it.</summary>
[TestClass]
public sealed class OtherSystemsTests
{
    [TestMethod]
    [DataRow(@"photos\june/a.jpg", '\\', "photos/june/a.jpg")]
    [DataRow(@"C:\photos\a.jpg", '\\', "C:/photos/a.jpg")]
    [DataRow(@"photos/a\b.jpg", '/', @"photos/a\b.jpg", DisplayName = "a backslash is part of a name where it separates nothing")]
    public void Of_PathOfASystem_HasSlashes(string path, char separator, string expected) => Assert.AreEqual(expected, PortablePath.Of(path, separator));

    [TestMethod]
    [DataRow(@"\images\train\a.jpg", '\\')]
    [DataRow(@"\images/train/a.jpg", '\\', DisplayName = "a folder as the user wrote it, and the rest as it was walked")]
    [DataRow("/images/train/a.jpg", '\\')]
    [DataRow("/images/train/a.jpg", '/')]
    public void LabelOf_PathOfASystem_IsInTheFolderOfLabels(string image, char separator)
    {
        using var folder = new TemporaryFolder();
        var label = folder.Path("labels/train/a.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(label)!);
        File.WriteAllText(label, "");

        Assert.AreEqual(label, YoloImages.LabelOf(folder.Path("").TrimEnd('/').Replace('/', separator) + image, separator));
    }

    [TestMethod]
    [DataRow("/home/Out/a.png", "/home/out", StringComparison.OrdinalIgnoreCase, true)]
    [DataRow("/home/Out/a.png", "/home/out", StringComparison.Ordinal, false)]
    [DataRow("/home/output/a.png", "/home/out", StringComparison.OrdinalIgnoreCase, false)]
    public void IsBelow_NamesOfOtherCase_AreOneFolderWhereTheSystemSaysSo(string path, string folder, StringComparison comparison, bool expected) =>
        Assert.AreEqual(expected, RealPath.IsBelow(path, folder, comparison));
}
