using MlNetVision.Files;

namespace MlNetVision.Tests.Files;

[TestClass]
public sealed class OwnedTemporaryTests
{
    [TestMethod]
    public void Sweep_FilesOfDeadProcesses_AreRemovedAndAllOthersStay()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "mlnetvision-0123abcd.lock", "mlnetvision-0123abcd.onnx", "mlnetvision-4567abcd.lock" }) folder.Write(name, [1]);
        Directory.CreateDirectory(folder.Path("mlnetvision-4567abcd"));
        folder.Write("mlnetvision-4567abcd/a.png", [1]);
        // A network without a lock is nobody's that is known; a name that is not ours is the user's.
        string[] kept = [folder.Write("mlnetvision-89abcdef.onnx", [1]), folder.Write("mlnetvision-mine.lock", [1]), folder.Write("mlnetvision-mine.onnx", [1])];
        using var live = new FileStream(folder.Path("mlnetvision-11111111.lock"), FileMode.CreateNew, FileAccess.ReadWrite, OwnerLock.Share);
        var network = folder.Write("mlnetvision-11111111.onnx", [1]);
        using var own = new FileStream(folder.Path("mlnetvision-22222222.lock"), FileMode.CreateNew, FileAccess.ReadWrite, OwnerLock.Share);
        OwnedTemporary.Sweep(Path.GetDirectoryName(network)!, own.Name);
        CollectionAssert.AreEquivalent(
            (string[])[live.Name, own.Name, network, .. kept], Directory.GetFileSystemEntries(Path.GetDirectoryName(network)!));
    }

    [TestMethod]
    public void Dispose_FileAndFolder_AreGone()
    {
        string[] paths;
        using (var network = OwnedTemporary.Network())
        using (var folder = OwnedTemporary.Folder())
        {
            File.WriteAllText(network.Path, "network");
            File.WriteAllText(Path.Combine(folder.Path, "a.txt"), "a");
            paths = [network.Path, folder.Path, Path.ChangeExtension(network.Path, ".lock"), folder.Path + ".lock"];
            Assert.IsTrue(paths.All(Path.Exists));
        }
        Assert.IsFalse(paths.Any(Path.Exists));
    }
}
