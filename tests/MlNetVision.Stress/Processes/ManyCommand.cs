using System.Diagnostics;
using MlNetVision.Cli.Tests;
using MlNetVision.Stress.Drawn;
using MlNetVision.Stress.Fuzzing;
using SkiaSharp;

namespace MlNetVision.Stress.Processes;

/// <summary>Runs <c>detect</c> with JSON and a journal on very many small images, and prints how its memory grows.</summary>
internal static class ManyCommand
{
    private const int Folders = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public static int Run(ReadOnlySpan<string> args)
    {
        var images = (int)(Arguments.Parse(args, "--images").Number("--images") ?? 100_000);
        using var sandbox = new Sandbox();
        using (var models = new TemporaryFolder())
        {
            TinyDetector.Write(models, "d");
            foreach (var file in Directory.EnumerateFiles(models.Path)) sandbox.Write(Path.GetFileName(file), File.ReadAllBytes(file));
        }
        for (var folder = 0; folder < Folders; folder++)
        {
            var image = DrawnImages.Encode(64 + folder, 48, SKEncodedImageFormat.Png);
            for (var i = folder; i < images; i += Folders) sandbox.Write(FormattableString.Invariant($"images/{folder:00}/{i:000000}.png"), image);
        }
        var (clock, memory) = (Stopwatch.StartNew(), new List<long>());
        using var run = CliRun.Start(sandbox.Root, ["detect", "images", "-m", "d.cfg", "--json", "all.jsonl", "--quiet"]);
        (int Code, string Error)? end;
        while ((end = run.Wait(Pause)) is null) memory.Add(run.Memory);
        var lines = File.ReadLines(sandbox["all.jsonl"]).Count();
        if (end.Value.Code != 0 || lines != images)
        {
            Console.WriteLine(FormattableString.Invariant($"exit code {end.Value.Code}, {lines} lines for {images} images: {end.Value.Error}"));
            return 1;
        }
        foreach (var tenth in new[] { 1, 2, 5, 9 })
            Console.WriteLine(FormattableString.Invariant($"after {tenth} tenths: {memory[memory.Count * tenth / 10] >> 20} MiB"));
        Console.WriteLine(FormattableString.Invariant($"{images} images, {lines} lines, {clock.Elapsed.TotalSeconds:0} s"));
        return 0;
    }
}
