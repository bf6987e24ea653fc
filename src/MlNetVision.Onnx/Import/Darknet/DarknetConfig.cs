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
            var length = new FileInfo(path).Length;
            if (length > MostBytes)
                throw new BadModelException($"{path}: not a Darknet network: expected at most {MostBytes} bytes of text, found {length}.");
            return Parse(File.ReadLines(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new BadModelException($"{path}: the network cannot be read: {e.Message}", e);
        }
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
            if (line[0] == '[') sections.Add(new DarknetSection(path, SectionType(line, number, path), number));
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

    private static string Shorten(string line) => line.Length <= 60 ? $"'{line}'" : $"'{line[..60]}…'";
}
