using System.Diagnostics;

namespace MlNetVision.Stress.Fuzzing;

/// <summary>A thread that watches time and memory of the input in work. What it finds cannot be ended otherwise, so it ends the process.</summary>
internal sealed class FuzzWatch : IDisposable
{
    /// <summary>The most memory above that at the start.</summary>
    public const long MostMemory = 1L << 30;

    /// <summary>A reader that has hung is ended after this time by the clock, however busy the machine is.</summary>
    private static readonly TimeSpan Hung = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private readonly IFuzzCounts _counts;
    private readonly Action<string, string> _end;
    private readonly Timer _timer;
    private readonly long _start;
    private int _isBusy;

    /// <param name="counts">Says which input is in work and since when.</param>
    /// <param name="end">Reports key and text of a finding and ends the process.</param>
    public FuzzWatch(IFuzzCounts counts, Action<string, string> end)
    {
        (_counts, _end, _start) = (counts, end, Environment.WorkingSet);
        _timer = new Timer(_ => Look(), null, Interval, Interval);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        if (Interlocked.Exchange(ref _isBusy, 1) == 1) return;
        var memory = Environment.WorkingSet - _start;
        if (memory > _counts.MostMemory) _counts.MostMemory = memory;
        if (memory > MostMemory) _end("memory", FormattableString.Invariant($"{memory >> 20} MiB above the start; at most {MostMemory >> 20} MiB were expected"));
        if (_counts.Begun is var begun and not 0 && Stopwatch.GetElapsedTime(begun) is var taken && taken > Hung)
            _end("hang", FormattableString.Invariant($"has not ended after {taken.TotalSeconds:0} s"));
        Volatile.Write(ref _isBusy, 0);
    }
}
