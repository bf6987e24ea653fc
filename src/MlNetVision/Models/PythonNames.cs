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

    /// <summary>
    /// The names of a dictionary with the classes' indices as keys, or of a list or tuple. Keys may be quoted, as JSON has them; of a key that stands
    /// twice the last name holds, as in Python.
    /// </summary>
    public static string[] Parse(string text, string model)
    {
        var names = new SortedDictionary<int, string>();
        var at = 0;
        Blanks(text, ref at);
        if (at >= text.Length || Closing(text[at]) is not { } end) throw Bad(text, model);
        at++;
        for (Blanks(text, ref at); at < text.Length && text[at] != end; Blanks(text, ref at))
        {
            var key = names.Count;
            if (end == '}')
            {
                key = Key(text, ref at, model);
                Blanks(text, ref at);
                Expect(':', text, ref at, model);
                Blanks(text, ref at);
            }
            names[key] = Quoted(text, ref at, model);
            Blanks(text, ref at);
            if (at < text.Length && text[at] != end) Expect(',', text, ref at, model);
        }
        Expect(end, text, ref at, model);
        Blanks(text, ref at);
        if (at < text.Length || names.Count == 0 || names.Keys.Last() != names.Count - 1) throw Bad(text, model);
        return [.. names.Values];
    }

    private static char? Closing(char opening) => opening switch { '{' => '}', '[' => ']', '(' => ')', _ => null };

    private static void Blanks(string text, ref int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
    }

    private static void Expect(char expected, string text, ref int at, string model)
    {
        if (at >= text.Length || text[at] != expected) throw Bad(text, model);
        at++;
    }

    private static int Key(string text, ref int at, string model)
    {
        var start = at;
        string digits;
        if (at < text.Length && text[at] is '\'' or '"')
        {
            digits = Quoted(text, ref at, model);
        }
        else
        {
            while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
            digits = text[start..at];
        }
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var key) ? key : throw Bad(text, model);
    }

    private static string Quoted(string text, ref int at, string model)
    {
        if (at >= text.Length || text[at] is not ('\'' or '"')) throw Bad(text, model);
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
