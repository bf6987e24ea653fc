using MlNetVision.Imaging;

namespace MlNetVision.Tests.Imaging;

[TestClass]
public sealed class SampleImagesTests
{
    public static IEnumerable<string> Known => ["blood-smear.png", "rose.png", "street.mask.png", "street.png", "sunflower.png", "tulip.png"];

    [TestMethod]
    public void Names_OfTheLibrary_AreThoseDocumented() => CollectionAssert.AreEqual(Known.ToArray(), SampleImages.Names.ToArray());

    [TestMethod]
    [DynamicData(nameof(Known))]
    public void Save_Twice_IsTheRepositorysFileAndIsKept(string name)
    {
        using var folder = new TemporaryFolder();
        var path = SampleImages.Save(name, folder.Path("new"));
        Assert.AreEqual(folder.Path("new/" + name), path);
        CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(Shared.Repository, "assets", "images", name)), File.ReadAllBytes(path));

        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        SampleImages.Save(name, folder.Path("new"));
        Assert.AreEqual(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(path));
    }

    [TestMethod]
    public void Save_AnotherFileOfThatName_IsAnErrorAndKept()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("rose.png", [1, 2, 3]);
        StringAssert.StartsWith(Assert.ThrowsExactly<IOException>(() => SampleImages.Save("rose.png", folder.Path(""))).Message, path);
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, File.ReadAllBytes(path));
    }

    [TestMethod]
    public void Read_UnknownName_NamesTheKnownOnes() =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => SampleImages.Read("dog.png")).Message, string.Join(", ", Known));
}
