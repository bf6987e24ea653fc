using System.Globalization;

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
    /// <exception cref="BadDataSetException">They are not as many as the file states, or it states no number; the message names the key.</exception>
    public IReadOnlyList<string>? Names()
    {
        var count = Count(IsDarknet ? "classes" : "nc");
        if (!_values.TryGetValue("names", out var names) || names.Count == 0) return null;
        var isFile = IsDarknet || (names is [var only] && Path.GetExtension(only).ToUpperInvariant() is ".NAMES" or ".TXT");
        var found = isFile ? ClassNames.Read(Find("names", names[0])) : names;
        // Darknet itself reads no further than its number of classes.
        if (count is { } stated && stated != found.Count && !IsDarknet)
            throw new BadDataSetException($"{_path}: 'nc' is {stated}, but there are {found.Count} 'names'; expected one name for each class.");
        return found;
    }

    /// <summary>The numbers that key points take in a line of labels, by <c>kpt_shape: [points, 2 or 3]</c>; 0 where it is not stated.</summary>
    /// <exception cref="BadDataSetException">It is stated, and is no such shape.</exception>
    public int KeyPoints()
    {
        const int Most = 10_000;
        if (IsDarknet || !_values.TryGetValue("kpt_shape", out var shape) || shape.Count == 0) return 0;
        return shape is [var points, var size] && size is "2" or "3"
            && int.TryParse(points, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= Most
                ? count * (size == "2" ? 2 : 3)
                : throw new BadDataSetException($"{_path}: 'kpt_shape' is {Quote(shape)}; expected [number of key points, 2 or 3].");
    }

    /// <summary>Whether it names images of a split.</summary>
    public bool Has(string split) => _values.TryGetValue(split, out var sources) && sources.Any(s => s.Length > 0);

    /// <summary>The folders of images or lists of a split.</summary>
    public IEnumerable<string> Sources(string? split)
    {
        string[] kinds = ["train", "val", "valid", "test"];
        var known = _values.Keys.Intersect(kinds).ToList();
        // CVAT exports one split.
        split ??= known is [var only] ? only : IsDarknet ? "valid" : "val";
        if (_values.TryGetValue(split, out var sources))
        {
            return sources.Count > 0 ? sources.Select(source => Find(split, source)) : throw new BadDataSetException(
                $"{_path}: '{split}' is empty, or holds more than paths; expected a folder of images, a list of their paths, or several of them.");
        }
        var has = known.Count > 0 ? string.Join(", ", known) : $"none of {string.Join(", ", kinds)}";
        throw new BadDataSetException($"{_path}: has no split '{split}'; it has {has}.");
    }

    /// <summary>The number of classes that a key states; null where it is not there.</summary>
    private int? Count(string key)
    {
        if (!_values.TryGetValue(key, out var values)) return null;
        if (values is [var only] && int.TryParse(only, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0) return count;
        throw new BadDataSetException($"{_path}: '{key}' is {Quote(values)}; expected the number of classes, from 1.");
    }

    /// <summary>The folder that paths count from: that of the file, unless <c>path</c> names another.</summary>
    private string Root() => _values.GetValueOrDefault("path") switch
    {
        null or [] or [""] => Folder,
        [var only] => DataSetFile.Resolve(Folder, only, $"{_path}: 'path'"),
        var several => throw new BadDataSetException($"{_path}: 'path' is {Quote(several)}; expected one folder."),
    };

    private string Find(string key, string written)
    {
        var where = $"{_path}: '{key}'";
        if (string.IsNullOrWhiteSpace(written)) throw new BadDataSetException($"{where} has an empty path; expected a file or a folder.");
        var root = Root();
        // Roboflow writes ../train/images for a folder beside the file; a moved data set keeps its old "path".
        string[] candidates =
        [
            DataSetFile.Resolve(root, written, where), DataSetFile.Resolve(Folder, written, where),
            .. written.StartsWith("../", StringComparison.Ordinal) ? [DataSetFile.Resolve(Folder, written[3..], where)] : Array.Empty<string>(),
            .. DataSetFile.WithoutData(written) is { } below ? [DataSetFile.Resolve(Folder, below, where)] : Array.Empty<string>(),
            Path.GetFullPath(written),
        ];
        return candidates.FirstOrDefault(candidate => Directory.Exists(candidate) || File.Exists(candidate))
            ?? throw new BadDataSetException($"{where}: '{written}' does not exist. Looked for {string.Join(", ", candidates.Distinct())}.");
    }

    private static string Quote(List<string> values) => values.Count == 0 ? "empty" : ClassNames.Quote(values);

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
