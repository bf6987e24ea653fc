using System.Diagnostics;

namespace MlNetVision.Benchmarks;

/// <summary>The cost of one image.</summary>
/// <param name="Wall">Milliseconds that passed.</param>
/// <param name="Cpu">Milliseconds of all threads of the process: other programs on the machine hardly change it.</param>
/// <param name="Managed">Managed bytes allocated.</param>
/// <param name="Boxes">Boxes found.</param>
internal readonly record struct Sample(double Wall, double Cpu, double Managed, double Boxes)
{
    public static Sample Of(Contender contender, IReadOnlyList<string> images)
    {
        var bytes = GC.GetTotalAllocatedBytes();
        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        var boxes = contender.Run(images);
        var wall = clock.Elapsed;
        double count = images.Count;
        return new(wall.TotalMilliseconds / count, (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds / count,
            (GC.GetTotalAllocatedBytes() - bytes) / count, boxes / count);
    }
}
