using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.Tests.Imaging;
using MlNetVision.Tests.Data;

namespace MlNetVision.Training.Tests.Bottlenecks;

[TestClass]
public sealed class BottleneckCacheTests : IDisposable
{
    private readonly ImageFolder _images = new();
    private readonly ImageFolder _folder = new();
    private readonly Featurizer _featurizer = TinyFeaturizer.Load();

    [TestMethod]
    public void Extract_SecondTime_ComesFromTheCacheAlone()
    {
        var paths = Names(20);
        using var first = Cache().Extract(_featurizer, paths);
        using var second = Cache().Extract(_featurizer, paths);
        Assert.AreEqual((20, 0), (first.Extracted, second.Extracted));
        AssertRows(paths, first);
        AssertRows(paths, second);
        Assert.IsNull(second.CacheProblem);
        Assert.HasCount(1, Directory.GetFiles(_folder.Root, "*.features"));
    }

    [TestMethod]
    public void Extract_ContentAndNotNameCounts()
    {
        var (a, same, b) = (_images.Add("a.png", 1), _images.Add("same.png", 1), _images.Add("b.png", 2));
        using (var first = Cache().Extract(_featurizer, [a, same, b]))
        {
            Assert.AreEqual((3, 2), (first.Rows, first.Extracted));
            CollectionAssert.AreEqual(first.Row(0).ToArray(), first.Row(1).ToArray());
        }
        File.Copy(b, a, overwrite: true);
        _images.Add("b.png", 3);
        using var second = Cache().Extract(_featurizer, [a, b]);
        Assert.AreEqual(1, second.Extracted);
        AssertRows([a, b], second);
    }

    [TestMethod]
    public void Extract_OtherKey_IsNeverAnsweredWithOldRows()
    {
        var paths = Names(3);
        Cache().Extract(_featurizer, paths).Dispose();
        using var other = TinyFeaturizer.Load(new FeaturizerOptions { Preprocess = "unit" });
        using var matrix = Cache().Extract(other, paths);
        Assert.AreEqual(3, matrix.Extracted);
        CollectionAssert.AreEqual(other.Extract(paths[1]), matrix.Row(1).ToArray());
    }

    [TestMethod]
    public void Extract_BadImages_AreNamedAndLeftOut()
    {
        string[] paths = [_images.Add("a.png", 1), _images.Write("broken.jpg", "no image"), _images.Path("absent.png"), _images.Add("b.png", 2)];
        using var matrix = Cache().Extract(_featurizer, paths);
        Assert.AreEqual(2, matrix.Rows);
        CollectionAssert.AreEqual(new[] { 0, 3 }, matrix.Images.ToArray());
        CollectionAssert.AreEqual(paths[1..3], matrix.Failures.Select(f => f.Path).ToArray());
        foreach (var failure in matrix.Failures) StringAssert.Contains(failure.Error.Message, failure.Path);
        CollectionAssert.AreEqual(_featurizer.Extract(paths[3]), matrix.Row(1).ToArray());
        using var none = Cache().Extract(_featurizer, []);
        Assert.AreEqual((0, 5), (none.Rows, none.Columns));
    }

