using System.CommandLine;

namespace MlNetVision.Cli.Hosting;

/// <summary>Options that take one of a few words. An option that is left out has no value.</summary>
internal static class ChoiceOption
{
    /// <summary>An option that takes one of these words.</summary>
    public static Option<string?> Create(string name, string description, params string[] words) =>
        new Option<string?>(name) { Description = description }.AcceptOnlyFromAmong(words);

    /// <summary>An option that takes the members of an enum, in lower case.</summary>
    public static Option<string?> Create<T>(string name, string description) where T : struct, Enum => Create(name, description, NamesOf<T>());

    /// <summary>The member that was given, or null.</summary>
    public static T? GetChoice<T>(this ParseResult parsed, Option<string?> option) where T : struct, Enum =>
        parsed.GetValue(option) is { } name ? Enum.Parse<T>(name, ignoreCase: true) : null;

    /// <summary>The members of an enum, in lower case.</summary>
    public static string[] NamesOf<T>() where T : struct, Enum => [.. Enum.GetNames<T>().Select(n => n.ToLowerInvariant())];

    /// <summary>Words separated by commas; null where nothing was given.</summary>
    /// <exception cref="UsageException">There is none between the commas.</exception>
    public static string[]? SplitNames(this ParseResult parsed, Option<string?> option, string expected) =>
        parsed.GetValue(option) is { } text ? SplitNames(option, text, expected) : null;

    /// <inheritdoc cref="SplitNames(ParseResult, Option{string?}, string)"/>
    public static string[] SplitNames(Option option, string text, string expected)
    {
        string[] names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.Length > 0 ? names : throw new UsageException($"{option.Name} '{text}': expected {expected}, separated by commas.");
    }
}
