using System.Diagnostics;

namespace MlNetVision.Benchmarks;

/// <summary>
/// Measures contenders in turns, A B C A B C …, so that what slows the machine for a while slows all of them. The
/// first round only warms up.
/// </summary>
internal static class Rounds
{
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    public static Dictionary<string, Measurement> Measure(IReadOnlyList<Contender> contenders, IReadOnlyList<string> images, int rounds)
    {
        var samples = contenders.ToDictionary(c => c.Name, _ => new List<Sample>());
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var contender in contenders)
            {
                GC.Collect();
                Settle();
                var sample = Sample.Of(contender, images);
                if (round > 0) samples[contender.Name].Add(sample);
            }
        }
        return samples.ToDictionary(s => s.Key, s => Measurement.Of(s.Value));
    }

    /// <summary>
    /// Waits until the process rests: ONNX Runtime's threads spin for some 50 ms after their last run, which would be the next
    /// contender's loss.
    /// </summary>
    private static void Settle()
    {
        using var process = Process.GetCurrentProcess();
        using var never = new ManualResetEventSlim();
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Longest;)
        {
            process.Refresh();
            var before = process.TotalProcessorTime;
            never.Wait(Slice);
            process.Refresh();
            if (process.TotalProcessorTime - before < Slice / 10) return;
        }
    }
}
