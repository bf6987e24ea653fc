using System.Text;

namespace MlNetVision.Stress.DataSets;

/// <summary>LabelMe's files, one for each image.</summary>
internal static class LabelMeSets
{
    public static IEnumerable<Oddity> All =>
    [
        new("plain", (set, folder) => Write(set, folder)),
        new("polygons", (set, folder) => Write(set, folder, shape: Polygon)),
        new("no type", (set, folder) => Write(set, folder, shape: b => Polygon(b).Replace(",\"shape_type\":\"polygon\"", "", StringComparison.Ordinal))),
        new("corners swapped", (set, folder) => Write(set, folder, shape: b => FormattableString.Invariant($"\"points\":[[{b.Right},{b.Bottom}],[{b.Left},{b.Top}]],\"shape_type\":\"rectangle\""))),
        new("size as texts", (set, folder) => Write(set, folder, size: s => $"\"imageWidth\":\"{s.Width}\",\"imageHeight\":{s.Height}.0")),
        new("size null", (set, folder) => Write(set, folder, size: _ => "\"imageWidth\":null,\"imageHeight\":null")) { StatesSize = false },
        new("path of Windows", (set, folder) => Write(set, folder, path: name => $"..\\\\pets\\\\{name}")),
        new("image path null", (set, folder) => Write(set, folder, path: null)),
        new("image within", (set, folder) => Write(set, folder, data: $"\"{new string('A', 100_000)}\"")),
        new("a bad file", (set, folder) => WithBad(set, folder)) { LeftOut = 1 },
    ];

    private static string WithBad(MeantSet set, string folder)
    {
        Write(set, folder);
        File.WriteAllText(Path.Combine(folder, "zz.json"), "{\"shapes\":[{");
        return folder;
    }

    private static string Write(MeantSet set, string folder, Func<MeantBox, string>? shape = null, Func<(int Width, int Height), string>? size = null, string data = "null")
        => Write(set, folder, name => name, shape, size, data);

    private static string Write(MeantSet set, string folder, Func<string, string>? path, Func<MeantBox, string>? shape = null, Func<(int Width, int Height), string>? size = null, string data = "null")
    {
        set.WriteImages(folder);
        foreach (var image in set.Images)
        {
            var stated = set.Stated(image);
            var name = image.Stem + set.Extension;
            var json = new StringBuilder("{\"version\":\"5.4.1\",\"flags\":{},\"shapes\":[");
            json.AppendJoin(",\n", set.StatedBoxes(image).Select(b => $"{{\"label\":\"{b.Label}\",{(shape ?? Rectangle)(b)},\"group_id\":null}}"));
            json.Append("],\"imagePath\":").Append(path is null ? "null" : $"\"{path(name)}\"").Append(",\"imageData\":").Append(data).Append(',');
            json.Append(size?.Invoke(stated) ?? $"\"imageHeight\":{stated.Height},\"imageWidth\":{stated.Width}").Append('}');
            File.WriteAllText(Path.Combine(folder, $"{image.Stem}.json"), json.ToString());
        }
        return folder;
    }

    private static string Rectangle(MeantBox b) => FormattableString.Invariant($"\"points\":[[{b.Left},{b.Top}],[{b.Right},{b.Bottom}]],\"shape_type\":\"rectangle\"");

    private static string Polygon(MeantBox b) => FormattableString.Invariant($"\"points\":[[{b.Left},{b.Top}],[{b.Right},{b.Top}],[{b.Right},{b.Bottom}]],\"shape_type\":\"polygon\"");
}
