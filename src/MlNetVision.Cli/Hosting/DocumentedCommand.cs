using System.CommandLine;

namespace MlNetVision.Cli.Hosting;

/// <summary>A command whose help ends with examples and whose errors become exit codes.</summary>
internal sealed class DocumentedCommand(string name, string description) : Command(name, description)
{
    /// <summary>Whole command lines, each with what it does.</summary>
    public IReadOnlyList<(string Line, string Meaning)> Examples { get; init; } = [];

    /// <summary>What help ends with, or null.</summary>
    public string? Closing { get; init; }

    /// <summary>Sets what the command does; exceptions are reported on standard error and mapped to <see cref="ExitCode"/>.</summary>
    public void SetRun(Terminal terminal, Func<ParseResult, CancellationToken, Task<int>> run) => SetAction(async (parsed, cancellation) =>
    {
        terminal.Verbosity = GlobalOptions.GetVerbosity(parsed);
        try
        {
            return await terminal.Preparation.RunAsync(() => run(parsed, cancellation), cancellation);
        }
        catch (Exception e)
        {
            return Failure.Report(terminal, e);
        }
    });
}