    [TestMethod]
    public async Task Extract_TwoRunsAtOnce_ShareOneWholeFile()
    {
        var paths = Names(120);
        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(run => Task.Run(() =>
        {
            using var featurizer = TinyFeaturizer.Load();
            return Cache().Extract(featurizer, run == 1 ? [.. paths.Reverse()] : paths);
        })));
        AssertRows(paths, runs[0]);
        AssertRows([.. paths.Reverse()], runs[1]);
        Assert.IsTrue(runs.All(r => r.CacheProblem is null), runs.FirstOrDefault(r => r.CacheProblem is not null)?.CacheProblem);
        foreach (var run in runs) run.Dispose();
        using var after = Cache().Extract(_featurizer, paths);
        Assert.AreEqual(0, after.Extracted);
        Assert.AreEqual(64 + (120 * (40 + (5 * 4))), new FileInfo(CacheFile()).Length, "each image stands there once");
    }

    [TestMethod]
    public void Extract_Stopped_KeepsWhatWasMade()
    {
        var paths = Names(40);
        using var stop = new CancellationTokenSource();
        var callback = new Callback(p => { if (p.Done == 10) stop.Cancel(); });
        Assert.Throws<OperationCanceledException>(() => Cache().Extract(_featurizer, paths, callback, stop.Token));
        using var rest = Cache().Extract(_featurizer, paths);
        // What was under way when it was stopped counts too.
        Assert.IsInRange(10, 39, callback.All[^1].Done);
        Assert.AreEqual(40 - callback.All[^1].Done, rest.Extracted);
        AssertRows(paths, rest);
    }

    /// <summary>The first image, white, is stopped within the network, while those behind it are done already.</summary>
    [TestMethod]
    [Timeout(90_000)]
    public void Extract_StoppedWithinTheFirstImage_KeepsTheOthersUnderTheirOwnNames()
    {
        using (var image = TestImages.Solid(4, 3, new RgbColor(255, 255, 255))) image.Save(_images.Path("white.png"));
        string[] others = [.. Names(8).Select(DarkenOne)];
        using (var slow = Featurizer.Load(SlowNetwork.Of(TinyFeaturizer.Network(), SlowNetwork.Endless, byImage: true), new FeaturizerOptions { Threads = 2, Preprocess = "raw" }))
        {
            // Long enough for the first few of the others on a busy machine: results come in order, so nothing tells that they are done.
            using var stop = Cancellation.After(TimeSpan.FromSeconds(15));
            Assert.Throws<OperationCanceledException>(() => Cache().Extract(slow, [_images.Path("white.png"), .. others], cancellationToken: stop.Token));
            using var after = Cache().Extract(slow, others);
            for (var i = 0; i < others.Length; i++) CollectionAssert.AreEqual(slow.Extract(others[i]), after.Row(i).ToArray(), others[i]);
            Assert.IsLessThan(others.Length, after.Extracted, "some were kept");
        }

        static string DarkenOne(string path)
        {
            using var image = RgbImage.Load(path);
            foreach (ref var pixel in image.Pixels[..8]) pixel = 0;
            image.Save(path);
            return path;
        }
    }

    [TestMethod]
    public void Extract_Progress_CountsAllOnceAndSaysWhatIsLeft()
    {
        Cache().Extract(_featurizer, Names(4)).Dispose();
        var callback = new Callback();
        using var matrix = Cache().Extract(_featurizer, Names(10), callback);
        CollectionAssert.AreEqual(Enumerable.Range(4, 7).ToArray(), callback.All.Select(p => p.Done).ToArray());
        Assert.IsTrue(callback.All.All(p => p is { Total: 10, Cached: 4, CacheProblem: null }));
        Assert.IsNull(callback.All[0].Remaining);
        Assert.IsTrue(callback.All.Skip(1).All(p => p.Remaining >= TimeSpan.Zero));
        Assert.AreEqual(TimeSpan.Zero, callback.All[^1].Remaining);
    }

    [TestMethod]
    public void Row_OfDisposedMatrix_Throws()
    {
        var matrix = Cache().Extract(_featurizer, Names(1));
        var row = matrix.Row(0);
        matrix.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => row.Span[0]);
    }

    [TestMethod]
    public void Extract_WithoutFolder_KeepsRowsInMemory()
    {
        var paths = Names(3);
        using var matrix = new BottleneckCache(null).Extract(_featurizer, [.. paths, paths[0]]);
        Assert.AreEqual((4, 3, null), (matrix.Rows, matrix.Extracted, matrix.CacheProblem));
        AssertRows([.. paths, paths[0]], matrix);
    }

    public void Dispose()
    {
        _featurizer.Dispose();
        _images.Dispose();
        _folder.Dispose();
    }

    private BottleneckCache Cache() => new(_folder.Root);

    private string CacheFile() => Directory.GetFiles(_folder.Root, "*.features").Single();

    private string[] Names(int count) => _images.Add([.. Enumerable.Range(0, count).Select(i => $"{i:000}.png")]);

    private void AssertRows(string[] paths, FeatureMatrix matrix)
    {
        Assert.AreEqual((paths.Length, 5), (matrix.Rows, matrix.Columns));
        for (var i = 0; i < paths.Length; i++) CollectionAssert.AreEqual(_featurizer.Extract(paths[i]), matrix.Row(i).ToArray(), paths[i]);
    }

    private sealed class Callback(Action<FeatureProgress>? then = null) : IProgress<FeatureProgress>
    {
        public List<FeatureProgress> All { get; } = [];

        public void Report(FeatureProgress value)
        {
            All.Add(value);
            then?.Invoke(value);
        }
    }
}
