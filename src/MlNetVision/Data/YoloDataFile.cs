namespace MlNetVision.Data;

/// <summary>
/// A data file: Ultralytics' <c>data.yaml</c> (<c>path</c>, <c>train</c>/<c>val</c>/<c>test</c>, <c>names</c>) or
/// Darknet's <c>.data</c> (<c>valid = list</c>, <c>names = file</c>).
/// </summary>
internal sealed class YoloDataFile
{
    private readonly Dictionary<string, List<string>> _values;
    private readonly string _path;

    private YoloDataFile(string path, Dictionary<string, List<string>> values) => (_path, _values) = (path, values);

    private string Folder => Path.GetDirectoryName(Path.GetFullPath(_path))!;

    private bool IsDarknet => Path.GetExtension(_path).Equals(".data", StringComparison.OrdinalIgnoreCase);

    public static YoloDataFile Load(string path) =>
        new(path, Path.GetExtension(path).Equals(".data", StringComparison.OrdinalIgnoreCase) ? Darknet(path) : YamlFile.Read(path));

    /// <summary>The class names, from the file itself or from the one it names; <see langword="null"/> where it has none.</summary>
    public IReadOnlyList<string>? Names()
    {
        if (!_values.TryGetValue("names", out var names) || names.Count == 0) return null;
        var isFile = IsDarknet || (names is [var only] && only.EndsWith(".names", StringComparison.OrdinalIgnoreCase));
        return isFile ? ClassNames.Read(Find(names[0])) : names;
    }

    /// <summary>The folders of images or lists of a split.</summary>
    public IEnumerable<string> Sources(string? split)
    {
        split ??= IsDarknet ? "valid" : "val";
        if (_values.TryGetValue(split, out var sources) && sources.Count > 0) return sources.Select(Find);
        string[] kinds = ["train", "val", "valid", "test"];
        var known = _values.Keys.Intersect(kinds).ToList();
        var has = known.Count > 0 ? string.Join(", ", known) : $"none of {string.Join(", ", kinds)}";
        throw new BadDataSetException($"{_path}: has no split '{split}'; it has {has}.");
    }

    private string Find(string written)
    {
        var root = _values.GetValueOrDefault("path") is [{ Length: > 0 } first, ..] ? DataSetFile.Resolve(Folder, first) : Folder;
        // Roboflow writes ../train/images for a folder beside the file; a moved data set keeps its old "path".
        string[] candidates =
        [
            DataSetFile.Resolve(root, written), DataSetFile.Resolve(Folder, written),
            .. written.StartsWith("../", StringComparison.Ordinal) ? [DataSetFile.Resolve(Folder, written[3..])] : Array.Empty<string>(),
            Path.GetFullPath(written),
        ];
        return candidates.FirstOrDefault(candidate => Directory.Exists(candidate) || File.Exists(candidate))
            ?? throw new BadDataSetException($"{_path}: '{written}' does not exist. Looked for {string.Join(", ", candidates.Distinct())}.");
    }

    private static Dictionary<string, List<string>> Darknet(string path)
    {
        var values = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var (number, line) in DataSetFile.Lines(path))
        {
            if (line[0] is '#' or ';') continue;
            if (line.Split('=', 2, StringSplitOptions.TrimEntries) is not [var key, var value])
                throw new BadDataSetException($"{path}({number}): 'key = value' was expected, not '{line}'.");
            values[key] = [value];
        }
        return values;
    }
}
