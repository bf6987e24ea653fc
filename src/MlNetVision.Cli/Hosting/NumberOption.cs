using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using MlNetVision.Inference;

namespace MlNetVision.Cli.Hosting;

/// <summary>
/// Options that take a number within bounds, written as in C#: System.CommandLine reads "0,1" as 1, the comma as a
/// thousands separator.
/// </summary>
internal static class NumberOption
{
    /// <summary>An option that may be left out; then it has no value.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What help says of it.</param>
    /// <param name="unit">What help calls the number.</param>
    /// <param name="least">The smallest allowed number.</param>
    /// <param name="most">The largest allowed number, or null: no bound.</param>
    public static Option<T?> Create<T>(string name, string description, string unit, T least, T? most = null)
        where T : struct, INumber<T> => new(name)
    {
        Description = description,
        HelpName = unit,
        CustomParser = result => Parse(result, name, least, most),
    };

    /// <summary><c>--threads COUNT</c>.</summary>
    public static Option<int?> Threads() =>
        Create("--threads", "Number of threads; 0: one per processor. [default: 0]", "COUNT", 0, WorkerCount.Most);

    /// <summary>Numbers separated by commas, or null where one is none.</summary>
    public static List<float>? ReadList(string text)
    {
        var numbers = new List<float>();
        foreach (var part in text.Split(','))
        {
            if (!float.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return null;
            numbers.Add(number);
        }
        return numbers;
    }

    private static T? Parse<T>(ArgumentResult result, string name, T least, T? most) where T : struct, INumber<T>
    {
        var text = result.Tokens[0].Value;
        var isWhole = T.IsZero(T.One / (T.One + T.One));
        var style = isWhole ? NumberStyles.AllowLeadingSign : NumberStyles.Float;
        if (T.TryParse(text, style, CultureInfo.InvariantCulture, out var value) && value >= least && (most is null || value <= most)) return value;
        var kind = isWhole ? "a whole number" : "a number";
        var bounds = most is null ? $"{kind} from {Text(least)}" : $"{kind} from {Text(least)} to {Text(most.Value)}";
        var hint = text.Contains(',', StringComparison.Ordinal) ? ", with a point for decimals" : "";
        result.AddError($"{name} '{text}': {bounds} was expected{hint}.");
        return null;
    }

    private static string Text<T>(T number) where T : INumber<T> => number.ToString(null, CultureInfo.InvariantCulture);
}
