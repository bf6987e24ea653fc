using System.Diagnostics;
using MlNetVision.Gradients.Losses;
using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Tests;

/// <summary>Sessions that are disposed or stopped while they run.</summary>
[TestClass]
public sealed class GradientSessionLifecycleTests
{
    /// <summary>A second is what callers are promised; a machine that does much else at once gets some more.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static readonly Dictionary<string, TrainingFeed> Feeds = new()
    {
        ["x"] = TrainingFeed.Of<float>(new float[] { 1, 2, 3, 4, 0, 1, 0, 1 }, 2, 4), ["labels"] = TrainingFeed.Of<long>(new long[] { 0, 1 }, 2),
    };

    [TestMethod]
    public void Step_AfterDispose_ThrowsAndValuesStay()
    {
        var session = Open(0);
        session.Step(Feeds);
        session.Dispose();
        session.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => session.Step(Feeds));
        Assert.AreEqual(8, session.Parameters[0].Values.Length);
        Assert.AreEqual(1, session.NextStep);
        session.Export().Check();
        var unused = Open(0);
        unused.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => unused.Step(Feeds));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task Dispose_OfTwoHundredSessionsThatFourThreadsStep_LetsStepsEnd()
    {
        const int Threads = 4, Swaps = 200;
        using var reference = Open(0);
        var expected = reference.Step(Feeds);
        // A session takes one step at a time, so each thread has its own.
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < Swaps / Threads; i++)
            {
                var session = Open(1000);
                var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                var steps = Task.Run(() =>
                {
                    for (; ; begun.TrySetResult()) Assert.AreEqual(expected, session.Step(Feeds));
                });
                await Task.WhenAny(begun.Task, steps);
                session.Dispose();
                await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => steps);
            }
        })));
    }

    [TestMethod]
    [Timeout(60_000)]
    public void Step_TokenCancelled_StopsTheGraphAndChangesNothing()
    {
        using var session = Open(SlowNetwork.Endless);
        var values = session.Parameters[0].Values.ToArray();
        using var stop = Cancellation.After(TimeSpan.FromMilliseconds(200));
        var clock = Stopwatch.StartNew();
        Assert.ThrowsExactly<OperationCanceledException>(() => session.Step(Feeds, stop.Token));
        Assert.IsLessThan(Soon, clock.Elapsed);
        Assert.AreEqual(0, session.NextStep);
        CollectionAssert.AreEqual(values, session.Parameters[0].Values);
    }

    private static GradientSession Open(long turns)
    {
        var builder = new GraphWriter("net");
        var logits = builder.Node("Gemm", "logits", [builder.Input("x", DataType.Float, -1, 4), builder.Floats("w", [.. Enumerable.Range(0, 8).Select(i => 0.1f * i)], 2, 4)], ("transB", 1));
        builder.Output(logits, DataType.Float, -1, 2);
        var model = LossGraph.AddCrossEntropy(turns == 0 ? builder.Build("net") : SlowNetwork.Of(builder.Build("net"), turns), logits);
        return new GradientSession(TrainingGraph.Differentiate(model, "loss", ["w"]), new() { Threads = 1 });
    }
}
