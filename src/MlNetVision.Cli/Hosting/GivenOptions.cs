using System.CommandLine;

namespace MlNetVision.Cli.Hosting;

/// <summary>Tells options that stand on the command line from those that have a default.</summary>
internal static class GivenOptions
{
    public static bool IsGiven(this ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };
}
