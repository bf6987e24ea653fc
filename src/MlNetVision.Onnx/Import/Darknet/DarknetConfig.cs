using System.Globalization;
using System.Text;
using MlNetVision.Files;

namespace MlNetVision.Onnx.Import.Darknet;

/// <summary>
/// A <c>.cfg</c> file: sections in brackets, options as <c>key=value</c>, remarks that start with <c>#</c> or <c>;</c>.
/// Darknet takes all white space out of every line before it looks at it; so does this reader.
/// </summary>
internal sealed class DarknetConfig
{
    /// <summary>The largest published <c>.cfg</c> has some 30 KB; beyond this it is another kind of file.</summary>
    private const long MostBytes = 4 << 20;

    /// <summary>Short names that Darknet takes for the same section.</summary>
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["network"] = "net", ["conv"] = "convolutional", ["max"] = "maxpool", ["avg"] = "avgpool", ["soft"] = "softmax", ["conn"] = "connected",
        ["local_avg"] = "local_avgpool",
    };

    private DarknetConfig(string path, DarknetSection net, IReadOnlyList<DarknetSection> layers) => (Path, Net, Layers) = (path, net, layers);

    public string Path { get; }

    public DarknetSection Net { get; }

    /// <summary>The sections after <c>[net]</c>; the index is the layer's number.</summary>
    public IReadOnlyList<DarknetSection> Layers { get; }

    public static DarknetConfig Load(string path)
    {
        try
        {
            using var stream = RegularFile.OpenRead(path);
            if (stream.Length > MostBytes)
                throw new BadModelException($"{path}: not a Darknet network: expected at most {MostBytes} bytes of text, found {stream.Length}.");
            return Parse(Lines(stream), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new BadModelException($"{path}: the network cannot be read: {e.Message}", e);
        }
    }

    private static IEnumerable<string> Lines(Stream stream)
    {
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line) yield return line;
    }

    internal static DarknetConfig Parse(IEnumerable<string> lines, string path)
    {
        var sections = new List<DarknetSection>();
        var number = 0;
        foreach (var raw in lines)
        {
            number++;
            var line = string.Concat(raw.Where(c => !char.IsWhiteSpace(c) && c != '\uFEFF'));
            if (line.Length == 0 || line[0] is '#' or ';') continue;
            if (line[0] == '[') sections.Add(new DarknetSection(path, SectionType(line, number, path), number, sections.Count - 1));
            else AddOption(sections, line, number, path);
        }
        if (sections.Count == 0) throw new BadModelException($"{path}: not a Darknet network: expected a section [net], found none.");
        if (sections[0].Type != "net") throw sections[0].Bad("a network starts with [net]");
        if (sections.Skip(1).FirstOrDefault(s => s.Type == "net") is { } second) throw second.Bad("a network has one [net]");
        if (sections.Count == 1) throw sections[0].Bad("a network needs at least one layer, found none");
        return new DarknetConfig(path, sections[0], sections[1..]);
    }

    private static string SectionType(string line, int number, string path)
    {
        var end = line.IndexOf(']', StringComparison.Ordinal);
        if (end < 2) throw new BadModelException($"{path}, line {number}: expected a section such as [convolutional], found {Shorten(line)}.");
        var type = line[1..end];
        return Aliases.GetValueOrDefault(type, type);
    }

    private static void AddOption(List<DarknetSection> sections, string line, int number, string path)
    {
        var equals = line.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1) throw new BadModelException($"{path}, line {number}: expected key=value, found {Shorten(line)}.");
        if (sections.Count == 0) throw new BadModelException($"{path}, line {number}: expected a section such as [net] before {Shorten(line)}.");
        sections[^1].Add(line[..equals], line[(equals + 1)..], number);
    }

    /// <summary>The same network with other sections; they keep their lines and numbers.</summary>
    public DarknetConfig With(DarknetSection net, IReadOnlyList<DarknetSection> layers) => new(Path, net, layers);

    /// <summary>The network as the text of a <c>.cfg</c> file, without remarks.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var section in Layers.Prepend(Net))
        {
            if (text.Length > 0) text.Append('\n');
            text.Append('[').Append(section.Type).Append("]\n");
            foreach (var (key, value) in section.Options) text.Append(key).Append('=').Append(value).Append('\n');
        }
        return text.ToString();
    }

    private static string Shorten(string line) => line.Length <= 60 ? $"'{line}'" : $"'{line[..60]}…'";
}

/// <summary>A section of a <c>.cfg</c> file: its type without brackets, the line it starts on, and its options.</summary>
internal sealed class DarknetSection(string file, string type, int line, int number)
{
    /// <summary>The largest accepted value of any size, count or offset.</summary>
    public const int Largest = 1 << 20;

    private readonly Dictionary<string, (string Value, int Line)> _options = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public string File { get; } = file;

    public string Type { get; } = type;

