using System.Diagnostics;
using MlNetVision.Gradients;

namespace MlNetVision.Training.Tests.Classification;

/// <summary>Training loops and evaluators that are disposed or stopped while they run.</summary>
[TestClass]
public sealed class LoopLifecycleTests
{
    /// <summary>A second is what callers are promised; a machine that does much else at once gets some more.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [TestMethod]
    [Timeout(60_000)]
    public void Loop_TokenCancelledInTheFirstEpoch_Ends()
    {
        var head = HeadGraph.Build(ClassifierHead.Softmax, 4, 2, 1, seed: 0);
        var rows = new LabeledFeatures([new float[] { 1, 2, 3, 4 }, new float[] { 0, 1, 0, 1 }], [0, 1]);
        var network = new TrainableNetwork(SlowNetwork.Of(head, SlowNetwork.Endless), HeadGraph.Parameters(ClassifierHead.Softmax), [4], 2);
        using var stop = Cancellation.After(TimeSpan.FromMilliseconds(300));
        var clock = Stopwatch.StartNew();
        Assert.ThrowsExactly<OperationCanceledException>(() => new ClassifierLoop(network, rows, null, new ClassifierTrainingOptions { Threads = 1 }).Run(null, stop.Token));
        Assert.IsLessThan(Soon, clock.Elapsed);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task Evaluator_StoppedOrDisposed_EndsAsASessionDoes()
    {
        var model = HeadGraph.Build(ClassifierHead.Softmax, 4, 2, 1, seed: 0);
        var name = HeadGraph.Parameters(ClassifierHead.Softmax)[0];
        var stored = model.Graph.Initializer.Single(t => t.Name == name);
        var tensor = new TrainableTensor(name, [.. stored.Dims], new float[stored.Dims.Aggregate(1L, (a, b) => a * b)]);
        using (var endless = new NetworkEvaluator(SlowNetwork.Of(model, SlowNetwork.Endless), [tensor], new ClassifierTrainingOptions { Threads = 1 }))
        using (var stop = Cancellation.After(TimeSpan.FromMilliseconds(200)))
            Assert.ThrowsExactly<OperationCanceledException>(() => endless.Run(new float[4], 1, [4], stop.Token));
        for (var i = 0; i < 20; i++)
        {
            var evaluator = new NetworkEvaluator(SlowNetwork.Of(model, 1000), [tensor], new ClassifierTrainingOptions { Threads = 1 });
            using var begun = new ManualResetEventSlim();
            var runs = Task.Run(() =>
            {
                for (; ; begun.Set()) Assert.HasCount(2, evaluator.Run(new float[4], 1, [4], CancellationToken.None));
            });
            await Task.WhenAny(Task.Run(begun.Wait), runs);
            evaluator.Dispose();
            evaluator.Dispose();
            await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => runs);
        }
    }
}
