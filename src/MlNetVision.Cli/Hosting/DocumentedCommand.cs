using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;

namespace MlNetVision.Cli.Hosting;

/// <summary>A command whose help ends with examples and whose errors become exit codes.</summary>
internal sealed class DocumentedCommand(string name, string description) : Command(name, description)
{
    /// <summary>Whole command lines, each with what it does.</summary>
    public IReadOnlyList<(string Line, string Meaning)> Examples { get; init; } = [];

    /// <summary>What help ends with, or null.</summary>
    public string? Closing { get; init; }

    /// <summary>Sets what the command does; exceptions are reported on standard error and mapped to <see cref="ExitCode"/>.</summary>
    public void SetRun(Terminal terminal, Func<ParseResult, CancellationToken, Task<int>> run) => SetAction(async (parsed, cancellationToken) =>
    {
        terminal.Verbosity = GlobalOptions.GetVerbosity(parsed);
        try
        {
            return await terminal.Preparation.RunAsync(() => run(parsed, cancellationToken), cancellationToken);
        }
        catch (Exception e)
        {
            return Failure.Report(terminal, e);
        }
    });
}

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

/// <summary>Prints the version of this program; System.CommandLine's own action asks the process, which may be a host.</summary>
internal sealed class PrintVersion : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        var version = typeof(PrintVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        parseResult.InvocationConfiguration.Output.WriteLine(version.Split('+')[0]); // without the commit
        return ExitCode.Done;
    }
}
