using System.Runtime.InteropServices;

namespace MlNetVision.Stress.Fuzzing;

/// <summary>One reader in a process of its own, which may crash or hang without harm to the others.</summary>
internal static class FuzzChild
{
    /// <summary>The exit code after the watch has ended the process; the finding is written.</summary>
    public const int Ended = 3;

    public static int Run(string name, string seedText, string from, string count, string countsFile, string folder)
    {
        var (target, seed) = (FuzzTargets.Of(name), (int)Arguments.NumberOf(seedText));
        var findings = new FuzzFindings(folder, target, seed);
        using var counts = new SharedCounts(countsFile);
        // The parent decides: it asks by SIGTERM, also after Ctrl-C, which both get.
        var isStopped = false;
        using var ignore = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = isStopped = true);
        using var watch = new FuzzWatch(counts, (key, report) =>
        {
            counts.Findings++;
            findings.Write(new(counts.Number, new FuzzInput(target, seed)[counts.Number], key, report));
            Environment.Exit(Ended);
        });
        new FuzzLoop(target, seed, counts, findings.Write).Run(Arguments.NumberOf(from), Arguments.NumberOf(count), () => Volatile.Read(ref isStopped));
        return 0;
    }
}
