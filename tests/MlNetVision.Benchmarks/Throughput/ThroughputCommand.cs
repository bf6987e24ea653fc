using System.Globalization;
using MlNetVision.Detection;

namespace MlNetVision.Benchmarks;

/// <summary>
/// <c>throughput</c>: from files to boxes beside the bare network and beside OpenCV on the same weights, and the steps
/// beside the network alone; one Markdown table for each model.
/// </summary>
internal static class ThroughputCommand
{
    public static int Run(BenchmarkArguments arguments)
    {
        using var files = new BenchmarkFiles();
        var images = files.Images(arguments.Files);
        if (OpenCv.Missing is { } reason) Console.WriteLine($"OpenCV is left out: {reason}");
        foreach (var model in files.Models(arguments.Model))
        {
            using var detector = ObjectDetector.Load(model);
            Console.WriteLine($"\n## {Path.GetFileName(model)}, {Path.GetFileName(images[0])}{(images.Count > 1 ? " …" : "")}, {Environment.ProcessorCount} cores");
            EndToEnd(model, detector, Repeat(images, arguments.Count ?? 30), arguments.Rounds);
            Steps(model, detector, Repeat([images[0]], arguments.Count ?? 30), arguments.Rounds);
        }
        return 0;
    }

    private static void EndToEnd(string model, ObjectDetector detector, string[] images, int rounds)
    {
        var workers = Environment.ProcessorCount;
        List<Contender> contenders =
        [
            NetworkAlone.AllThreads(detector.Model), NetworkAlone.SideBySide(detector.Model, workers),
            Ours.Many(detector), Ours.One(detector), Ours.Rows(model),
        ];
        if (OpenCv.Missing is null) contenders.AddRange([OpenCv.AllThreads(model, detector), OpenCv.SideBySide(model, detector, workers)]);
        var samples = Rounds.Measure(contenders, images, rounds);
        var (all, side) = (samples[contenders[0].Name], samples[contenders[1].Name]);
        var alone = new Sample(Math.Min(all.Median.Wall, side.Median.Wall), Math.Min(all.Median.Cpu, side.Median.Cpu), 0, 0);
        var least = Math.Min(all.Least.Wall, side.Least.Wall);
        Console.WriteLine("\n| from files to boxes | time ÷ network alone | least time ÷ least alone | CPU ÷ CPU alone | images/s | ms | least ms | CPU ms | managed bytes | boxes |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var (name, (s, l)) in samples)
            Print($"| {name} | {s.Wall / alone.Wall:F2} | {l.Wall / least:F2} | {s.Cpu / alone.Cpu:F2} | {1000 / s.Wall:F1} | {s.Wall:F1} | {l.Wall:F1} | {s.Cpu:F1} | {s.Managed:F0} | {s.Boxes:F0} |");
        contenders.ForEach(c => c.Dispose());
    }

    private static void Steps(string model, ObjectDetector detector, string[] images, int rounds)
    {
        var contenders = PartContenders.Ours(detector, images[0]).Concat(PartContenders.Theirs(detector, model, images[0])).ToList();
        var samples = Rounds.Measure(contenders, images, rounds);
        var all = samples["all of these"].Median.Cpu;
        Console.WriteLine("\n| one image, one thread | ÷ all of ours | ms | least ms | CPU ms | managed bytes |\n|---|---:|---:|---:|---:|---:|");
        foreach (var (name, (s, l)) in samples) Print($"| {name} | {s.Cpu / all:F2} | {s.Wall:F2} | {l.Wall:F2} | {s.Cpu:F2} | {s.Managed:F0} |");
        contenders.ForEach(c => c.Dispose());
    }

    private static string[] Repeat(IReadOnlyList<string> images, int count) => [.. Enumerable.Range(0, count).Select(i => images[i % images.Count])];

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
