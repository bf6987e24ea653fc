using MlNetVision.Classification;
using MlNetVision.Tests.Data;

namespace MlNetVision.Training.Tests.Bottlenecks;

/// <summary>Files that are damaged, and disks that are full: rows of ten images of five features, in records of 60 bytes behind a header of 64.</summary>
[TestClass]
public sealed class BottleneckDamageTests : IDisposable
{
    private const int Header = 64;
    private const int Record = 60;

    private readonly ImageFolder _images = new();
    private readonly ImageFolder _folder = new();
    private readonly Featurizer _featurizer = TinyFeaturizer.Load(new FeaturizerOptions { Threads = 1 });

    [TestMethod]
    [DataRow(0, 10)]                          // magic
    [DataRow(20, 10)]                         // key
    [DataRow(62, 10)]                         // checksum of the header
    [DataRow(Header + 3, 1)]                  // an image's hash
    [DataRow(Header + Record + 33, 1)]        // a checksum
    [DataRow(Header + (9 * Record) + 59, 1)]  // a row
    public void Extract_OneByteChanged_MakesThatAgain(int at, int again)
    {
        var paths = Fill();
        var bytes = File.ReadAllBytes(CacheFile());
        bytes[at] ^= 0x10;
        File.WriteAllBytes(CacheFile(), bytes);
        AssertMade(again, paths);
        AssertMade(0, paths);
    }

    [TestMethod]
    [DataRow(30, 10)]
    [DataRow(Header, 10)]
    [DataRow(Header + (4 * Record) + 17, 6)]
    [DataRow(Header + (10 * Record) - 1, 1)]
    public void Extract_FileCutShort_KeepsWholeRecords(int length, int again)
    {
        var paths = Fill();
        File.WriteAllBytes(CacheFile(), File.ReadAllBytes(CacheFile())[..length]);
        AssertMade(again, paths);
        AssertMade(0, paths);
        Assert.AreEqual(Header + (10 * Record), new FileInfo(CacheFile()).Length);
    }

    [TestMethod]
    public void Extract_StretchOfZeros_IsNoRecord()
    {
        var paths = Fill();
        var bytes = File.ReadAllBytes(CacheFile());
        bytes.AsSpan(Header + Record, 2 * Record).Clear();
        File.WriteAllBytes(CacheFile(), bytes);
        AssertMade(2, paths);
    }

    [TestMethod]
    [DataRow(20, 0)]
    [DataRow(Header, 0)]
    [DataRow(Header + (3 * Record), 3)]
    [DataRow(Header + (3 * Record) + 45, 3)]
    public void Extract_DiskFull_GoesOnInMemoryAndSaysSoOnce(int room, int kept)
    {
        var paths = Names();
        var cache = new BottleneckCache(_folder.Root, path => new FailingStream(path, room));
        using var matrix = cache.Extract(_featurizer, paths);
        StringAssert.Contains(matrix.CacheProblem!, "No space left on device");
        StringAssert.Contains(matrix.CacheProblem!, _folder.Root);
        AssertRows(paths, matrix);
        AssertMade(10 - kept, paths);
        AssertMade(0, paths);
    }

    [TestMethod]
    public void Extract_FolderIsAFile_GoesOnInMemory()
    {
        var paths = Names();
        using var matrix = new BottleneckCache(_folder.Write("file", "")).Extract(_featurizer, paths);
        Assert.IsNotNull(matrix.CacheProblem);
        AssertRows(paths, matrix);
    }

    [TestMethod]
    [DataRow(5)]
    [DataRow(40)]
    [DataRow(5000)]
    public void Extract_SomethingElseHasTheFilesName_GoesOnInMemoryAndLeavesItAlone(int length)
    {
        var paths = Fill();
        var foreign = Enumerable.Range(0, length).Select(i => (byte)(i + 50)).ToArray();
        File.WriteAllBytes(CacheFile(), foreign);
        for (var run = 0; run < 2; run++)
        {
            using var matrix = new BottleneckCache(_folder.Root).Extract(_featurizer, paths);
            Assert.AreEqual(10, matrix.Extracted);
            StringAssert.Contains(matrix.CacheProblem!, CacheFile());
            AssertRows(paths, matrix);
            CollectionAssert.AreEqual(foreign, File.ReadAllBytes(CacheFile()));
        }
    }

    [TestMethod]
    [Timeout(60_000)]
    public void Extract_NamedPipeHasTheFilesName_GoesOnInMemory()
    {
        var paths = Fill();
        var pipe = NamedPipe.Make(CacheFile());
        using var matrix = new BottleneckCache(_folder.Root).Extract(_featurizer, paths);
        StringAssert.Contains(matrix.CacheProblem!, $"'{pipe}' is a named pipe");
        AssertRows(paths, matrix);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void Extract_NamedPipeAmongTheImages_IsUnreadable()
    {
        var pipe = NamedPipe.Make(_images.Path("pipe.png"));
        using var matrix = new BottleneckCache(_folder.Root).Extract(_featurizer, [.. Names(), pipe]);
        Assert.AreEqual(pipe, matrix.Failures.Single().Path);
        StringAssert.Contains(matrix.Failures.Single().Error.Message, $"'{pipe}' is a named pipe; expected a regular file");
    }

    [TestMethod]
    public void Extract_NotWritable_StillReadsWhatIsThere()
    {
        var paths = Fill();
        var more = (string[])[.. paths, _images.Add("more.png", 77)];
        using var matrix = new BottleneckCache(_folder.Root, _ => throw new UnauthorizedAccessException("Access is denied.")).Extract(_featurizer, more);
        Assert.AreEqual(1, matrix.Extracted);
        StringAssert.Contains(matrix.CacheProblem!, "Access is denied. The features are kept in memory");
        AssertRows(more, matrix);
    }

    public void Dispose()
    {
        _featurizer.Dispose();
        _images.Dispose();
        _folder.Dispose();
    }

    private string[] Names() => _images.Add([.. Enumerable.Range(0, 10).Select(i => $"{i}.png")]);

    private string[] Fill()
    {
        var paths = Names();
        AssertMade(10, paths);
        return paths;
    }

    private string CacheFile() => Directory.GetFiles(_folder.Root, "*.features").Single();

    private void AssertMade(int expected, string[] paths)
    {
        using var matrix = new BottleneckCache(_folder.Root).Extract(_featurizer, paths);
        Assert.AreEqual(expected, matrix.Extracted);
        Assert.IsNull(matrix.CacheProblem);
        AssertRows(paths, matrix);
    }

    private void AssertRows(string[] paths, FeatureMatrix matrix)
    {
        Assert.AreEqual(paths.Length, matrix.Rows);
        for (var i = 0; i < paths.Length; i++) CollectionAssert.AreEqual(_featurizer.Extract(paths[i]), matrix.Row(i).ToArray(), paths[i]);
    }
}
