using MlNetVision.Files;

namespace MlNetVision.Onnx.Tests.Files;

/// <summary>A file that another program reads while it is replaced, as Windows tells of it.</summary>
[TestClass]
public sealed class FileReplacementTests
{
    public static IEnumerable<object[]> OfWindows =>
    [
        [new IOException("used by another process", unchecked((int)0x80070020))],
        [new UnauthorizedAccessException("denied")],
        [new IOException("a mapped section", unchecked((int)0x800704C8))],
    ];

    [TestMethod]
    [DynamicData(nameof(OfWindows))]
    public void Move_HeldForAWhile_TriesAgain(Exception held)
    {
        var (tries, waited) = (0, new List<int>());
        FileReplacement.Move(() => { if (++tries <= 3) throw held; }, waited.Add);
        Assert.AreEqual(4, tries);
        CollectionAssert.AreEqual(new[] { 40, 80, 120 }, waited);
    }

    [TestMethod]
    [DynamicData(nameof(OfWindows))]
    public void Move_HeldForGood_IsTheSystemsErrorAfterSomeSeconds(Exception held)
    {
        var waited = new List<int>();
        Assert.AreSame(held, Assert.Throws<Exception>(() => FileReplacement.Move(() => throw held, waited.Add)));
        Assert.AreEqual(2640, waited.Sum());
    }

    [TestMethod]
    public void Move_AnotherError_IsNotTriedAgain()
    {
        var tries = 0;
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => FileReplacement.Move(() => { tries++; throw new DirectoryNotFoundException(); }, _ => { }));
        Assert.ThrowsExactly<IOException>(() => FileReplacement.Move(() => { tries++; throw new IOException("disk full", unchecked((int)0x80070070)); }, _ => { }));
        Assert.AreEqual(2, tries);
    }
}
