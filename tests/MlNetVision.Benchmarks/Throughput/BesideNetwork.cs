using System.Globalization;
using MlNetVision.Onnx;

namespace MlNetVision.Benchmarks;

/// <summary>Ways from files to results beside the bare network, as a Markdown table.</summary>
internal static class BesideNetwork
{
    /// <param name="title">The heading.</param>
    /// <param name="what">What is timed.</param>
    /// <param name="network">The network, at one size.</param>
    /// <param name="images">The images of one round.</param>
    /// <param name="rounds">The rounds.</param>
    /// <param name="ways">The ways.</param>
    public static void Print(string title, string what, OnnxModel network, IReadOnlyList<string> images, int rounds, params IReadOnlyList<Contender> ways)
    {
        List<Contender> contenders = [NetworkAlone.AllThreads(network), NetworkAlone.SideBySide(network, Environment.ProcessorCount), .. ways];
        var samples = Rounds.Measure(contenders, images, rounds);
        var alone = contenders.Take(2).Min(c => samples[c.Name].Median.Wall);
        var least = contenders.Take(2).Min(c => samples[c.Name].Least.Wall);
        Console.WriteLine($"\n## {title}, {images.Count} images, {Environment.ProcessorCount} cores");
        Console.WriteLine($"\n| {what} | time ÷ network alone | least time ÷ least alone | ms | CPU ms |\n|---|---:|---:|---:|---:|");
        foreach (var (name, (s, l)) in samples)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {s.Wall / alone:F2} | {l.Wall / least:F2} | {s.Wall:F1} | {s.Cpu:F1} |"));
        contenders.ForEach(c => c.Dispose());
    }
}
