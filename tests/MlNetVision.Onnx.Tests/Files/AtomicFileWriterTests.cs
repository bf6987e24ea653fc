using MlNetVision.Files;

namespace MlNetVision.Onnx.Tests.Files;

[TestClass]
public sealed class AtomicFileWriterTests
{
    [TestMethod]
    public void Commit_ExistingFile_IsReplacedOnlyThen()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.txt", "old"u8.ToArray());
        using (var file = new AtomicFileWriter(path)) file.Stream.Write("lost"u8);
        Assert.AreEqual("old", File.ReadAllText(path));
        AtomicFile.WriteText(path, "new");
        Assert.AreEqual("new", File.ReadAllText(path));
        Assert.HasCount(1, Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [TestMethod]
    [DataRow("a.txt/b.txt")]
    [DataRow("a.txt/b/c.txt")]
    [DataRow("sub")]
    public void Constructor_PlaceThatCannotBeWritten_NamesThePathAskedFor(string name)
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", []);
        Directory.CreateDirectory(folder.Path("sub"));
        var path = folder.Path(name);
        var error = Assert.ThrowsExactly<IOException>(() => new AtomicFileWriter(path));
        StringAssert.StartsWith(error.Message, $"{path}: ");
        Assert.DoesNotContain(".partial", error.Message);
    }

    [TestMethod]
    public void Write_ContentFromAnotherFileThatFails_KeepsItsError()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.txt", "old"u8.ToArray());
        Assert.ThrowsExactly<FileNotFoundException>(() => AtomicFile.Write(path, _ => File.OpenRead(path + ".none")));
        Assert.AreEqual("old", File.ReadAllText(path));
    }
}
