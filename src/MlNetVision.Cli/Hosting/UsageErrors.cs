using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace MlNetVision.Cli.Hosting;

/// <summary>Says what is wrong with a command line, on standard error.</summary>
internal static class UsageErrors
{
    /// <summary>
    /// The first word that looks like an option and is none, or null: System.CommandLine takes it for an argument wherever
    /// one may stand. Numbers below zero and what follows <c>--</c> are arguments.
    /// </summary>
    public static string? FindUnknownOption(ParseResult parsed) => parsed.Tokens
        .TakeWhile(t => t.Type != TokenType.DoubleDash)
        .Where(t => t.Type == TokenType.Argument && t.Value.Length > 1 && t.Value[0] == '-')
        .Select(t => t.Value)
        .FirstOrDefault(v => !double.TryParse(v, CultureInfo.InvariantCulture, out _));

    /// <summary>Reports that an option does not exist.</summary>
    /// <returns><see cref="ExitCode.Usage"/>.</returns>
    public static int ReportUnknownOption(ParseResult parsed, string option, Terminal terminal)
    {
        var known = parsed.CommandResult.Command.Options.Where(o => !o.Hidden).Select(o => o.Name);
        terminal.Fail($"'{PathOf(parsed)}' has no option '{option}'; it has: {string.Join(", ", known)}. (After '--', such words are inputs.)");
        return ExitCode.Usage;
    }

    /// <summary>Reports what System.CommandLine found wrong.</summary>
    /// <returns><see cref="ExitCode.Usage"/>.</returns>
    public static int Report(ParseResult parsed, Terminal terminal)
    {
        if (FindUnknownOption(parsed) is { } option) return ReportUnknownOption(parsed, option, terminal);
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0)
        {
            var given = parsed.UnmatchedTokens.Count > 0 ? $"has no command '{parsed.UnmatchedTokens[0]}'" : "needs a command";
            terminal.Fail($"'{PathOf(parsed)}' {given}; it has: {string.Join(", ", command.Subcommands.Select(c => c.Name))}.");
        }
        else
        {
            foreach (var error in parsed.Errors) terminal.Fail(Describe(error, parsed));
        }
        var json = parsed.CommandResult.Command.Options.FirstOrDefault(o => o.Name == OptionalValues.Json);
        if (json is not null && parsed.GetResult(json)?.Tokens is [var file, ..])
            terminal.Fail($"(--json takes '{file.Value}' as the file to write; put --json last where it should not.)");
        terminal.Error.WriteLine($"Try '{PathOf(parsed)} --help'.");
        return ExitCode.Usage;
    }

    private static string Describe(ParseError error, ParseResult parsed)
    {
        if (error.SymbolResult is OptionResult or ArgumentResult { Parent: OptionResult })
        {
            var name = ((error.SymbolResult as OptionResult) ?? (OptionResult)error.SymbolResult.Parent!).Option.Name;
            var message = string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)); // it lists values line by line
            return message.Contains(name, StringComparison.Ordinal) ? message : $"{name}: {message}";
        }
        var missing = parsed.CommandResult.Command.Arguments.FirstOrDefault(a => a.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(a) is not { Tokens.Count: > 0 });
        return missing is null ? error.Message : $"'{PathOf(parsed)}' needs {missing.HelpName ?? missing.Name}: {missing.Description}";
    }

    private static string PathOf(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult command; at = at.Parent) names.Push(command.Command.Name);
        return string.Join(' ', names);
    }
}
