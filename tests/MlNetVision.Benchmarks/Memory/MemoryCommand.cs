using System.Globalization;
using MlNetVision.Detection;

namespace MlNetVision.Benchmarks;

/// <summary><c>memory</c>: the resident memory after a tenth of the pictures and after all of them, and the managed bytes of each.</summary>
internal static class MemoryCommand
{
    public static async Task<int> RunAsync(BenchmarkArguments arguments)
    {
        using var files = new BenchmarkFiles();
        var pictures = files.Pictures(arguments.Pictures);
        var model = arguments.Model ?? BenchmarkFiles.BloodCells;
        var images = arguments.Images ?? 2000;
        var watch = new MemoryWatch(Math.Max(1, images / 10));
        var all = Enumerable.Range(0, images).Select(i => pictures[i % pictures.Count]);
        if (arguments.MlNet)
        {
            using var rows = new RowDetector(model);
            rows.Count(watch.Count(all));
        }
        else
        {
            using var detector = ObjectDetector.Load(model);
            await Ours.CountAsync(detector, watch.Count(all));
        }
        watch.Stop();
        Console.WriteLine($"{Path.GetFileName(model)}, {(arguments.MlNet ? "ML.NET rows" : "DetectManyAsync")}, {images} pictures");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"resident after {watch.Early}: {watch.EarlyResident >> 10} KiB, at the end: {watch.LateResident >> 10} KiB, ratio {(double)watch.LateResident / watch.EarlyResident:F3}; managed bytes a picture: {watch.ManagedPerPicture:F0}"));
        return 0;
    }
}
