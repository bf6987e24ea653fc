using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.ModelOptions;
using MlNetVision.Cli.Outputs;
using MlNetVision.Data;
using MlNetVision.Files;
using MlNetVision.Training;
using MlNetVision.Training.Detection;

namespace MlNetVision.Cli.Anchors;

/// <summary><c>anchors DATA</c>: the anchors of a data set by k-means, beside those of a network.</summary>
internal sealed class AnchorsCommand
{
    private readonly Argument<string> _data = new("DATA")
    {
        Description = "A folder or file: Pascal VOC XML, COCO JSON, YOLO text (data.yaml, .data, list), or LabelMe JSON.",
    };

    private readonly Option<int?> _count = NumberOption.Create(
        "--count", "Number of anchors. [default: as many as the network has]", "COUNT", 1, 1000);

    private readonly Option<string?> _split = new("--split")
    {
        Description = "The split whose boxes count. [default: that for training, else all]",
        HelpName = "NAME",
    };

    private readonly Option<string?> _network = DetectorNetworkOption.Create();
    private readonly Option<string?> _size = DetectorNetworkOption.CreateSize();
    private readonly Option<int?> _seed = NumberOption.Create("--seed", "Random seed; the same seed gives the same anchors. [default: 1]", "NUMBER", int.MinValue);
    private readonly Option<string?> _plot = new("--plot") { Description = "Draw sizes and anchors as a page (.html).", HelpName = "FILE" };
    private readonly Option<string?> _json = JsonOption.Create("one object");
    private readonly DataSetNotes _notes = new();

    public static Command Create(Terminal terminal)
    {
        var anchors = new AnchorsCommand();
        anchors._count.Aliases.Add("-k");
        var command = new DocumentedCommand(
            "anchors", "Anchors for a detector: k-means on the box sizes of a data set, and how well a network's own anchors fit.")
        {
            Examples =
            [
                ("mlnetvision anchors bccd", "As many anchors as the network 'small' has, in cells of its grid."),
                ("mlnetvision anchors data.yaml -k 9 --network yolov3.cfg --size 608 --plot anchors.html", "Nine anchors in pixels, and a plot of all sizes."),
            ],
        };
        command.Add(anchors._data);
        foreach (var option in new Option[] { anchors._count, anchors._split, anchors._network, anchors._size, anchors._seed, anchors._plot, anchors._json })
            command.Add(option);
        anchors._notes.AddTo(command);
        command.SetRun(terminal, (parsed, cancellationToken) => Task.Run(() => anchors.Run(parsed, terminal, cancellationToken), CancellationToken.None));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var data = parsed.GetRequiredValue(_data);
        var set = DetectionDataSet.Open(data, new DetectionDataSetOptions
        {
            Split = parsed.GetValue(_split) ?? DetectionDataSplits.Find(data)?.Train, Strict = _notes.IsStrict(parsed),
        });
        DataSetNotes.Show(terminal, set.Warnings, set.LeftOut, set.Images.Count);
        var network = DetectorNetworkOption.Open(parsed, _network, _size);
        CheckOutputs(parsed, set, data);
        var resize = DetectorStart.ResizeOf(network);
        var sizes = AnchorClustering.Sizes(set.Images, resize);
        if (sizes.Count == 0) throw new BadDataSetException($"{data}: none of {set.Images.Count} images has an object.");
        var own = DetectorAnchorSet.Of(network, sizes);
        var count = parsed.GetValue(_count) ?? own.Sizes.Count;
        var found = DetectorAnchorSet.Propose(network, sizes, parsed.GetValue(_seed) ?? 1, count)
            ?? throw new BadDataSetException($"{data}: has fewer different sizes of boxes than {count} anchors.");
        terminal.Preparation.End();
        var (isJson, file) = (parsed.GetResult(_json) is not null, JsonOption.FileOf(parsed, _json));
        var kind = network.Heads[0].Kind;
        if (file is not null || !isJson)
        {
            terminal.Result(string.Create(CultureInfo.InvariantCulture,
                $"{sizes.Count} objects in {set.Images.Count} images, {resize.Mode.ToString().ToLowerInvariant()} to {resize.Width}×{resize.Height}"));
            Print(terminal, "k-means", kind, found);
            Print(terminal, network.Model.Name, kind, own);
        }
        if (isJson) JsonOutput.WriteOne(terminal, file, ToJson(resize.Width, resize.Height, kind, sizes.Count, found, own), cancellationToken);
        if (parsed.GetValue(_plot) is { } plot)
        {
            var title = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(data)));
            AnchorReport.Write(plot, title, sizes, [("k-means", found), (network.Model.Name, own)]);
            if (file is not null || !isJson) terminal.Result($"plot: {plot}");
        }
        return ExitCode.Done;
    }

    private void CheckOutputs(ParseResult parsed, DetectionDataSet set, string data)
    {
        var used = new UsedFiles().Add(data, "the data set").Add(parsed.GetValue(_network), "the network");
        foreach (var image in set.Images) used.Add(image.Path, "an image of the data set");
        OutputPath.CheckFile(_plot.Name, parsed.GetValue(_plot), used, ".html");
        OutputPath.CheckFile(_json.Name, JsonOption.FileOf(parsed, _json), used);
    }

    private static void Print(Terminal terminal, string name, string kind, DetectorAnchorSet set)
    {
        terminal.Result(string.Create(CultureInfo.InvariantCulture,
            $"{name}: mean IoU {set.Fit.MeanIoU:0.000}, {100 * set.Fit.Recall50:0.0} % of the objects above IoU 0.5"));
        terminal.Result($"  [{kind}] anchors={string.Join(", ", set.Values.Chunk(2).Select(v => string.Create(CultureInfo.InvariantCulture, $"{v[0]},{v[1]}")))}");
        if (kind == "region")
            terminal.Result($"  pixels: {string.Join(", ", set.Sizes.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Width:0.#}×{s.Height:0.#}")))}");
    }

    private static string ToJson(int width, int height, string kind, int objects, DetectorAnchorSet found, DetectorAnchorSet own) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("width", width);
        json.WriteNumber("height", height);
        json.WriteString("head", kind);
        json.WriteNumber("objects", objects);
        Write(json, "kMeans", found);
        Write(json, "network", own);
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, string name, DetectorAnchorSet set)
    {
        json.WriteStartObject(name);
        json.WriteStartArray("anchors");
        foreach (var value in set.Values) json.WriteNumberValue(value);
        json.WriteEndArray();
        json.WriteStartArray("pixels");
        foreach (var size in set.Sizes)
        {
            json.WriteStartArray();
            json.WriteNumberValue(MathF.Round(size.Width, 3));
            json.WriteNumberValue(MathF.Round(size.Height, 3));
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteNumber("meanIoU", set.Fit.MeanIoU);
        json.WriteNumber("recall50", set.Fit.Recall50);
        json.WriteEndObject();
    }
}
