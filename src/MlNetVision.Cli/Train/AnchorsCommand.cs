using System.CommandLine;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.ModelOptions;
using MlNetVision.Cli.Outputs;
using MlNetVision.Data;
using MlNetVision.Onnx.Import.Darknet;
using MlNetVision.Training.Detection;

namespace MlNetVision.Cli.Train;

/// <summary><c>anchors DATA</c>: the anchors that fit the boxes of a data set.</summary>
internal sealed class AnchorsCommand
{
    private const int Most = 100;

    private readonly Argument<string> _data = new("DATA") { Description = "The images with their boxes, as 'train detector' takes them; the split 'train', where there is one." };
    private readonly Option<int?> _count = NumberOption.Create("-k", "Number of anchors. [default: as many as the network has]", "COUNT", 1, Most);
    private readonly Option<string?> _network = ChoiceOption.Create(
        "--network", $"The network whose units and anchors count. [default: {DarknetNetworks.Names[0]}]", [.. DarknetNetworks.Names]);

    private readonly Option<string?> _cfg = new("--cfg") { Description = "Another network: a Darknet .cfg with [region] or [yolo] heads.", HelpName = "FILE" };
    private readonly Option<string?> _size = new("--size") { Description = "The size of the network's input: 320, or 416x320. [default: that of the network]", HelpName = "SIZE" };
    private readonly Option<string?> _plot = new("--plot") { Description = "Draw boxes and anchors on an HTML page.", HelpName = "FILE" };
    private readonly DataSetNotes _notes = new();

    public static Command Create(Terminal terminal)
    {
        var anchors = new AnchorsCommand();
        var command = new DocumentedCommand("anchors", "Find the anchors that fit the boxes of a data set, by k-means on IoU.")
        {
            Examples =
            [
                ("mlnetvision anchors bccd -k 5 --size 416x320 --plot anchors.html", "Five anchors for an input of 416×320, and a page that shows them among the boxes."),
                ("mlnetvision anchors data.yaml --cfg yolov3-tiny.cfg", "How well the anchors of a network fit, and better ones in its units."),
            ],
        };
        command.Add(anchors._data);
        foreach (var option in new Option[] { anchors._count, anchors._network, anchors._cfg, anchors._size, anchors._plot }) command.Add(option);
        anchors._notes.AddTo(command);
        command.SetRun(terminal, (parsed, _) => Task.Run(() => anchors.Run(parsed, terminal), CancellationToken.None));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal)
    {
        var data = parsed.GetRequiredValue(_data);
        var set = TrainingSets.OpenTrain(data, new DetectionDataSetOptions { Strict = _notes.IsStrict(parsed) });
        DataSetNotes.Show(terminal, set.Warnings, set.LeftOut, set.Images.Count);
        OutputPath.CheckFile(_plot.Name, parsed.GetValue(_plot), new UsedFiles().Add(data, "the data set").Add(parsed.GetValue(_cfg), "the network"), ".html");
        var network = Open(parsed);
        var own = DetectorAnchors.Of(network);
        var sizes = DetectorAnchors.Sizes(network, set);
        if (sizes.Count == 0) throw new BadDataSetException($"{set.Source}: has no boxes; expected one or more.");
        terminal.Preparation.End();
        var found = Find(set, sizes, parsed.GetValue(_count) ?? own.Count);
        Print(terminal, network, "found", sizes, found);
        Print(terminal, network, $"of {network.Model.Name}", sizes, own);
        if (parsed.GetValue(_plot) is { } plot)
        {
            AnchorPage.Write(plot, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(data))), sizes, found, own);
            terminal.Result($"plot: {plot}");
        }
        return ExitCode.Done;
    }

    private static IReadOnlyList<BoxSize> Find(DetectionDataSet set, IReadOnlyList<BoxSize> sizes, int count)
    {
        try
        {
            return AnchorClustering.Find(sizes, count);
        }
        catch (ArgumentException e)
        {
            throw new BadDataSetException($"{set.Source}: {e.Message}", e);
        }
    }

    private DarknetTrainingNetwork Open(ParseResult parsed)
    {
        if (parsed.IsGiven(_network) && parsed.IsGiven(_cfg)) throw new UsageException($"{_network.Name} and {_cfg.Name} exclude each other; give one of the two.");
        var size = InputSize.Read(parsed, _size);
        var options = new DarknetTrainingOptions { Width = size?.Width, Height = size?.Height };
        if (parsed.GetValue(_cfg) is { } cfg) return DarknetTrainingNetwork.Load(cfg, options);
        var name = parsed.GetValue(_network) ?? DarknetNetworks.Names[0];
        return DarknetTrainingNetwork.Parse(DarknetNetworks.Get(name), name, options);
    }

    private static void Print(Terminal terminal, DarknetTrainingNetwork network, string kind, IReadOnlyList<BoxSize> sizes, IReadOnlyList<BoxSize> anchors)
    {
        var fit = AnchorClustering.Fit(sizes, anchors);
        terminal.Result(string.Create(CultureInfo.InvariantCulture, $"anchors {kind}: mean IoU {fit.MeanIoU:0.000}, {100 * fit.Recall50:0.0} % of {sizes.Count} boxes above 0.5"));
        terminal.Result($"  pixels: {string.Join(',', anchors.SelectMany(a => new[] { a.Width, a.Height }).Select(v => v.ToString("0.#", CultureInfo.InvariantCulture)))}");
        if (network.Heads[0].Kind == "region") terminal.Result($"  cells:  {DetectorAnchors.Text(network, anchors)}");
    }
}
