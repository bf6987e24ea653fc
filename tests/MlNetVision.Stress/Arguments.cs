using System.Globalization;

namespace MlNetVision.Stress;

/// <summary>Options and other words of a command.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _options = new(StringComparer.Ordinal);

    private Arguments()
    {
    }

    /// <summary>The words that are no options.</summary>
    public List<string> Words { get; } = [];

    /// <param name="args">The arguments behind the command.</param>
    /// <param name="known">The options, each of which takes a value.</param>
    /// <exception cref="ArgumentException">An option is unknown or lacks its value.</exception>
    public static Arguments Parse(ReadOnlySpan<string> args, params string[] known)
    {
        var parsed = new Arguments();
        for (var i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal)) parsed.Words.Add(args[i]);
            else if (!known.Contains(args[i])) throw new ArgumentException($"'{args[i]}' is unknown; there are {string.Join(", ", known)}.");
            else if (i + 1 == args.Length) throw new ArgumentException($"'{args[i]}' needs a value.");
            else parsed._options[args[i]] = args[++i];
        }
        return parsed;
    }

    public string? Text(string option) => _options.GetValueOrDefault(option);

    public long? Number(string option) => Text(option) is not { } text ? null : NumberOf(text);

    public static long NumberOf(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new ArgumentException($"'{text}' is no number from 0 on.");
}
