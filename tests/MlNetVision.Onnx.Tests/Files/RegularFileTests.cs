using System.Net.Sockets;
using MlNetVision.Files;

namespace MlNetVision.Onnx.Tests.Files;

[TestClass]
public sealed class RegularFileTests
{
    private const int Patience = 60_000;

    [TestMethod]
    [Timeout(Patience)]
    [DataRow("pipe", "is a named pipe")]
    [DataRow("link to pipe", "is a named pipe")]
    [DataRow("link to link", "is a named pipe")]
    [DataRow("socket", "is a socket")]
    [DataRow("/dev/zero", "is a device")]
    public void Open_NoRegularFile_IsRefusedAtOnce(string name, string expected)
    {
        using var folder = new TemporaryFolder();
        NamedPipe.Make(folder.Path("pipe"));
        File.CreateSymbolicLink(folder.Path("link to pipe"), "pipe");
        File.CreateSymbolicLink(folder.Path("link to link"), "link to pipe");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(folder.Path("socket")));
        var path = folder.Path(name);

        foreach (var open in new Action[] { () => RegularFile.OpenRead(path), () => RegularFile.OpenRead(path, orOpenPipe: true), () => RegularFile.ReadAllBytes(path) })
            Assert.AreEqual($"'{path}' {expected}; expected a regular file.", Assert.ThrowsExactly<IOException>(open).Message);
        Assert.IsNull(RegularFile.LengthOf(path));
    }

    [TestMethod]
    [DataRow("full", 3L)]
    [DataRow("empty", 0L)]
    [DataRow("link", 3L)]
    public void Open_RegularFile_IsRead(string name, long length)
    {
        using var folder = new TemporaryFolder();
        folder.Write("full", [1, 2, 3]);
        folder.Write("empty", []);
        File.CreateSymbolicLink(folder.Path("link"), "full");

        using (var stream = RegularFile.OpenRead(folder.Path(name))) Assert.AreEqual(length, stream.Length);
        Assert.HasCount((int)length, RegularFile.ReadAllBytes(folder.Path(name)));
        Assert.AreEqual(length, RegularFile.LengthOf(folder.Path(name)));
    }

    [TestMethod]
    public void Open_NothingThere_IsTheSystemsError()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder.Path("broken"), "nowhere");
        foreach (var name in new[] { "missing", "broken" })
        {
            Assert.ThrowsExactly<FileNotFoundException>(() => RegularFile.OpenRead(folder.Path(name)));
            Assert.IsNull(RegularFile.LengthOf(folder.Path(name)));
            RegularFile.Check(folder.Path(name));
        }
        Assert.IsNull(RegularFile.LengthOf(folder.Path("")));
    }
}
