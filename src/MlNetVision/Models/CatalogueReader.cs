using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using MlNetVision.Detection;

namespace MlNetVision.Models;

/// <summary>Reads the JSON of a catalogue and checks every value.</summary>
internal static partial class CatalogueReader
{
    private static readonly string[] Tasks = ["detect", "segment", "classify", "stylize", "features"];
    private static readonly string[] ResizeModes = ["stretch", "letterbox", "crop"];
    private static readonly string[] Preprocessings = ["unit", "raw", "raw-bgr", "tf", "imagenet", "caffe"];

    public static IReadOnlyList<CatalogueEntry> Read(string json, string name)
    {
        Document document;
        try
        {
            document = JsonSerializer.Deserialize(json, CatalogueJson.Default.Document) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new BadModelException($"{name}: not a model catalogue: {e.Message}", e);
        }
        // The serializer rejects a null value, but accepts null within a list.
        if (document.Models.Any(m => m is null || m.Files.Contains(null))
            || document.LabelSets.Values.Any(l => l is null || l.Any(string.IsNullOrWhiteSpace)))
            throw new BadModelException($"{name}: not a model catalogue: a model, file or label is null or empty.");
        var entries = document.Models.Select(m => ToEntry(m, document.LabelSets, name)).ToArray();
        Unique(entries.Select(e => e.Name), "models", name);
        Unique(entries.SelectMany(e => e.Files).Select(f => f.Name), "files", name);
        return entries;
    }

    private static CatalogueEntry ToEntry(Model m, Dictionary<string, string[]> sets, string catalogue)
    {
        Check(m, sets, catalogue);
        return new CatalogueEntry
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
            Head = m.Head is { } head ? ToHead(head, sets[m.Labels!], m.Name, catalogue) : null,
        };
    }

    private static void Check(Model m, Dictionary<string, string[]> sets, string catalogue)
    {
        Require(FileName().IsMatch(m.Name), "letters, digits, '-', '.' and '_' as its name", m.Name);
        Require(Tasks.Contains(m.Task), $"as task one of {Listed(Tasks)}", m.Task);
        Require(Preprocessings.Contains(m.Preprocess), $"as preprocess one of {Listed(Preprocessings)}", m.Preprocess);
        Require(ResizeModes.Contains(m.Resize), $"as resize one of {Listed(ResizeModes)}", m.Resize);
        Require(m is { InputWidth: > 0, InputHeight: > 0 } or { Task: "stylize" or "features", InputWidth: 0, InputHeight: 0 },
            "a positive input size", $"{m.InputWidth}×{m.InputHeight}");
        Require(m.Labels is null || sets.ContainsKey(m.Labels), $"labels of {Listed(sets.Keys)}", m.Labels ?? "");
        var files = m.Files.Select(f => f.Name).ToArray();
        if (m.Bundled)
            Require(files.Length == 0, "no files, as it is bundled", Listed(files));
        else
            Require(files.Any(f => Path.GetExtension(f) is ".onnx" or ".cfg"), "an .onnx or .cfg among its files", Listed(files));
        Require(m.Head is null || m.Labels is not null, "labels beside its head", "");

        void Require(bool holds, string expected, string found)
        {
            if (!holds)
            {
                throw new BadModelException(
                    $"{catalogue}: the model '{m.Name}' should have {expected}; found {(found.Length == 0 ? "none" : found)}.");
            }
        }
    }

    private static CatalogueHead ToHead(JsonElement head, string[] labels, string model, string catalogue)
    {
        try
        {
            return DetectionHeads.ReadCatalogued(head, labels);
        }
        catch (JsonException e)
        {
            throw new BadModelException($"{catalogue}: the model '{model}' should have {e.Message}.", e);
        }
    }

    private static CatalogueFile ToFile(CatalogueFileText f, string model, string catalogue)
    {
        var where = $"{catalogue}: the file '{f.Name}' of '{model}'";
        if (!FileName().IsMatch(f.Name)) throw new BadModelException($"{where} should have a plain file name of letters, digits, '-', '.' and '_'.");
        if (!Hash().IsMatch(f.Sha256))
            throw new BadModelException($"{where} should have a SHA-256 of 64 lower-case hexadecimal digits; found '{f.Sha256}'.");
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

    // The form of the JSON; the public records are made from it after validation. What has a default is set, not init: see JsonDefaults.
    private sealed record Document
    {
        public Dictionary<string, string[]> LabelSets { get; set; } = [];
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
        public JsonElement? Head { get; init; }
        public CatalogueFileText[] Files { get; set; } = [];
    }

    private sealed record CatalogueFileText
    {
        public required string Name { get; init; }
        public required string Address { get; init; }
        public string[] Mirrors { get; set; } = [];
        public required string Sha256 { get; init; }
        public required long Size { get; init; }
        public string? HashSource { get; init; }
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true, ReadCommentHandling = JsonCommentHandling.Skip, GenerationMode = JsonSourceGenerationMode.Metadata)]
    [JsonSerializable(typeof(Document))]
    private sealed partial class CatalogueJson : JsonSerializerContext;
}
