using System.Runtime.InteropServices;
using MlNetVision.Stress.DataSets;
using MlNetVision.Stress.Fuzzing;
using MlNetVision.Stress.Lifetime;
using MlNetVision.Stress.Processes;

namespace MlNetVision.Stress;

/// <summary>The command line of the harnesses.</summary>
internal static class StressCommand
{
    private const int Failed = 1;
    private const int Usage = 2;

    private const string Help = """
        Usage: dotnet run --project tests/MlNetVision.Stress -c Release -- COMMAND

        Commands:
          list                 the readers that are fuzzed, and their sound inputs
          fuzz [READER…]       damaged inputs through readers, each reader in a process of its own
              --count N        inputs per reader (default 20000; slow readers get a share of it, see list)
              --seed S         random seed (default 1)
              --from N         the first input's number (default 0)
              --only N         one input, in this process: to reproduce a finding
              --out FOLDER     where findings are written (default: out/stress)
              --jobs N         readers at a time (default 1)
          datasets             data sets of known boxes in every format, orientation and oddity; an mAP of 1 is the only right answer
              --seed S         random seed of the first round (default 1)
              --rounds N       rounds, each with boxes of its own (default 1)
          lifetime             models opened, run, cancelled and disposed from several threads; memory must stay level
              --times N        models of each kind (default 300)
              --threads N      threads that share one (default 4)
              --seed S         random seed (default 1)
          kill [VERB…]         runs with --resume, killed (SIGKILL) at random times until they end, against an unbroken run: detect, segment, classify, stylize
              --times N        broken runs of each verb (default 20)
              --images N       images of a run (default 300)
              --seed S         random seed (default 1)
          many                 detect with JSON and a journal on very many images; prints its memory
              --images N       images (default 100000)
          fulldisk [NAME…]     commands whose writes fail beyond a size that grows: train, save, convert, detect, resume, stylize
          lowmemory [NAME…]    the same commands with a managed heap that grows
              --most N         the largest size tried: KiB of a file, KiB of heap (default 65536)

        Examples:
          fuzz                                   all readers, 20,000 inputs each
          fuzz coco voc --count 1000000          two readers for hours
          fuzz jpeg --seed 7 --only 1234         one input again

        A finding is an exception that the reader does not document, an impossible result, more than 5 s, more than 1 GB above the memory at
        the start, or the end of the process. Exit codes: 0 nothing was found, 1 findings, 2 usage, 130 stopped; Ctrl-C prints the counts so far.
        """;

    public static int Run(string[] args)
    {
        try
        {
            return args switch
            {
                ["fuzz", .. var rest] => FuzzCommand.Run(FuzzArguments.Parse(rest)),
                ["fuzz-child", var name, var seed, var from, var count, var counts, var folder] => FuzzChild.Run(name, seed, from, count, counts, folder),
                ["datasets", .. var rest] => DataSetCommand.Run(rest),
                ["lifetime", .. var rest] => LifetimeCommand.Run(rest),
                ["kill", .. var rest] => KillCommand.Run(rest),
                ["many", .. var rest] => ManyCommand.Run(rest),
                ["fulldisk", .. var rest] => LimitCommand.FullDisk.Run(rest),
                ["lowmemory", .. var rest] => LimitCommand.LowMemory.Run(rest),
                ["list"] => List(),
                ["--help" or "-h"] => Print(Help, 0),
                _ => Print(Help, Usage),
            };
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return Usage;
        }
    }

    /// <summary>Runs work that ends early at Ctrl-C or SIGTERM.</summary>
    /// <param name="work">Gives the number of findings.</param>
    public static int Interruptible(Func<CancellationToken, long> work)
    {
        using var stop = new CancellationTokenSource();
        void OnSignal(PosixSignalContext signal)
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        var findings = work(stop.Token);
        return findings > 0 ? Failed : stop.IsCancellationRequested ? 130 : 0;
    }

    private static int List()
    {
        foreach (var target in FuzzTargets.All)
            Console.WriteLine(FormattableString.Invariant($"{target.Name,-16} {target.Seeds().Count,3} sound  {target.Share,5:0.##} of --count  {target.Reads}"));
        return 0;
    }

    private static int Print(string text, int code)
    {
        (code == 0 ? Console.Out : Console.Error).WriteLine(text);
        return code;
    }
}
