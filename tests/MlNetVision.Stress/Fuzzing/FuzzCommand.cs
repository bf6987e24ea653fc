using System.Diagnostics;

namespace MlNetVision.Stress.Fuzzing;

/// <summary>Fuzzes readers, each in child processes; a child that crashes or hangs is followed by one that goes on behind that input.</summary>
internal static class FuzzCommand
{
    private static readonly Lock Printing = new();

    public static int Run(FuzzArguments arguments)
    {
        if (arguments.Only is { } number) return Once(arguments, number);
        return StressCommand.Interruptible(stop =>
        {
            var clock = Stopwatch.StartNew();
            var rows = new List<(string Name, FuzzCounts Counts)>();
            Console.WriteLine($"{"reader",-16} {"inputs",10} {"accepted",10} {"refused",10} {"findings",9} {"slowest",10} {"memory",9}");
            try
            {
                Parallel.ForEach(arguments.Targets, new ParallelOptions { MaxDegreeOfParallelism = arguments.Jobs, CancellationToken = stop }, target =>
                {
                    var counts = RunTarget(target, arguments, stop);
                    lock (Printing)
                    {
                        rows.Add((target.Name, counts));
                        Console.WriteLine(Row(target.Name, counts));
                    }
                });
            }
            catch (OperationCanceledException)
            {
                // What was done so far is printed.
            }
            Console.WriteLine(FormattableString.Invariant(
                $"{rows.Count} readers, {rows.Sum(r => r.Counts.Inputs)} inputs, {rows.Sum(r => r.Counts.Findings)} findings, {clock.Elapsed.TotalSeconds:0} s"));
            return rows.Sum(r => r.Counts.Findings);
        });
    }

    private static int Once(FuzzArguments arguments, long number)
    {
        var findings = 0;
        foreach (var target in arguments.Targets)
        {
            var counts = new FuzzCounts();
            new FuzzLoop(target, arguments.Seed, counts, f =>
            {
                Console.WriteLine(f.Report);
                new FuzzFindings(arguments.Folder, target, arguments.Seed).Write(f);
            }).Run(number, 1, () => false);
            findings += (int)counts.Findings;
            Console.WriteLine(FormattableString.Invariant($"{target.Name} {number}: {(counts.Findings > 0 ? "finding" : counts.Accepted > 0 ? "accepted" : "refused")}, {counts.Slowest} µs"));
        }
        return findings > 0 ? 1 : 0;
    }

    private static FuzzCounts RunTarget(FuzzTarget target, FuzzArguments arguments, CancellationToken stop)
    {
        using var sandbox = new Sandbox();
        using var counts = new SharedCounts(sandbox["counts"]);
        var end = arguments.From + Math.Max(1, (long)(arguments.Count * target.Share));
        for (var from = arguments.From; from < end && !stop.IsCancellationRequested; from = Math.Max(from, counts.Number) + 1)
        {
            var code = RunChild(target, arguments, from, end - from, sandbox["counts"], stop);
            if (code == 0) break;
            counts.Begun = 0;
            counts.Inputs++;
            if (code == FuzzChild.Ended || stop.IsCancellationRequested) continue;
            counts.Findings++;
            new FuzzFindings(arguments.Folder, target, arguments.Seed).Write(
                new(counts.Number, new FuzzInput(target, arguments.Seed)[counts.Number], $"exit {code}", $"the process ended with the code {code}"));
        }
        return new() { Inputs = counts.Inputs, Accepted = counts.Accepted, Refused = counts.Refused, Findings = counts.Findings, Slowest = counts.Slowest, SlowestNumber = counts.SlowestNumber, MostMemory = counts.MostMemory };
    }

    private static int RunChild(FuzzTarget target, FuzzArguments arguments, long from, long count, string counts, CancellationToken stop)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true };
        foreach (var argument in new[] { typeof(FuzzCommand).Assembly.Location, "fuzz-child", target.Name, $"{arguments.Seed}", $"{from}", $"{count}", counts, arguments.Folder })
            start.ArgumentList.Add(argument);
        using var child = Process.Start(start)!;
        child.StandardInput.Close();
        using var stopping = stop.Register(() => Signals.Terminate(child));
        child.WaitForExit();
        return child.ExitCode;
    }

    private static string Row(string name, FuzzCounts counts) => FormattableString.Invariant(
        $"{name,-16} {counts.Inputs,10} {counts.Accepted,10} {counts.Refused,10} {counts.Findings,9} {counts.Slowest / 1000.0,7:0.0} ms {counts.MostMemory >> 20,5} MiB");
}
