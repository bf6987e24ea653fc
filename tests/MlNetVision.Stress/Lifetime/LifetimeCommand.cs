using System.Diagnostics;
using MlNetVision.Classification;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Segmentation;
using MlNetVision.Stress.Fuzzing;
using MlNetVision.Style;

namespace MlNetVision.Stress.Lifetime;

/// <summary>
/// Opens, runs and disposes models of each kind many times, from several threads, with cancellation and disposal at random times, and watches
/// that the memory of the process stays level.
/// </summary>
internal static class LifetimeCommand
{
    /// <summary>The growth after the first third that counts as a leak; heaps and allocators keep some of what is free.</summary>
    private const long MostGrowth = 64L << 20;

    private static readonly (string Name, Func<byte[]> Bytes, Func<byte[], IDisposable> Load, Action<IDisposable, RgbImage, CancellationToken> Run)[] Kinds =
    [
        ("detector", TinyModels.Detector, b => ObjectDetector.Load(b), (m, i, c) => ((ObjectDetector)m).Detect(i, c)),
        ("segmenter", TinyModels.Segmenter, b => Segmenter.Load(b), (m, i, c) => ((Segmenter)m).Segment(i, c)),
        ("classifier", TinyModels.Classifier, b => ImageClassifier.Load(b), (m, i, c) => ((ImageClassifier)m).Classify(i, c)),
        ("stylizer", TinyModels.Stylizer, b => ImageStylizer.Load(b), (m, i, c) => ((ImageStylizer)m).Stylize(i, c).Dispose()),
    ];

    public static int Run(ReadOnlySpan<string> args)
    {
        var arguments = Arguments.Parse(args, "--times", "--threads", "--seed");
        var (times, threads, seed) = ((int)(arguments.Number("--times") ?? 300), (int)(arguments.Number("--threads") ?? 4), (int)(arguments.Number("--seed") ?? 1));
        return StressCommand.Interruptible(stop => Kinds.TakeWhile(_ => !stop.IsCancellationRequested).Count(kind =>
        {
            var clock = Stopwatch.StartNew();
            var result = Run(kind.Name, times, threads, seed, stop);
            Console.WriteLine(FormattableString.Invariant($"{kind.Name,-12} {result.Runs,7} runs {result.Cancelled,6} cancelled {result.Disposed,6} disposed  {result.Growth >> 20,5} MiB growth  {clock.Elapsed.TotalSeconds,4:0} s  {result.Problem}"));
            return result.Problem is not null;
        }));
    }

    /// <summary>Runs one kind.</summary>
    /// <param name="name">The kind: detector, segmenter, classifier or stylizer.</param>
    /// <param name="times">How often each thread opens a model.</param>
    /// <param name="threads">How many threads share the model that was opened last.</param>
    /// <param name="seed">The random seed.</param>
    /// <param name="stop">Ends it early.</param>
    public static LifetimeResult Run(string name, int times, int threads, int seed, CancellationToken stop)
    {
        var kind = Kinds.Single(k => k.Name == name);
        var (bytes, result) = (kind.Bytes(), new LifetimeResult());
        using var image = new RgbImage(40, 30);
        var warm = 0L;
        for (var round = 0; round < times && !stop.IsCancellationRequested && result.Problem is null; round++)
        {
            var model = kind.Load(bytes);
            var random = new Random(seed * 1_000_003 + round);
            var seeds = Enumerable.Range(0, threads).Select(_ => random.Next()).ToArray();
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread => Use(model, (m, c) => kind.Run(m, image, c), seeds[thread], disposes: thread == 0, result));
            model.Dispose();
            model.Dispose();
            if (round == times / 3) warm = Level();
        }
        result.Growth = warm == 0 ? 0 : Level() - warm;
        if (result.Growth > MostGrowth) result.Problem ??= FormattableString.Invariant($"the memory grew by {result.Growth >> 20} MiB");
        return result;
    }

    /// <summary>Some runs; one is cancelled at some time, and one thread disposes the model while the others use it.</summary>
    private static void Use(IDisposable model, Action<IDisposable, CancellationToken> run, int seed, bool disposes, LifetimeResult result)
    {
        var random = new Random(seed);
        for (var i = 0; i < 5; i++)
        {
            using var cancel = new CancellationTokenSource();
            if (random.Next(3) == 0) cancel.CancelAfter(TimeSpan.FromMicroseconds(random.Next(3000)));
            if (disposes && i == 4) model.Dispose();
            try
            {
                run(model, cancel.Token);
                Interlocked.Increment(ref result.Runs);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                Interlocked.Increment(ref result.Cancelled);
            }
            catch (ObjectDisposedException)
            {
                Interlocked.Increment(ref result.Disposed);
            }
            catch (Exception e)
            {
                result.Problem = e.ToString();
            }
        }
    }

    /// <summary>The memory of the process with what is dead collected.</summary>
    private static long Level()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
        return Environment.WorkingSet;
    }
}

/// <summary>What became of the runs of one kind of model.</summary>
internal sealed class LifetimeResult
{
    public int Runs;
    public int Cancelled;
    public int Disposed;

    /// <summary>Memory at the end above that after a third, in bytes.</summary>
    public long Growth { get; set; }

    /// <summary>What must not happen; null: nothing did.</summary>
    public string? Problem { get; set; }
}
