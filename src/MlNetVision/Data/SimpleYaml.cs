using System.Globalization;

namespace MlNetVision.Data;

/// <summary>
/// The part of YAML that data files of YOLO use: top-level keys with a value, a list (<c>[a, b]</c>, also over several lines, or
/// <c>- a</c>), or a map from indices (<c>0: a</c>, <c>{0: a}</c>); comments; quotes. Deeper maps are skipped.
/// </summary>
internal static class SimpleYaml
{
    /// <summary>Each top-level key with its values; a map from indices gives them in the order of the indices.</summary>
    public static Dictionary<string, List<string>> Read(string path)
    {
        var values = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var lines = File.Exists(path) ? ReadLines(path) : throw new BadDataSetException($"{path}: the file does not exist.");
        for (var i = 0; i < lines.Count; i++)
        {
            var (number, text) = lines[i];
            if (text is "---" or "...") continue;
            var colon = KeyEnd(text);
            if (char.IsWhiteSpace(text[0]) || colon < 0) throw new BadDataSetException($"{path}({number}): 'key: value' was expected, not '{text.Trim()}'.");
            var value = text[(colon + 1)..].Trim();
            if (value is ['[' or '{', ..])
            {
                var close = value[0] == '[' ? ']' : '}';
                while (!value.EndsWith(close) && i + 1 < lines.Count) value += " " + lines[++i].Text.Trim();
                if (!value.EndsWith(close)) throw new BadDataSetException($"{path}({number}): the '{value[0]}' is not closed.");
                values[Unquote(text[..colon])] = Ordered(path, number, [.. SplitOutsideQuotes(value[1..^1])], isMap: close == '}');
            }
            else
            {
                var items = new List<string>();
                // Text blocks (|, >), such as Ultralytics' download scripts, are skipped like any map that is none of ours.
                if (value is ['|' or '>', ..]) value = "";
                while (value.Length == 0 && i + 1 < lines.Count && IsItem(lines[i + 1].Text)) items.Add(lines[++i].Text.Trim());
                values[Unquote(text[..colon])] = value.Length > 0 ? [Unquote(value)] : Ordered(path, number, items, isMap: items is [var first, ..] && !first.StartsWith('-'));
            }
        }
        return values;
    }

    private static bool IsItem(string text) => char.IsWhiteSpace(text[0]) || text.StartsWith("- ", StringComparison.Ordinal);

    private static List<string> Ordered(string path, int number, List<string> items, bool isMap)
    {
        if (!isMap) return [.. items.Select(item => Unquote(item.StartsWith('-') ? item[1..] : item))];
        var byIndex = new SortedDictionary<int, string>();
        foreach (var item in items)
        {
            var colon = KeyEnd(item);
            // Maps with other keys (a "download" section, say) are none of ours.
            if (colon < 0 || !int.TryParse(Unquote(item[..colon]), NumberStyles.None, CultureInfo.InvariantCulture, out var index)) return [];
            if (!byIndex.TryAdd(index, Unquote(item[(colon + 1)..]))) throw new BadDataSetException($"{path}({number}): the index {index} stands there twice.");
        }
        if (byIndex.Count > 0 && byIndex.Last().Key != byIndex.Count - 1)
            throw new BadDataSetException($"{path}({number}): {byIndex.Count} names with indices up to {byIndex.Last().Key}; indices from 0 without gaps were expected.");
        return [.. byIndex.Values];
    }

    private static List<(int Number, string Text)> ReadLines(string path)
    {
        using var reader = new StreamReader(DataSetFile.Open(path));
        var lines = new List<(int, string)>();
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            var text = WithoutComment(line).TrimEnd();
            if (text.Length > 0) lines.Add((number, text));
        }
        return lines;
    }

    private static string WithoutComment(string line)
    {
        foreach (var (i, c) in OutsideQuotes(line))
        {
            if (c == '#' && (i == 0 || char.IsWhiteSpace(line[i - 1]))) return line[..i];
        }
        return line;
    }

    // A colon ends a key only before white space: "C:/data" is a value.
    private static int KeyEnd(string text)
    {
        foreach (var (i, c) in OutsideQuotes(text))
        {
            if (c == ':' && (i + 1 == text.Length || char.IsWhiteSpace(text[i + 1]))) return i;
        }
        return -1;
    }

    private static IEnumerable<string> SplitOutsideQuotes(string text)
    {
        var start = 0;
        foreach (var (i, c) in OutsideQuotes(text + ","))
        {
            if (c != ',') continue;
            var item = text[start..i].Trim();
            if (item.Length > 0) yield return item;
            start = i + 1;
        }
    }

    private static IEnumerable<(int Index, char Character)> OutsideQuotes(string text)
    {
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            // An apostrophe within a word (women's) opens nothing.
            if (quote == '\0' && c is '\'' or '"' && (i == 0 || !char.IsLetterOrDigit(text[i - 1]))) quote = c;
            else if (c == quote) quote = '\0';
            else if (quote == '\0') yield return (i, c);
        }
    }

    private static string Unquote(string text)
    {
        text = text.Trim();
        return text switch
        {
            ['\'', .. var inner, '\''] => inner.Replace("''", "'", StringComparison.Ordinal),
            ['"', .. var inner, '"'] => inner.Replace("\\\"", "\"", StringComparison.Ordinal),
            _ => text,
        };
    }
}
