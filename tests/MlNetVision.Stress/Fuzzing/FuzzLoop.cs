using System.Diagnostics;

namespace MlNetVision.Stress.Fuzzing;

/// <summary>What became of the inputs of one reader so far. Another thread or process may read it at any time.</summary>
internal interface IFuzzCounts
{
    /// <summary>The number of the input that is being read.</summary>
    long Number { get; set; }

    long Inputs { get; set; }

    long Accepted { get; set; }

    long Refused { get; set; }

    long Findings { get; set; }

    /// <summary>The longest time of an input in microseconds: by the clock or of the processor, whichever is less.</summary>
    long Slowest { get; set; }

    long SlowestNumber { get; set; }

    /// <summary>The most memory above that at the start, in bytes.</summary>
    long MostMemory { get; set; }

    /// <summary>When the input in work was begun, in <see cref="Stopwatch"/> ticks; 0: none is.</summary>
    long Begun { get; set; }
}

/// <summary>Something that must not happen.</summary>
/// <param name="Number">The input's number.</param>
/// <param name="Input">Its bytes.</param>
/// <param name="Key">What makes two findings the same: the exception and where it came from.</param>
/// <param name="Report">What happened, in words.</param>
internal sealed record FuzzFinding(long Number, byte[] Input, string Key, string Report);

/// <summary>Gives inputs to a reader, one after the other.</summary>
internal sealed class FuzzLoop(FuzzTarget target, int seed, IFuzzCounts counts, Action<FuzzFinding> report)
{
    /// <summary>The longest that one input may take.</summary>
    public static readonly TimeSpan MostTime = TimeSpan.FromSeconds(5);

    private readonly FuzzInput _inputs = new(target, seed);

    /// <param name="from">The first number.</param>
    /// <param name="count">How many inputs.</param>
    /// <param name="isStopped">Asked before each input.</param>
    public void Run(long from, long count, Func<bool> isStopped)
    {
        using var sandbox = new Sandbox();
        var read = target.Open(sandbox);
        for (var number = from; number < from + count && !isStopped(); number++) One(read, number);
        counts.Begun = 0;
    }

    private void One(Action<byte[]> read, long number)
    {
        counts.Number = number;
        var input = _inputs[number];
        var (start, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        counts.Begun = start;
        Exception? error = null;
        try
        {
            read(input);
        }
        catch (Exception e)
        {
            error = e;
        }
        // On a busy machine the clock runs on while others work.
        var (clock, processor) = (Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - used);
        var taken = clock < processor ? clock : processor;
        counts.Begun = 0;
        counts.Inputs++;
        if (error is null) counts.Accepted++;
        else if (target.IsRefusal(error)) counts.Refused++;
        if (taken.TotalMicroseconds > counts.Slowest) (counts.Slowest, counts.SlowestNumber) = ((long)taken.TotalMicroseconds, number);
        Judge(number, input, error, taken);
    }

    private void Judge(long number, byte[] input, Exception? error, TimeSpan taken)
    {
        if (error is not null && _inputs.IsSound(number)) Find($"sound input {number}", $"a sound input was refused: {error}");
        else if (error is not null && !target.IsRefusal(error)) Find(KeyOf(error), error.ToString());
        else if (error is { Message: "" }) Find("empty message", error.ToString());
        else if (taken > MostTime) Find("slow", FormattableString.Invariant($"took {taken.TotalSeconds:0.0} s; at most {MostTime.TotalSeconds:0} s were expected"));

        void Find(string key, string what)
        {
            counts.Findings++;
            report(new(number, input, key, what));
        }
    }

    /// <summary>The type and the first of our own methods on the stack, so that one flaw is one finding.</summary>
    private static string KeyOf(Exception error)
    {
        if (error is AggregateException { InnerException: { } inner }) error = inner;
        var frames = new StackTrace(error).GetFrames().Select(f => f.GetMethod()).Where(m => m?.DeclaringType is not null)
            .Select(m => $"{m!.DeclaringType!.FullName}.{m.Name}").ToList();
        return $"{error.GetType().Name} in {frames.FirstOrDefault(f => f.StartsWith("MlNetVision", StringComparison.Ordinal)) ?? frames.FirstOrDefault() ?? "?"}";
    }
}
