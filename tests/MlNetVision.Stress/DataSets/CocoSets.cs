using System.Text;

namespace MlNetVision.Stress.DataSets;

/// <summary>COCO, as programs in Python, JavaScript and others write it. The file is written as text, because JSON writers do not write what is odd.</summary>
internal static class CocoSets
{
    public static IEnumerable<Oddity> All =>
    [
        new("plain", (set, folder) => Write(set, folder, new())),
        new("instances file", (set, folder) => Write(set, folder, new() { File = "annotations/instances_val.json", Images = "val" })),
        new("one folder", (set, folder) => Write(set, folder, new() { File = "_annotations.coco.json", Images = "." })),
        new("byte order mark", (set, folder) => Write(set, folder, new() { Start = "\uFEFF" })),
        new("ids as fractions", (set, folder) => Write(set, folder, new() { Id = i => $"{i}.0" })),
        new("ids as texts", (set, folder) => Write(set, folder, new() { Id = i => $"\"{i}\"" })),
        new("ids of two kinds", (set, folder) => Write(set, folder, new() { Id = i => $"{i}", Reference = i => $"\"{i}.0\"" })),
        new("large ids", (set, folder) => Write(set, folder, new() { Id = i => $"1844674407370955161{i}" })),
        new("annotation ids null", (set, folder) => Write(set, folder, new() { AnnotationId = _ => "null" })),
        new("annotation ids repeated", (set, folder) => Write(set, folder, new() { AnnotationId = _ => "1" })),
        new("flags as truth values", (set, folder) => Write(set, folder, new() { Crowd = "false" })),
        new("flags null", (set, folder) => Write(set, folder, new() { Crowd = "null" })),
        new("area not a number", (set, folder) => Write(set, folder, new() { Area = "NaN" })),
        new("more that JSON lacks", (set, folder) => Write(set, folder, new() { Area = "-Infinity", More = ",\"keypoints\":[NaN,Infinity]" })),
        new("size null", (set, folder) => Write(set, folder, new() { Size = _ => "\"width\":null,\"height\":null" })) { StatesSize = false },
        new("size missing", (set, folder) => Write(set, folder, new() { Size = _ => "\"license\":1" })) { StatesSize = false },
        new("size as texts", (set, folder) => Write(set, folder, new() { Size = s => $"\"width\":\"{s.Width}\",\"height\":\"{s.Height}.0\"" })),
        new("box as texts", (set, folder) => Write(set, folder, new() { Box = b => FormattableString.Invariant($"\"bbox\":[\"{b.Left}\",\"{b.Top}\",\"{b.Width}\",\"{b.Height}\"]") })),
        new("box missing, polygon", (set, folder) => Write(set, folder, new() { Box = Polygon })),
        new("box empty, two polygons", (set, folder) => Write(set, folder, new() { Box = TwoPolygons })),
        new("box missing, runs", (set, folder) => Write(set, folder, new() { BoxIn = Runs })),
        new("group categories", (set, folder) => Write(set, folder, new() { Categories = "{\"id\":0,\"name\":\"pets\",\"supercategory\":\"none\"},", Super = "pets" })),
        new("an orphan", (set, folder) => Write(set, folder, new() { Annotations = "{\"id\":99,\"image_id\":12345,\"category_id\":1,\"bbox\":[1,1,5,5]}," })) { LeftOut = 1 },
        new("an image that is missing", (set, folder) => Write(set, folder, new() { MoreImages = "{\"id\":77,\"file_name\":\"gone.jpg\",\"width\":9,\"height\":9}," })) { LeftOut = 1 },
    ];

    private static string Write(MeantSet set, string folder, Form form)
    {
        set.WriteImages(Path.Combine(folder, form.Images));
        var json = new StringBuilder(form.Start).Append("{\"info\":{},\"images\":[").Append(form.MoreImages);
        json.AppendJoin(",\n", set.Images.Select((image, i) => $"{{\"id\":{form.Id(i + 1)},\"file_name\":\"{image.Stem}{set.Extension}\",{form.Size(set.Stated(image))}}}"));
        json.Append("],\n\"annotations\":[").Append(form.Annotations);
        var number = 0;
        json.AppendJoin(",\n", set.Images.SelectMany((image, i) => set.StatedBoxes(image).Select(box =>
            $"{{\"id\":{form.AnnotationId(++number)},\"image_id\":{form.Reference(i + 1)},\"category_id\":{form.Reference(1 + set.Labels.Index().First(l => l.Item == box.Label).Index)},"
            + $"{form.BoxIn?.Invoke(box, set.Stated(image)) ?? form.Box(box)},\"iscrowd\":{form.Crowd},\"area\":{form.Area}{form.More}}}")));
        json.Append("],\n\"categories\":[").Append(form.Categories);
        json.AppendJoin(',', set.Labels.Select((label, i) => $"{{\"id\":{form.Id(i + 1)},\"name\":\"{label}\",\"supercategory\":\"{form.Super}\"}}")).Append("]}\n");
        var path = Path.Combine(folder, form.File);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, json.ToString());
        return folder;
    }

    private static string Polygon(MeantBox b) => FormattableString.Invariant($"\"segmentation\":[[{b.Left},{b.Top},{b.Right},{b.Top},{b.Right},{b.Bottom}]]");

    private static string TwoPolygons(MeantBox b) => FormattableString.Invariant(
        $"\"bbox\":[],\"segmentation\":[[{b.Left},{b.Top},{b.Left + 2},{b.Top},{b.Left},{b.Top + 2}],[{b.Right},{b.Bottom},{b.Right - 2},{b.Bottom},{b.Right},{b.Bottom - 2}]]");

    /// <summary>Runs column by column: of each column of the box, its rows.</summary>
    private static string Runs(MeantBox b, (int Width, int Height) size)
    {
        var (runs, at) = (new List<double>(), 0d);
        for (var x = b.Left; x < b.Right; x++)
        {
            runs.AddRange([x * size.Height + b.Top - at, b.Height]);
            at = x * size.Height + b.Bottom;
        }
        runs.Add((double)size.Width * size.Height - at);
        return FormattableString.Invariant($"\"segmentation\":{{\"size\":[{size.Height},{size.Width}],\"counts\":[{string.Join(',', runs)}]}}");
    }

    private sealed record Form
    {
        public string File { get; init; } = "coco.json";

        public string Images { get; init; } = "images";

        public string Start { get; init; } = "";

        public Func<int, string> Id { get; init; } = i => $"{i}";

        public Func<int, string> Reference { get => field ?? Id; init; }

        public Func<int, string> AnnotationId { get; init; } = i => $"{i}";

        public string Crowd { get; init; } = "0";

        public string Area { get; init; } = "1";

        public string More { get; init; } = "";

        public string Categories { get; init; } = "";

        public string Super { get; init; } = "";

        public string Annotations { get; init; } = "";

        public string MoreImages { get; init; } = "";

        public Func<(int Width, int Height), string> Size { get; init; } = s => $"\"width\":{s.Width},\"height\":{s.Height}";

        public Func<MeantBox, string> Box { get; init; } = b => FormattableString.Invariant($"\"bbox\":[{b.Left},{b.Top},{b.Width},{b.Height}]");

        public Func<MeantBox, (int Width, int Height), string>? BoxIn { get; init; }
    }
}
