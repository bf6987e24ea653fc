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

    /// <summary>The most that a name may have; the temporary file beside it has a short one.</summary>
    [TestMethod]
    public void Write_NameOf255Bytes_IsWritten()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("paths may be shorter than names there");
        using var folder = new TemporaryFolder();
        var path = folder.Path(new string('n', 255));
        AtomicFile.WriteText(path, "new");
        Assert.AreEqual("new", File.ReadAllText(path));
    }

    [TestMethod]
    public void Write_FilesOfDeadProcesses_AreRemovedAndThoseOfLiveOnesStay()
    {
        using var folder = new TemporaryFolder();
        var dead = folder.Write(".mlnetvision-0123abcd.partial", [1]);
        string[] users = [folder.Write(".mlnetvision-0123ABCD.partial", [1]), folder.Write("a.partial", [1]), folder.Write(".mlnetvision-0123abcd.partial.txt", [1])];
        using var live = new FileStream(folder.Path(".mlnetvision-4567abcd.partial"), FileMode.CreateNew, FileAccess.ReadWrite, OwnerLock.Share);
        var written = folder.Path("a.txt");
        AtomicFile.WriteText(written, "new");
        Assert.IsFalse(File.Exists(dead));
        CollectionAssert.AreEquivalent((string[])[written, live.Name, .. users], Directory.GetFiles(Path.GetDirectoryName(written)!));
    }

    /// <summary>A sweep may see a file between its creation and its lock.</summary>
    [TestMethod]
    public void Write_WhileOthersSweep_LosesNoFile()
    {
        const int Files = 4000;
        using var folder = new TemporaryFolder();
        using var own = OwnerLock.Create(() => folder.Path(".mlnetvision-00000000.partial"));
        var root = Path.GetDirectoryName(own.Name)!;
        using var end = new CancellationTokenSource();
        var sweeps = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (!end.IsCancellationRequested) PartialFiles.Sweep(root, own.Name);
        })).ToArray();
        try
        {
            Parallel.For(0, Files, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
            {
                using var file = PartialFiles.Create(root);
                Assert.IsTrue(File.Exists(file.Name), $"file {i}");
                File.Delete(file.Name);
            });
        }
        finally
        {
            end.Cancel();
            Task.WaitAll(sweeps);
        }
    }

    [TestMethod]
    public void Rename_FileOfThatName_IsReplaced()
    {
        using var folder = new TemporaryFolder();
        var (file, path) = (folder.Write("a.part", "new"u8.ToArray()), folder.Write("a", "old"u8.ToArray()));
        AtomicFile.Rename(file, path);
        Assert.AreEqual("new", File.ReadAllText(path));
        Assert.IsFalse(File.Exists(file));
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
