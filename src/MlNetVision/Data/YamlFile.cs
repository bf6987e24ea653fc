using System.Globalization;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MlNetVision.Data;

/// <summary>
/// Reads the part of YAML that data files of YOLO use: top-level keys with a text, a list of texts, or a map from indices (<c>0: a</c>).
/// Deeper values and text blocks are skipped.
/// </summary>
/// <remarks>
/// Hostile files are bounded: size and depth are limited, and an alias returns an existing list.
/// The file is read event by event, without a tree of nodes; tags create no objects.
/// </remarks>
internal sealed class YamlFile
{
    /// <summary>Room for 200,000 names of 80 letters: 16 MiB.</summary>
    public const int MaxBytes = 16 << 20;

    /// <summary>The deepest nesting; more than any data file needs.</summary>
    public const int MaxDepth = 32;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _path;
    private readonly Parser _parser;
    private readonly Dictionary<string, List<string>> _anchors = new(StringComparer.Ordinal);
    private int _depth;
    private (int Depth, long Line, char Bracket)? _open;

    private YamlFile(string path, TextReader text) => (_path, _parser) = (path, new Parser(text));

    /// <summary>Each top-level key with its values; a map from indices is in the order of the indices, an empty value gives an empty list.</summary>
    /// <exception cref="BadDataSetException">The file is missing, too large, not UTF-8, or no such YAML; the message names the line.</exception>
    public static Dictionary<string, List<string>> Read(string path)
    {
        using var text = new StreamReader(DataSetFile.Open(path, MaxBytes), Utf8);
        var file = new YamlFile(path, text);
        try
        {
            return file.Document();
        }
        catch (DecoderFallbackException e)
        {
            throw new BadDataSetException($"{path}: is not UTF-8 text.", e);
        }
        // On malformed text, the parser also lets some of its inner exceptions escape.
        catch (Exception e) when (e is not (BadDataSetException or IOException or OutOfMemoryException))
        {
            throw file.Malformed(e);
        }
    }

    private Dictionary<string, List<string>> Document()
    {
        var values = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        Next(); // the start of the stream
        if (Next() is StreamEnd) return values;
        var root = Next();
        if (root is not MappingStart) throw Bad(root.Start.Line, $"'key: value' was expected, not {Describe(root)}");
        for (var key = Next(); key is not MappingEnd; key = Next())
        {
            var name = (key as Scalar)?.Value;
            Skip(key);
            var value = Value(Next());
            if (name is not null) values[name] = value;
        }
        Next(); // the end of the document: nothing may follow
        return values;
    }

    private List<string> Value(ParsingEvent start) => start switch
    {
        AnchorAlias alias => Aliased(alias),
        Scalar { Style: ScalarStyle.Literal or ScalarStyle.Folded } or Scalar { Style: ScalarStyle.Plain, Value: "" or "~" or "null" } => [],
        Scalar scalar => Anchored(scalar, [scalar.Value]),
        SequenceStart => Anchored((NodeEvent)start, Items()),
        MappingStart => Anchored((NodeEvent)start, Indexed(start.Start.Line)),
        _ => throw Bad(start.Start.Line, $"a value was expected, not {Describe(start)}"),
    };

    private List<string> Items()
    {
        var items = new List<string>();
        var isFlat = true;
        for (var item = Next(); item is not SequenceEnd; item = Next())
        {
            if (Text(item) is { } text) items.Add(text);
            else isFlat = false;
        }
        return isFlat ? items : [];
    }

    /// <summary>The values of a map in the order of its indices; null where a key is not an index, or a value not a text.</summary>
    private List<string> Indexed(long line)
    {
        var (names, later) = (new List<string>(), new SortedDictionary<int, string>());
        var isFlat = true;
        for (var key = Next(); key is not MappingEnd; key = Next())
        {
            var (word, text) = (Text(key), Text(Next()));
            if (text is null || !int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var index)) isFlat = false;
            // Mostly in order, and then no sorting is needed.
            else if (index == names.Count && later.Count == 0) names.Add(text);
            else if (index < names.Count || !later.TryAdd(index, text)) throw Bad(line, $"the index {index} occurs twice");
        }
        if (!isFlat) return [];
        foreach (var (index, text) in later)
        {
            if (index != names.Count)
            {
                var count = names.Count + later.Count(l => l.Key >= index);
                throw Bad(line, $"{count} names with indices up to {later.Keys.Last()}; indices from 0 without gaps were expected");
            }
            names.Add(text);
        }
        return names;
    }

    /// <summary>A text or the alias of one; anything else is skipped and gives null.</summary>
    private string? Text(ParsingEvent item)
    {
        if (item is Scalar scalar)
        {
            if (!scalar.Anchor.IsEmpty) _anchors[scalar.Anchor.Value] = [scalar.Value];
            return scalar.Value;
        }
        if (item is AnchorAlias alias) return Aliased(alias) is [var only] ? only : null;
        Skip(item);
        return null;
    }

    private List<string> Aliased(AnchorAlias alias) => _anchors.GetValueOrDefault(alias.Value.Value)
        ?? throw Bad(alias.Start.Line, $"the alias *{alias.Value.Value} has no anchor above it");

    private List<string> Anchored(NodeEvent node, List<string> values)
    {
        if (!node.Anchor.IsEmpty) _anchors[node.Anchor.Value] = values;
        return values;
    }

    /// <summary>Skips the rest of a node.</summary>
    private void Skip(ParsingEvent start)
    {
        if (start.NestingIncrease <= 0) return;
        for (var outside = _depth - 1; _depth > outside;) Next();
    }

    private ParsingEvent Next()
    {
        if (!_parser.MoveNext()) throw Bad(_parser.Current?.End.Line ?? 1, "the file ends within a value");
        var next = _parser.Current!;
        _depth += next.NestingIncrease;
        // The stream and its document are the first two levels.
        if (_depth > MaxDepth + 2) throw Bad(next.Start.Line, $"values are nested more than {MaxDepth} deep");
        if (_open is null && next is SequenceStart { Style: SequenceStyle.Flow }) _open = (_depth, next.Start.Line, '[');
        else if (_open is null && next is MappingStart { Style: MappingStyle.Flow }) _open = (_depth, next.Start.Line, '{');
        else if (_open is { } open && _depth < open.Depth) _open = null;
        return next;
    }

    private BadDataSetException Malformed(Exception e)
    {
        var why = e.Message.TrimEnd('.');
        if (_open is { } open) return Bad(open.Line, $"the '{open.Bracket}' is not closed, or what follows is not YAML: {why}", e);
        return Bad((e as YamlException)?.Start.Line ?? _parser.Current?.End.Line ?? 1, $"is not YAML: {why}", e);
    }

    private static string Describe(ParsingEvent found) => found switch
    {
        Scalar { Value: var text } => $"'{text[..Math.Min(80, text.Length)].Trim()}'",
        SequenceStart => "a list",
        _ => "anything else",
    };

    private BadDataSetException Bad(long line, string problem, Exception? cause = null)
    {
        var message = string.Create(CultureInfo.InvariantCulture, $"{_path}({line}): {problem}.");
        return cause is null ? new(message) : new(message, cause);
    }
}
