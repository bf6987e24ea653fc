using System.Text.Json.Nodes;
using MlNetVision.Tests;

namespace MlNetVision.Cli.Tests;

/// <summary>
/// Inputs made after public reports, with the right answer (<c>../shared/cases</c>): those that are answered rightly so far. The others are
/// named too, so that a case that nobody looks at is noticed.
/// </summary>
[TestClass]
public sealed class SharedCaseTests
{
    private static readonly string[] Reached =
    [
        "01-png-exif6-yolo", "03-png-exif6-coco", "04-pose-2d-labels", "06-pose-3d-visibility-2", "07-classes-txt-blank-line",
        "09-symlink-loop-train", "11-symlink-loop-segmenter", "12-jfif-in-class-folder", "14-macosx-folder", "15-voc-exif6-stored",
        "17-voc-namespace", "18-yaml-anchor", "20-yaml-flow-next-line", "22-coco-float-ids", "24-coco-null-size", "25-coco-string-ids",
        "28-coco-uint64-annotation-id", "29-coco-nan-area", "31-coco-bbox-empty", "32-coco-orphan-annotation", "33-coco-roboflow-duplicate",
        "34-voc-gb2312", "37-voc-empty-difficult", "39-voc-size-empty", "41-voc-doctype", "42-voc-lowercase-annotations", "44-voc-upper-XML",
        "45-voc-robndbox", "47-voc-one-bad-file", "49-yolo-saved-conf", "50-cvat-yolo11-export", "51-tsv-list", "53-mask-grey-as-rgb",
        "55-mask-suffix", "57-jpeg-no-eoi", "59-jpeg-progressive-no-eoi", "64-letterbox-lb-1",
        "63-letterbox-lb-absent", "66-gaussian-yolo", "67-batchnorm-section", "70-xnor", "71-folder-link-skipped", "73-long-file-name",
        "61-ultralytics-v8-onnx", "74-onnx-external-data",
    ];

    private const double Tolerance = 0.002;

    public static IEnumerable<string> Cases => Reached;

    [TestMethod]
    public void Cases_OfTheFolder_AreAllKnown()
    {
        var names = Directory.GetDirectories(Shared.Path("cases")).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal).ToArray();
        CollectionAssert.AreEqual(Reached.Order(StringComparer.Ordinal).ToArray(), names);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public async Task Case_FromAPublicReport_IsAnsweredRightly(string name)
    {
        using var folder = new TemporaryFolder();
        Copy(Shared.Path("cases", name), folder.Path);
        var expected = JsonNode.Parse(File.ReadAllText(folder["expect.json"]))!.AsObject();
        string[] args = [.. expected["args"]!.AsArray().Select(a => (string)a!)];

        using var process = CliProcess.StartIn(folder.Path, args[0] == "evaluate" ? [.. args, "--json"] : args);
        process.StandardInput.Close();
        var (code, output, error) = await CliProcess.EndAsync(process);

        var all = $"{name}\n{output}\n{error}";
        Assert.AreEqual((int?)expected["exit"] ?? 0, code, all);
        if (expected["json"] is { } fields) Compare(fields, JsonNode.Parse(output.Split('\n')[0]), name);
        if (expected["stdout"] is { } text) StringAssert.Contains(output, (string?)text, all);
        if (expected["stderr"] is { } message) StringAssert.Contains(error, (string?)message, all);
        if (expected["lines"] is { } lines) Assert.HasCount((int)lines, output.Split('\n', StringSplitOptions.RemoveEmptyEntries), all);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        var image = Path.Combine(to, "a.jpg");
        if (!File.Exists(image)) File.Copy(Path.Combine(Shared.Repository, "assets", "images", "blood-smear.png"), image);
        var links = Path.Combine(to, "LINKS");
        if (!File.Exists(links)) return;
        // "ln -s TARGET NAME"
        foreach (var words in File.ReadLines(links).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(w => w.Length == 4))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, words[3]))!);
            File.CreateSymbolicLink(Path.Combine(to, words[3]), words[2]);
        }
    }

    /// <summary>All that is expected stands there; there may be more.</summary>
    private static void Compare(JsonNode expected, JsonNode? actual, string path)
    {
        switch (expected)
        {
            case JsonObject fields:
                foreach (var (name, value) in fields) Compare(value!, actual?[name], $"{path}.{name}");
                break;
            case JsonValue number when number.TryGetValue(out double value):
                Assert.AreEqual(value, (double)actual!, Tolerance, path);
                break;
            default:
                Assert.IsTrue(JsonNode.DeepEquals(expected, actual), $"{path}: {actual?.ToJsonString()}");
                break;
        }
    }
}
