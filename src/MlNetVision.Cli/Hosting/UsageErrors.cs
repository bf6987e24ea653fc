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

    /// <summary>Reports that an option does not exist, with those that may have been meant.</summary>
    /// <returns><see cref="ExitCode.Usage"/>.</returns>
    public static int ReportUnknownOption(ParseResult parsed, string option, Terminal terminal)
    {
        // An option that follows another one without its value is taken for that value.
        if (OptionsOf(parsed.CommandResult).FirstOrDefault(o => parsed.GetResult(o)?.Tokens.Any(t => t.Value == option) == true) is { } before
            && OptionsOf(parsed.CommandResult).Any(o => o.Name == option || o.Aliases.Contains(option)))
        {
            terminal.Fail($"{before.Name} needs a value, and '{option}' follows.");
            return TellOfHelp(parsed, terminal);
        }
        string[] known = [.. OptionsOf(parsed.CommandResult).Where(o => !o.Hidden)
            .SelectMany(o => o.Aliases.Prepend(o.Name)).Where(n => n.StartsWith("--", StringComparison.Ordinal))];
        terminal.Fail($"'{PathOf(parsed)}' has no option '{option}'. {Suggest(option, known)} (After '--', such words are inputs.)");
        return TellOfHelp(parsed, terminal);
    }

    /// <summary>Reports what System.CommandLine found wrong.</summary>
    /// <returns><see cref="ExitCode.Usage"/>.</returns>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">The streams.</param>
    /// <param name="greedy">An option whose value may be left out, and which may have taken an input for it.</param>
    public static int Report(ParseResult parsed, Terminal terminal, string greedy)
    {
        if (FindUnknownOption(parsed) is { } option) return ReportUnknownOption(parsed, option, terminal);
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0)
        {
            string[] names = [.. command.Subcommands.Select(c => c.Name)];
            terminal.Fail(parsed.UnmatchedTokens is [var given, ..]
                ? $"'{PathOf(parsed)}' has no command '{given}'. {Suggest(given, names)}"
                : $"'{PathOf(parsed)}' needs a command: {string.Join(", ", names)}.");
        }
        else
        {
            foreach (var error in parsed.Errors) terminal.Fail(Describe(error, parsed));
        }
        var optional = command.Options.FirstOrDefault(o => o.Name == greedy);
        if (optional is not null && parsed.GetResult(optional)?.Tokens is [var file, ..])
            terminal.Fail($"({greedy} takes '{file.Value}' as the file to write; put {greedy} last to write to standard output.)");
        return TellOfHelp(parsed, terminal);
    }

    private static int TellOfHelp(ParseResult parsed, Terminal terminal)
    {
        terminal.Error.WriteLine($"Try '{PathOf(parsed)} --help'.");
        return ExitCode.Usage;
    }

    /// <summary>"Did you mean '--json'?"; where nothing is near, all names.</summary>
    private static string Suggest(string given, string[] names)
    {
        var sentence = NearNames.Describe(given, names);
        return sentence.StartsWith("Did", StringComparison.Ordinal) ? sentence : $"It has: {string.Join(", ", names)}.";
    }

    private static IEnumerable<Option> OptionsOf(CommandResult command)
    {
        foreach (var option in command.Command.Options) yield return option;
        for (var above = command.Parent; above is CommandResult parent; above = parent.Parent)
            foreach (var option in parent.Command.Options.Where(o => o.Recursive)) yield return option;
    }

    private static string Describe(ParseError error, ParseResult parsed)
    {
        var message = string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)); // it lists values line by line
        if (error.SymbolResult is OptionResult or ArgumentResult { Parent: OptionResult })
        {
            var name = ((error.SymbolResult as OptionResult) ?? (OptionResult)error.SymbolResult.Parent!).Option.Name;
            return message.Contains(name, StringComparison.Ordinal) ? message : $"{name}: {message}";
        }
        var missing = parsed.CommandResult.Command.Arguments
            .FirstOrDefault(a => a.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(a) is not { Tokens.Count: > 0 });
        return missing is null ? message : $"'{PathOf(parsed)}' needs {missing.HelpName ?? missing.Name}: {missing.Description}";
    }

    private static string PathOf(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult command; at = at.Parent) names.Push(command.Command.Name);
        return string.Join(' ', names);
    }
}
