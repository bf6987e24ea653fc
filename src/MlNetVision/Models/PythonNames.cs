using System.Globalization;
using System.Text;

namespace MlNetVision.Models;

/// <summary>Reads and writes the dictionary of names as Python prints it.</summary>
internal static class PythonNames
{
    public static string Format(IReadOnlyList<string> names)
    {
        var text = new StringBuilder("{");
        for (var i = 0; i < names.Count; i++)
        {
            var quoted = names[i].Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
            text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ", ")}{i}: '{quoted}'");
        }
        return text.Append('}').ToString();
    }

    public static string[] Parse(string text, string model)
    {
        var names = new SortedDictionary<int, string>();
        var at = 0;
        int? key = null;
        while (at < text.Length)
        {
            var c = text[at];
            if (c is '\'' or '"')
            {
                names[key ?? names.Count] = Quoted(text, ref at, model);
                key = null;
            }
            else if (char.IsAsciiDigit(c))
            {
                var start = at;
                while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
                if (!int.TryParse(text.AsSpan(start, at - start), CultureInfo.InvariantCulture, out var number)) throw Bad(text, model);
                key = number;
            }
            else if (c is '{' or '}' or '[' or ']' or ',' or ':' || char.IsWhiteSpace(c))
            {
                at++;
            }
            else
            {
                throw Bad(text, model);
            }
        }
        if (names.Count == 0 || names.Keys.Last() != names.Count - 1) throw Bad(text, model);
        return [.. names.Values];
    }

    private static string Quoted(string text, ref int at, string model)
    {
        var quote = text[at++];
        var name = new StringBuilder();
        while (at < text.Length && text[at] != quote)
        {
            if (text[at] == '\\' && at + 1 < text.Length) name.Append(Escaped(text, ref at, model));
            else name.Append(text[at++]);
        }
        if (at++ >= text.Length) throw Bad(text, model);
        return name.ToString();
    }

    /// <summary>What Python's <c>repr</c> writes with a backslash: quotes, and characters that are not printable.</summary>
    private static string Escaped(string text, ref int at, string model)
    {
        var kind = text[at + 1];
        at += 2;
        if (kind is not ('x' or 'u' or 'U')) return kind switch { 'n' => "\n", 'r' => "\r", 't' => "\t", _ => kind.ToString() };
        var digits = kind switch { 'x' => 2, 'u' => 4, _ => 8 };
        if (at + digits > text.Length || !int.TryParse(text.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            || !Rune.IsValid(code))
            throw Bad(text, model);
        at += digits;
        return new Rune(code).ToString();
    }

    private static BadModelException Bad(string text, string model) => new(
        $"{model}: the metadata '{VisionMetadata.NamesKey}' is not a dictionary of names such as {{0: 'cat', 1: 'dog'}}: "
        + $"{text[..Math.Min(80, text.Length)]}");
}
