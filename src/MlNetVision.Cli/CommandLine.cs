using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using MlNetVision.Cli.Anchors;
using MlNetVision.Cli.Classify;
using MlNetVision.Cli.Detect;
using MlNetVision.Cli.Evaluate;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Model;
using MlNetVision.Cli.Segment;
using MlNetVision.Cli.Stylize;
using MlNetVision.Cli.Train;

namespace MlNetVision.Cli;

/// <summary>The whole program as a function: arguments and streams in, exit code out.</summary>
internal static class CommandLine
{
    private const string Name = "mlnetvision";

    // No response files: "@home.jpg" is an image.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    /// <summary>Parses the arguments and runs the command that they name.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Terminal terminal, CancellationToken cancellationToken = default)
    {
        var root = CreateRoot(terminal);
        if (args.Count > 0 && Suggestions.IsRequest(args[0])) return Suggestions.Print(root, args, terminal.Out);
        var parsed = root.Parse(args.Count == 0 ? ["--help"] : OptionalValues.Untangle(args), Parsing);
        if (parsed.Action is ParseErrorAction) return UsageErrors.Report(parsed, terminal, greedy: OptionalValues.Json);
        if (parsed.Action is not HelpWithExamples && UsageErrors.FindUnknownOption(parsed) is { } option)
            return UsageErrors.ReportUnknownOption(parsed, option, terminal);
        var streams = new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null, // Program handles the signals: no time limit for what is under way
        };
        try
        {
            var code = await parsed.InvokeAsync(streams, cancellationToken);
            await terminal.Out.FlushAsync(CancellationToken.None);
            return args.Count == 0 ? ExitCode.Usage : code;
        }
        catch (IOException)
        {
            return ExitCode.Failed; // whoever read standard output (| head) has gone
        }
    }

    // Not a RootCommand: that one is named after the process, which is "dotnet" or a test host as often as not.
    private static DocumentedCommand CreateRoot(Terminal terminal)
    {
        var root = new DocumentedCommand(Name,
            "Computer vision for .NET: detect objects, segment and classify images, stylise photos, train, inspect and evaluate models.")
        {
            Closing = """
                Exit codes:
                  0    all done
                  1    some images failed or could not be written, the rest are done; or nobody reads the output any more (| head)
                  2    usage: an option, an argument, an output that cannot be written, a device that is not there; found before any work
                  3    the model or the data set cannot be used
                  130  stopped by Ctrl-C or SIGTERM; what was done is kept, and --resume goes on from there
                """,
        };
        root.Add(new HelpOption("--help", "-h", "-?") { Recursive = true, Action = new HelpWithExamples() });
        root.Add(new VersionOption { Action = new PrintVersion() });
        GlobalOptions.AddTo(root);
        root.Add(DetectCommand.Create(terminal));
        root.Add(SegmentCommand.Create(terminal));
        root.Add(ClassifyCommand.Create(terminal));
        root.Add(StylizeCommand.Create(terminal));
        root.Add(TrainCommand.Create(terminal));
        root.Add(EvaluateCommand.Create(terminal));
        root.Add(AnchorsCommand.Create(terminal));
        root.Add(ModelCommand.Create(terminal));
        root.Add(DemoCommand.Create(
            terminal, [DetectCommand.Demonstration, SegmentCommand.Demonstration, ClassifyCommand.Demonstration, StylizeCommand.Demonstration]));
        root.Add(CompletionCommand.Create(terminal));
        return root;
    }
}
