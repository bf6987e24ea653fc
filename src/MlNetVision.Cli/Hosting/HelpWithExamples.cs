using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MlNetVision.Cli.Hosting;

/// <summary>System.CommandLine's help, closed by the examples of the command.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private const int Width = 110;

    private readonly HelpAction _help = new() { MaxWidth = Width };

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        _help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not DocumentedCommand command) return ExitCode.Done;

        var output = parseResult.InvocationConfiguration.Output;
        if (command.Examples.Count > 0) output.WriteLine("Examples:");
        foreach (var (line, meaning) in command.Examples)
        {
            output.WriteLine($"  {line}");
            output.WriteLine($"      {meaning}");
        }
        if (command.Closing is { } closing) output.WriteLine(closing);
        return ExitCode.Done;
    }
}
