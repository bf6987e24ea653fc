using MlNetVision.Data;

namespace MlNetVision.Tests.Data;

[TestClass]
public sealed class ImageWalkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Below_Folder_GivesVisibleImagesInOrderOfNames()
    {
        Files("b.jpg", "a/2.PNG", "a/1.webp", "a-b.png", "a.png", "notes.txt", ".hidden.png", ".cache/x.png", "c.jpg/inner.gif");

        CollectionAssert.AreEqual(new[] { "a/1.webp", "a/2.PNG", "a-b.png", "a.png", "b.jpg", "c.jpg/inner.gif" }, Names());
        CollectionAssert.AreEqual(new[] { "a-b.png", "a.png", "b.jpg" }, ImageWalk.In(Root).Select(Path.GetFileName).ToArray());
        CollectionAssert.AreEqual(Names().Select(name => Path.Join(Root, name)).ToArray(), ImageWalk.In(Root, recursive: true).ToArray());
    }

    [TestMethod]
    public void Below_FoldersOfMachines_DoNotCount()
    {
        Files("a.png", "@eaDir/a.png", "sub/@eaDir/b.jpg", "__MACOSX/sub/c.jpg", "#recycle/d.jpg", "$RECYCLE.BIN/e.jpg", "System Volume Information/f.jpg",
            ".ipynb_checkpoints/g.png", "._h.jpg", "macosx/i.jpg");

        CollectionAssert.AreEqual(new[] { "a.png", "macosx/i.jpg" }, Names());
    }

    [TestMethod]
    public void Below_ExceptedFolder_IsNotSearched()
    {
        Files("a.png", "out/b.png", "out/more/c.png");

        CollectionAssert.AreEqual(new[] { "a.png" }, Names(_folder.Path("tree/out")));
        Assert.IsEmpty(Names(Root));
    }

    [TestMethod]
    public void Below_LinkToAnotherFolder_IsFollowedOnce()
    {
        Files("a.png", "../elsewhere/1.png", "../elsewhere/sub/2.png");
        Link("cats", "elsewhere");
        Link("dogs", "elsewhere");
        Link("part", "elsewhere/sub");

        CollectionAssert.AreEqual(new[] { "a.png", "cats/1.png", "cats/sub/2.png" }, Names());
    }

    [TestMethod]
    public void Below_LinksInACircle_End()
    {
        Files("a.png", "sub/b.png", "../elsewhere/c.png");
        Link("sub/up", "tree");
        Link("sub/self", "tree/sub");
        Link("sub/above", "");
        Link("z", "elsewhere");
        Link("../elsewhere/back", "tree");
        Link("loop", "tree/loop");

        CollectionAssert.AreEqual(new[] { "a.png", "sub/b.png", "z/c.png" }, Names());
    }

    [TestMethod]
    public void Below_RootIsALink_IsSearched()
    {
        Files("a.png", "sub/b.png");
        Link("../alias", "tree");
        Link("sub/up", "tree");

        CollectionAssert.AreEqual(new[] { "a.png", "sub/b.png" }, ImageWalk.Below(_folder.Path("alias")).Select(i => i.RelativeName).ToArray());
    }

    [TestMethod]
    public void In_NoFolder_Throws()
    {
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => ImageWalk.In(_folder.Path("absent")));
        Assert.Contains("cannot be read", ImageWalk.Below(_folder.Path("absent")).Single().Error!);
    }

    [TestMethod]
    public void In_FormatsThatAreNotRead_AreCountedInOneLine()
    {
        Files("a.jpg", "b.HEIC", "c.heic", "sub/d.tif", "e.txt", "Thumbs.db", "desktop.ini", ".hidden.tif", "__MACOSX/f.tif");
        var others = new UnreadFormats();

        Assert.HasCount(1, ImageWalk.In(Root, recursive: true, others: others));

        Assert.AreEqual($"3 images of formats that are not read are left out: 2 .heic, 1 .tif (such as {Path.Join(Root, "b.HEIC")})", others.ToString());
        Assert.IsNull(new UnreadFormats().ToString());
    }

    private string Root => _folder.Path("tree");

    private string[] Names(string? except = null) => [.. ImageWalk.Below(Root, except).Select(i => i.RelativeName)];

    private void Files(params string[] names)
    {
        foreach (var name in names)
        {
            var path = Path.GetFullPath(Path.Combine(Root, name));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, []);
        }
    }

    private void Link(string name, string target) => Directory.CreateSymbolicLink(Path.GetFullPath(Path.Combine(Root, name)), _folder.Path(target));
}
