using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MlNetVision.Imaging;

namespace MlNetVision.Notebooks;

/// <summary>The <c>.ipynb</c> form: Jupyter's notebook format 4.5 (https://nbformat.readthedocs.io), with the metadata of .NET Interactive.</summary>
internal static class NotebookFile
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, IndentSize = 1, NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text of the file.</summary>
    /// <param name="source">The cells.</param>
    /// <param name="outputs">The outputs of each cell.</param>
    public static string Write(NotebookSource source, IReadOnlyList<IReadOnlyList<CellOutput>> outputs)
    {
        var cells = new JsonArray();
        var count = 0;
        foreach (var (index, cell) in source.Cells.Index())
        {
            var node = new JsonObject { ["cell_type"] = cell.IsCode ? "code" : "markdown" };
            if (cell.IsCode) node["execution_count"] = ++count;
            node["id"] = $"cell-{index + 1:00}";
            node["metadata"] = cell.IsCode ? new JsonObject { ["dotnet_interactive"] = new JsonObject { ["language"] = "csharp" },
                ["polyglot_notebook"] = new JsonObject { ["kernelName"] = "csharp" } } : new JsonObject();
            if (cell.IsCode) node["outputs"] = new JsonArray([.. outputs[index].Select(Node)]);
            node["source"] = Lines(cell.Text);
            cells.Add(node);
        }
        return new JsonObject { ["cells"] = cells, ["metadata"] = Metadata(), ["nbformat"] = 4, ["nbformat_minor"] = 5 }.ToJsonString(Json) + "\n";
    }

    /// <summary>The outputs that a file holds, for each cell of a source: none where the cell differs from the file's.</summary>
    public static IReadOnlyList<IReadOnlyList<CellOutput>> ReadOutputs(string path, NotebookSource source)
    {
        var stored = File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))!["cells"]!.AsArray() : [];
        return [.. source.Cells.Index().Select(x => Outputs(x.Item, x.Index < stored.Count ? stored[x.Index] : null))];
    }

    private static IReadOnlyList<CellOutput> Outputs(NotebookCell cell, JsonNode? stored) =>
        cell.IsCode && stored?["outputs"] is JsonArray outputs && Text(stored["source"]!) == cell.Text ? [.. outputs.Select(o => Output(o!))] : [];

    private static CellOutput Output(JsonNode node)
    {
        if (node["ename"] is not null) return new CellOutput(CellOutput.Error, Text(node["evalue"]!));
        if (node["text"] is { } text) return new CellOutput((string?)node["name"] == "stderr" ? CellOutput.Error : CellOutput.Console, Text(text));
        var (mime, content) = node["data"]!.AsObject().First();
        return new CellOutput(mime, Text(content!));
    }

    private static JsonObject Node(CellOutput output)
    {
        if (output.Mime == CellOutput.Console)
            return new JsonObject { ["name"] = "stdout", ["output_type"] = "stream", ["text"] = Lines(output.Content) };
        JsonNode content = output.Mime.StartsWith("image/", StringComparison.Ordinal) ? JsonValue.Create(output.Content) : Lines(output.Content);
        return new JsonObject { ["data"] = new JsonObject { [output.Mime] = content }, ["metadata"] = new JsonObject(),
            ["output_type"] = "display_data" };
    }

    private static JsonObject Metadata() => new()
    {
        ["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" },
        ["language_info"] = new JsonObject { ["file_extension"] = ".cs", ["mimetype"] = "text/x-csharp", ["name"] = "C#" },
    };

    /// <summary>A text as the format keeps it: a list of lines, each with its end.</summary>
    private static JsonArray Lines(string text)
    {
        var lines = text.Split('\n');
        return new JsonArray([.. lines.Select((line, i) => (JsonNode)(i + 1 < lines.Length ? line + "\n" : line))
            .Where(line => line.GetValue<string>().Length > 0)]);
    }

    private static string Text(JsonNode node) =>
        node is JsonArray lines ? string.Concat(lines.Select(line => line!.GetValue<string>())) : node.GetValue<string>();
}

/// <summary>One cell of a notebook.</summary>
/// <param name="IsCode">Whether it is C#; otherwise it is markdown.</param>
/// <param name="Text">Its text, lines ended by \n, without one at the end.</param>
internal sealed record NotebookCell(bool IsCode, string Text);

/// <summary>One output of a cell.</summary>
/// <param name="Mime">Its kind, such as <c>text/plain</c>; <see cref="Console"/> for what was written to the console.</param>
/// <param name="Content">The text, or the base64 of an image.</param>
internal sealed record CellOutput(string Mime, string Content)
{
    public const string Console = "stream";

    /// <summary>The kind of what was written to the standard error stream, and of exceptions.</summary>
    public const string Error = "error";

    // Decibels. An image drawn from weights that a cell trains differs by 26 from run to run; other images have 10 to 15.
    private const double LeastSimilarity = 22;

    /// <summary>Whether it is an image, as base64.</summary>
    public bool IsImage => Mime.StartsWith("image/", StringComparison.Ordinal);

    /// <summary>Whether it is what a second run gives: the same characters, or images that look alike.</summary>
    public bool Matches(CellOutput other) => Mime == other.Mime
        && (Content == other.Content || (IsImage && Similarity(other) >= LeastSimilarity));

    /// <summary>The peak signal-to-noise ratio of two images in decibels; 0 for images of different sizes.</summary>
    public double Similarity(CellOutput other)
    {
        using var mine = RgbImage.Load(Convert.FromBase64String(Content), "an image now");
        using var theirs = RgbImage.Load(Convert.FromBase64String(other.Content), "a stored image");
        if (mine.Width != theirs.Width || mine.Height != theirs.Height) return 0;
        var sum = 0.0;
        for (var i = 0; i < mine.Pixels.Length; i++)
        {
            double difference = mine.Pixels[i] - theirs.Pixels[i];
            sum += difference * difference;
        }
        return 10 * Math.Log10(255.0 * 255.0 * mine.Pixels.Length / Math.Max(sum, 1));
    }
}
