using System.Globalization;
using MlNetVision.Segmentation;

namespace MlNetVision.Benchmarks;

/// <summary><c>segmentation</c>: from files to masks of the pictures' own size, beside the bare network.</summary>
internal static class SegmentationCommand
{
    public static int Run(BenchmarkArguments arguments)
    {
        using var files = new BenchmarkFiles();
        var given = files.Pictures(arguments.Pictures);
        string[] pictures = [.. Enumerable.Range(0, arguments.Images ?? 100).Select(i => given[i % given.Count])];
        var model = arguments.Model ?? "streets";
        using var segmenter = Segmenter.Load(model);
        List<Contender> contenders =
        [
            NetworkAlone.AllThreads(segmenter.Model), NetworkAlone.SideBySide(segmenter.Model, Environment.ProcessorCount),
            new("ours, many pictures", paths => segmenter.SegmentManyAsync(paths).ToBlockingEnumerable().Select(o => o.Result ?? throw o.Error!).Count()),
            new("ours, one picture at a time", paths => paths.Select(segmenter.Segment).Count()),
        ];
        var samples = Rounds.Measure(contenders, pictures, arguments.Rounds);
        var alone = contenders.Take(2).Min(c => samples[c.Name].Median.Wall);
        var least = contenders.Take(2).Min(c => samples[c.Name].Least.Wall);
        Console.WriteLine($"\n## {Path.GetFileName(model)}, {pictures.Length} pictures, {Environment.ProcessorCount} cores");
        Console.WriteLine("\n| from files to masks | time ÷ network alone | least time ÷ least alone | ms | CPU ms |\n|---|---:|---:|---:|---:|");
        foreach (var (name, (s, l)) in samples)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {s.Wall / alone:F2} | {l.Wall / least:F2} | {s.Wall:F1} | {s.Cpu:F1} |"));
        contenders.ForEach(c => c.Dispose());
        return 0;
    }
}
