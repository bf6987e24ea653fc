using System.CommandLine;
using MlNetVision.Cli.Hosting;

namespace MlNetVision.Cli.Commands;

/// <summary><c>--threads COUNT</c>.</summary>
internal static class ThreadsOption
{
    /// <summary>More than any machine has a use for: they take memory and time without end.</summary>
    private const int Most = 1024;

    public static Option<int?> Create() => NumberOption.Create("--threads", "Threads to work with; 0: one a processor. [default: 0]", "COUNT", 0, Most);
}
