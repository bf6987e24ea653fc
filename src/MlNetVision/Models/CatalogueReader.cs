using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using MlNetVision.Onnx;

namespace MlNetVision.Models;

/// <summary>Reads the JSON of a catalogue and checks every value.</summary>
internal static partial class CatalogueReader
{
    private static readonly string[] Tasks = ["detect", "segment", "classify", "stylize"];
    private static readonly string[] ResizeModes = ["stretch", "letterbox", "crop"];
    private static readonly string[] Preprocessings = ["unit", "raw", "raw-bgr", "tf", "imagenet", "caffe"];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    public static IReadOnlyList<CatalogueEntry> Read(string json, string name)
    {
        Document document;
        try
        {
            document = JsonSerializer.Deserialize<Document>(json, Json) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new BadModelException($"{name}: not a model catalogue: {e.Message}", e);
        }
        var entries = document.Models.Select(m => ToEntry(m, document.LabelSets, name)).ToArray();
        Unique(entries.Select(e => e.Name), "models", name);
        Unique(entries.SelectMany(e => e.Files).Select(f => f.Name), "files", name);
        return entries;
    }

    private static CatalogueEntry ToEntry(Model m, Dictionary<string, string[]> sets, string catalogue)
    {
        if (!FileName().IsMatch(m.Name)) throw Bad("letters, digits, '-', '.' and '_' as its name", m.Name);
        OneOf("task", m.Task, Tasks);
        OneOf("preprocess", m.Preprocess, Preprocessings);
        OneOf("resize", m.Resize, ResizeModes);
        if (m.InputWidth < 1 || m.InputHeight < 1) throw Bad("a positive input size", $"{m.InputWidth}×{m.InputHeight}");
        if (m.Labels is not null && !sets.ContainsKey(m.Labels)) throw Bad($"labels of {Listed(sets.Keys)}", m.Labels);
        if (m.Bundled == m.Files.Length > 0) throw Bad(m.Bundled ? "no files, as it is bundled" : "files, or bundled", $"{m.Files.Length} files");
        var entry = new CatalogueEntry
        {
            Name = m.Name,
            Task = m.Task,
            Description = m.Description,
            Bundled = m.Bundled,
            Files = [.. m.Files.Select(f => ToFile(f, m.Name, catalogue))],
            License = m.License,
            LicenseSource = m.LicenseSource,
            Source = Web(m.Source, $"{catalogue}: the source of '{m.Name}'"),
            InputWidth = m.InputWidth,
            InputHeight = m.InputHeight,
            Preprocess = m.Preprocess,
            Resize = m.Resize,
            Labels = m.Labels is null ? [] : sets[m.Labels],
            HeadKind = Kind(m.Head),
            Anchors = Anchors(m.Head),
        };
        if (!m.Bundled && entry.ModelFile is null) throw Bad("an .onnx or .cfg among its files", Listed(m.Files.Select(f => f.Name)));
        return entry;

        BadModelException Bad(string expected, string found) =>
            new($"{catalogue}: the model '{m.Name}' should have {expected}; found {(found.Length == 0 ? "none" : found)}.");

        void OneOf(string what, string value, string[] known)
        {
            if (!known.Contains(value)) throw Bad($"as {what} one of {Listed(known)}", $"'{value}'");
        }

        YoloHeadKind? Kind(Head? head) => head?.Kind switch
        {
            null => null,
            "region" => YoloHeadKind.Region,
            "yolo" => YoloHeadKind.Yolo,
            var other => throw Bad("a head of kind region or yolo", $"'{other}'"),
        };

        AnchorSize[] Anchors(Head? head)
        {
            if (head is null) return [];
            if (m.Labels is null) throw Bad("labels beside its head", "");
            if (head.Anchors.Length is 0 || head.Anchors.Length % 2 != 0 || !head.Anchors.All(a => a > 0 && float.IsFinite(a)))
                throw Bad("anchors as pairs of positive numbers", $"{head.Anchors.Length} numbers");
            return [.. head.Anchors.Chunk(2).Select(a => new AnchorSize(a[0], a[1]))];
        }
    }

    private static CatalogueFile ToFile(CatalogueFileText f, string model, string catalogue)
    {
        var where = $"{catalogue}: the file '{f.Name}' of '{model}'";
        if (!FileName().IsMatch(f.Name)) throw new BadModelException($"{where} should have a plain file name of letters, digits, '-', '.' and '_'.");
        if (!Hash().IsMatch(f.Sha256)) throw new BadModelException($"{where} should have a SHA-256 of 64 lower-case hexadecimal digits; found '{f.Sha256}'.");
        if (f.Size < 1) throw new BadModelException($"{where} should have a size of at least 1 byte; found {f.Size}.");
        return new CatalogueFile
        {
            Name = f.Name,
            Address = Web(f.Address, where),
            Mirrors = [.. f.Mirrors.Select(a => Web(a, where))],
            Sha256 = f.Sha256,
            Size = f.Size,
            HashSource = f.HashSource,
        };
    }

    private static Uri Web(string address, string where) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new BadModelException($"{where} should be an http or https address; found '{address}'.");

    private static void Unique(IEnumerable<string> names, string what, string catalogue)
    {
        var twice = names.GroupBy(n => n, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1).Select(g => g.Key).ToArray();
        if (twice.Length > 0) throw new BadModelException($"{catalogue}: two {what} are called {Listed(twice)}.");
    }

    private static string Listed(IEnumerable<string> values) => string.Join(", ", values);

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]*\z")]
    private static partial Regex FileName();

    [GeneratedRegex(@"\A[0-9a-f]{64}\z")]
    private static partial Regex Hash();

    // The shape of the JSON; the public records are made from it once its values are checked.
    private sealed record Document
    {
        public Dictionary<string, string[]> LabelSets { get; init; } = [];
        public required Model[] Models { get; init; }
    }

    private sealed record Model
    {
        public required string Name { get; init; }
        public required string Task { get; init; }
        public required string Description { get; init; }
        public bool Bundled { get; init; }
        public required string Source { get; init; }
        public required string License { get; init; }
        public required string LicenseSource { get; init; }
        public required int InputWidth { get; init; }
        public required int InputHeight { get; init; }
        public required string Preprocess { get; init; }
        public required string Resize { get; init; }
        public string? Labels { get; init; }
        public Head? Head { get; init; }
        public CatalogueFileText[] Files { get; init; } = [];
    }

    private sealed record Head
    {
        public required string Kind { get; init; }
        public required float[] Anchors { get; init; }
    }

    private sealed record CatalogueFileText
    {
        public required string Name { get; init; }
        public required string Address { get; init; }
        public string[] Mirrors { get; init; } = [];
        public required string Sha256 { get; init; }
        public required long Size { get; init; }
        public string? HashSource { get; init; }
    }
}
