using System.Diagnostics;
using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Tests.Imaging;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Inference;

/// <summary>What disposing does to callers, for every class that owns native sessions: nobody is in a session that is freed.</summary>
[TestClass]
[DoNotParallelize]
public sealed class LifecycleTests : IDisposable
{
    private const int Threads = 4;
    private const int Swaps = 200;

    private readonly RgbImage _image = TestImages.Gradient(90, 36);

    public static IEnumerable<object[]> All => NativeSubject.All.Select(n => new object[] { n });

    public static IEnumerable<object[]> Streaming => NativeSubject.Streaming.Select(n => new object[] { n });

    public void Dispose() => _image.Dispose();

    [TestMethod]
    [DynamicData(nameof(All))]
    public void Call_AfterDispose_Throws(string name)
    {
        var subject = NativeSubject.Open(name);
        subject.Call(_image);
        subject.Dispose();
        subject.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => subject.Call(_image));
    }

    [TestMethod]
    [DynamicData(nameof(All))]
    public void Call_DisposedBeforeFirstUse_Throws(string name)
    {
        var subject = NativeSubject.Open(name);
        subject.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => subject.Call(_image));
    }

    [TestMethod]
    public void Call_DisposedBeforeFirstUse_OpensNoSession()
    {
        var builder = new GraphWriter("odd");
        var flat = builder.Node("Flatten", "flat", [builder.Node("GlobalAveragePool", "mean", [builder.Input("image", DataType.Float, 1, 3, 8, 8)])]);
        builder.Output(builder.Node("NoSuchOperator", "scores", [flat]), DataType.Float, 1, 3);
        var model = builder.Build("odd.onnx");
        model.SetNames(["red", "green", "blue"]);
        var classifier = ImageClassifier.Load(model, new ImageClassifierOptions { Preprocess = "unit" });
        Assert.ThrowsExactly<BadModelException>(() => classifier.Classify(_image), "opening fails");
        classifier.Dispose();
        classifier = ImageClassifier.Load(model, new ImageClassifierOptions { Preprocess = "unit" });
        classifier.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => classifier.Classify(_image), "nothing is opened");
    }

    [TestMethod]
    [DynamicData(nameof(Streaming))]
    public async Task Stream_AfterDispose_ThrowsAlsoForNoImages(string name)
    {
        var subject = NativeSubject.Open(name);
        subject.Dispose();
        await using var stream = subject.Many!([], CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(async () => await stream.MoveNextAsync());
    }

    [TestMethod]
    [Timeout(60_000)]
    [DynamicData(nameof(All))]
    public async Task Dispose_WhileCallsRun_LetsThemEnd(string name)
    {
        var subject = NativeSubject.Open(name, turns: 2000);
        using var begun = new CountdownEvent(Threads);
        var callers = Enumerable.Range(0, Threads).Select(_ => Task.Run(() =>
        {
            for (var isFirst = true; ; isFirst = false)
            {
                subject.Call(_image);
                if (isFirst) begun.Signal();
            }
        })).ToList();
        await Task.WhenAny([Task.Run(begun.Wait), .. callers]);
        subject.Dispose();
        foreach (var caller in callers) await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => caller);
    }

    [TestMethod]
    [Timeout(120_000)]
    [DynamicData(nameof(All))]
    public async Task Swap_UnderFourThreads_EveryCallEndsNormallyOrThrows(string name)
    {
        var (current, calls, isOver) = (NativeSubject.Open(name), 0L, false);
        var callers = Enumerable.Range(0, Threads).Select(_ => Task.Run(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                try
                {
                    Volatile.Read(ref current).Call(_image);
                    Interlocked.Increment(ref calls);
                }
                catch (ObjectDisposedException)
                {
                    // The next one is there already.
                }
            }
        })).ToList();
        for (var i = 0; i < Swaps; i++)
        {
            var before = Volatile.Read(ref calls);
            var old = Interlocked.Exchange(ref current, NativeSubject.Open(name));
            old.Dispose();
            SpinWait.SpinUntil(() => Volatile.Read(ref calls) > before || callers.Exists(c => c.IsCompleted));
        }
        Volatile.Write(ref isOver, true);
        await Task.WhenAll(callers);
        current.Dispose();
        Assert.IsGreaterThanOrEqualTo(Swaps, calls);
    }

    [TestMethod]
    [Timeout(120_000)]
    public void Swap_TwoHundredTimes_MemoryStays()
    {
        const int Elements = 512 * 1024;
        var builder = new GraphWriter("large");
        var mean = builder.Node("GlobalAveragePool", "mean", [builder.Input("image", DataType.Float, 1, 3, 8, 8)]);
        var weighed = builder.Node("ReduceMean", "weighed", [builder.Node("Add", "wide", [builder.Node("ReduceMean", "grey", [mean], ("keepdims", 0)), builder.Floats("weights", new float[Elements], 1, Elements)])], ("axes", new long[] { 1 }));
        builder.Output(builder.Node("Concat", "scores", [weighed, weighed], ("axis", 1)), DataType.Float, 1, 2);
        var model = builder.Build("large.onnx");
        model.SetNames(["a", "b"]);
        var options = new ImageClassifierOptions { Preprocess = "unit", Threads = 1 };
        for (var i = 0; i < 20; i++) Swap();
        var before = Resident();
        for (var i = 0; i < Swaps; i++) Swap();
        // 2 MiB of weights each: all that is not freed would be 400 MiB.
        Assert.IsLessThan(150L << 20, Resident() - before);

        void Swap()
        {
            using var classifier = ImageClassifier.Load(model, options);
            classifier.Classify(_image);
        }
    }

    [TestMethod]
    [Timeout(60_000)]
    [DynamicData(nameof(Streaming))]
    public async Task Dispose_DuringAStream_EndsIt(string name)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Path("a.png");
        _image.Save(file);
        var subject = NativeSubject.Open(name);
        var seen = 0;
        try
        {
            await foreach (var error in subject.Many!(Enumerable.Repeat(file, 60), CancellationToken.None))
            {
                Assert.IsNull(error);
                if (++seen == 3) subject.Dispose();
            }
            Assert.AreEqual(60, seen, "it ended as usual, yet not all were answered");
        }
        catch (ObjectDisposedException)
        {
            Assert.IsGreaterThanOrEqualTo(3, seen);
        }
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