    /// <summary>Counted from 1.</summary>
    public int Line { get; } = line;

    /// <summary>The number of the layer, from 0; −1 for <c>[net]</c>.</summary>
    public int Number { get; } = number;

    /// <summary>The options in the file's order.</summary>
    public IEnumerable<(string Key, string Value)> Options => _options.Select(o => (o.Key, o.Value.Value));

    /// <summary>File, line and type of the section, for error messages.</summary>
    public string Location => $"{File}, line {Line}: [{Type}]";

    /// <summary>Adds an option. Of two with the same key Darknet takes the first.</summary>
    public void Add(string key, string value, int line) => _options.TryAdd(key, (value, line));

    /// <summary>The same section with another value of an option; a new option comes last.</summary>
    public DarknetSection With(string key, string value)
    {
        var section = new DarknetSection(File, Type, Line, Number);
        foreach (var (k, o) in _options) section._options.Add(k, o);
        section._options[key] = (value, _options.TryGetValue(key, out var old) ? old.Line : Line);
        return section;
    }

    public bool Has(string key) => _options.ContainsKey(key);

    public string Text(string key, string missing) => Find(key, out var o) ? o.Value : missing;

    /// <summary>An integer within bounds.</summary>
    public int Integer(string key, int missing, int least, int most = Largest)
    {
        if (!Find(key, out var o)) return missing;
        var number = ParseInteger(key, o.Value, o.Line);
        return number >= least && number <= most
            ? number
            : throw Bad($"{key}={o.Value} (line {o.Line}): expected a whole number from {least} to {most}");
    }

    public int RequiredInteger(string key, int least, int most = Largest) =>
        Has(key) ? Integer(key, 0, least, most) : throw Bad($"{key} is missing; expected a whole number from {least} to {most}");

    /// <summary>A switch: any integer but 0 is on, as in C.</summary>
    public bool Flag(string key, bool missing = false) => Find(key, out var o) ? ParseInteger(key, o.Value, o.Line) != 0 : missing;

    public float Float(string key, float missing) => Find(key, out var o) ? ParseFloat(key, o.Value, o.Line) : missing;

    /// <summary>A list parted by commas; null where the key is missing.</summary>
    public int[]? Integers(string key) =>
        Find(key, out var o) ? [.. Parts(o.Value).Select(p => ParseInteger(key, p, o.Line))] : null;

    /// <summary>A list parted by commas; null where the key is missing.</summary>
    public float[]? Floats(string key) =>
        Find(key, out var o) ? [.. Parts(o.Value).Select(p => ParseFloat(key, p, o.Line))] : null;

    public BadModelException Bad(string what) => new($"{Location}: {what}.");

    /// <summary>Refuses options that change what a network computes and that the importer does not reproduce.</summary>
    public void Refuse(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (_options.TryGetValue(key, out var o) && !IsZero(o.Value)) throw Bad($"{key}={o.Value} (line {o.Line}) is not supported");
        }
    }

    /// <summary>
    /// Refuses an unread option whose name is near to that of an option that was read and missing: after a typo the default would apply silently.
    /// Options for training are unread too, but not that near to any.
    /// </summary>
    public void RefuseMisspelt()
    {
        foreach (var (key, option) in _options.Where(o => !_asked.Contains(o.Key)))
        {
            var meant = _asked.FirstOrDefault(a => a.Length > 3 && !_options.ContainsKey(a) && NearNames.Edits(key, a) <= (a.Length < 8 ? 1 : 2));
            if (meant is not null) throw Bad($"{(key.Length <= 60 ? key : key[..60])} (line {option.Line}) is not an option; expected {meant}");
        }
    }

    private bool Find(string key, out (string Value, int Line) option)
    {
        _asked.Add(key);
        return _options.TryGetValue(key, out option);
    }

    private int ParseInteger(string key, string text, int at) =>
        int.TryParse(WithoutRemark(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Bad($"{key}={text} (line {at}): expected a whole number of at most 32 bits");

    private float ParseFloat(string key, string text, int at) =>
        float.TryParse(WithoutRemark(text), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && float.IsFinite(number)
            ? number
            : throw Bad($"{key}={text} (line {at}): expected a number");

    private static bool IsZero(string text) =>
        float.TryParse(WithoutRemark(text), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == 0;

    /// <summary>Many published lists end with a comma, which Darknet's own reader passes over.</summary>
    private static string[] Parts(string list)
    {
        var parts = WithoutRemark(list).Split(',');
        return parts.Length > 1 && parts[^1].Length == 0 ? parts[..^1] : parts;
    }

    /// <summary>Darknet reads numbers with <c>atoi</c>, which stops before a remark on the same line.</summary>
    private static string WithoutRemark(string text)
    {
        var end = text.AsSpan().IndexOfAny('#', ';');
        return end < 0 ? text : text[..end];
    }
}
