using System.Globalization;
using MlNetVision.Classification;

namespace MlNetVision.Benchmarks;

/// <summary>
/// <c>features</c>: from files to features, beside the bare network on tensors that lie ready, and the memory after a tenth of the
/// images and after all of them; then the classifier slid over a larger image, beside its windows cut out.
/// </summary>
internal static class FeaturesCommand
{
    public static int Run(BenchmarkArguments arguments)
    {
        using var files = new BenchmarkFiles();
        var given = files.Images(arguments.Files);
        string[] images = [.. Enumerable.Range(0, arguments.Count ?? 50).Select(i => given[i % given.Count])];
        var model = arguments.Model ?? "flowers";
        using (var featurizer = Featurizer.Load(model))
        {
            Console.WriteLine($"\n## {Path.GetFileName(model)} at {featurizer.Resize.Width}×{featurizer.Resize.Height}, {featurizer.FeatureCount} features, {images.Length} images, {Environment.ProcessorCount} cores");
            Throughput(featurizer, images, arguments.Rounds);
            Memory(featurizer, images);
        }
        SlidingComparison.Run(model, arguments.Rounds);
        return 0;
    }

    private static void Throughput(Featurizer featurizer, string[] images, int rounds)
    {
        List<Contender> contenders =
        [
            NetworkAlone.AllThreads(featurizer.Model), NetworkAlone.SideBySide(featurizer.Model, Environment.ProcessorCount),
            new("ours, many images", paths => featurizer.ExtractManyAsync(paths).ToBlockingEnumerable().Count(o => o.Result is not null)),
            new("ours, one image at a time", paths => paths.Select(p => featurizer.Extract(p)).Count()),
        ];
        var samples = Rounds.Measure(contenders, images, rounds);
        var alone = contenders.Take(2).Min(c => samples[c.Name].Median.Wall);
        var least = contenders.Take(2).Min(c => samples[c.Name].Least.Wall);
        // On a busy machine, processor time is more reliable than wall-clock time.
        var cpu = contenders.Take(2).Min(c => samples[c.Name].Least.Cpu);
        Console.WriteLine("\n| from files to features | images per second ÷ network alone | most ÷ most alone | CPU alone ÷ CPU | ms | CPU ms |\n|---|---:|---:|---:|---:|---:|");
        foreach (var (name, (s, l)) in samples)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {alone / s.Wall:F2} | {least / l.Wall:F2} | {cpu / l.Cpu:F2} | {s.Wall:F1} | {s.Cpu:F1} |"));
        contenders.ForEach(c => c.Dispose());
    }

    private static void Memory(Featurizer featurizer, string[] images)
    {
        var (early, count) = (default(MemoryMark), 0);
        foreach (var _ in featurizer.ExtractManyAsync(Enumerable.Range(0, 10).SelectMany(_ => images)).ToBlockingEnumerable())
            if (++count == images.Length) early = MemoryMark.Now(count);
        var last = MemoryMark.Now(count);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\nresident after {early.Images}: {early.Resident >> 10} KiB, after {last.Images}: {last.Resident >> 10} KiB, ratio {(double)last.Resident / early.Resident:F3}"));
    }
}
