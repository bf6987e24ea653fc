using System.Globalization;
using MlNetVision.Detection;

namespace MlNetVision.Benchmarks;

/// <summary><c>memory</c>: the resident memory after a tenth of the images and after all of them, and the managed bytes of each.</summary>
internal static class MemoryCommand
{
    public static int Run(BenchmarkArguments arguments)
    {
        using var files = new BenchmarkFiles();
        var images = files.Images(arguments.Files);
        var model = arguments.Model ?? BenchmarkFiles.BloodCells;
        var count = arguments.Count ?? 2000;
        var all = Enumerable.Range(0, count).Select(i => images[i % images.Count]);
        var (first, last) = Watch(arguments.MlNet ? Rows(model, all) : Plain(model, all), Math.Max(1, count / 10));
        Console.WriteLine($"{Path.GetFileName(model)}, {(arguments.MlNet ? "ML.NET rows" : "DetectManyAsync")}, {count} images");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"resident after {first.Images}: {first.Resident >> 10} KiB, after {last.Images}: {last.Resident >> 10} KiB, ratio {(double)last.Resident / first.Resident:F3}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"managed bytes per image: {(last.Allocated - first.Allocated) / (last.Images - first.Images)}"));
        return 0;
    }

    private static IEnumerable<int> Plain(string model, IEnumerable<string> images)
    {
        using var detector = ObjectDetector.Load(model);
        foreach (var count in Ours.Counts(detector, images)) yield return count;
    }

    private static IEnumerable<int> Rows(string model, IEnumerable<string> images)
    {
        using var rows = new RowDetector(model);
        foreach (var count in rows.Counts(images)) yield return count;
    }

    private static (MemoryMark First, MemoryMark Last) Watch(IEnumerable<int> results, int early)
    {
        var (first, count) = (default(MemoryMark), 0);
        foreach (var _ in results)
        {
            if (++count == early) first = MemoryMark.Now(count);
        }
        return (first, MemoryMark.Now(count));
    }
}
