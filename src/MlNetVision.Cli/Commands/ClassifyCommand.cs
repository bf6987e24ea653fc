using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Images;
using MlNetVision.Cli.Outputs;
using MlNetVision.MlNet;

namespace MlNetVision.Cli.Commands;

/// <summary><c>classify INPUT…</c>: what images show, as names with scores, drawn labels and JSON.</summary>
internal sealed class ClassifyCommand
{
    private readonly ImageOptions _images = new();
    private readonly ClassifierOptions _network = new();
    private readonly Option<int?> _top = NumberOption.Create("--top", "How many classes are named, the best first. [default: 5]", "COUNT", 1);
    private readonly Option<string?> _heatmap = new(OptionalValues.Heatmap)
    {
        Description = "With -o: also draw what speaks for CLASS, or without it for the best class, over each image, as NAME.heatmap.png.",
        HelpName = "CLASS",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<string?> _save = new("--save") { Description = "Save the whole chain as an ML.NET model (.zip).", HelpName = "FILE" };
    private readonly Option<bool> _standalone = new("--standalone") { Description = "With --save: of ML.NET's own transforms, so that ML.NET alone runs the .zip." };

    public static Command Create(Terminal terminal)
    {
        var classify = new ClassifyCommand();
        var command = new DocumentedCommand("classify", "Tell what images show with a classification network such as MobileNet or ResNet.")
        {
            Examples =
            [
                ("mlnetvision classify garden.jpg", "Rose, sunflower or tulip, by the bundled model."),
                ("mlnetvision classify photos -m mobilenetv2-12 --labels imagenet.names --top 3 -o out", "ImageNet's classes, drawn into images in out/; the network is pulled first, by 'model pull'."),
                ("mlnetvision classify photos -m resnet50.onnx --preprocess imagenet --resize crop --json found.jsonl", "Any ONNX classifier; one line of JSON an image."),
                ("mlnetvision classify garden.jpg -o out --heatmap roses", "Writes out/garden.heatmap.png: where the network sees roses."),
                ("mlnetvision classify -m flowers.onnx --save flowers.zip --standalone", "Only saves the chain, for programs that have ML.NET and not this library."),
            ],
        };
        classify._images.AddTo(command);
        classify._network.AddTo(command);
        foreach (var option in new Option[] { classify._top, classify._heatmap, classify._save, classify._standalone }) command.Add(option);
        command.SetRun(terminal, (parsed, cancellation) => classify.RunAsync(parsed, terminal, cancellation));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var (zip, standalone) = (parsed.GetValue(_save), parsed.GetValue(_standalone));
        var used = _network.FilesOf(parsed);
        var run = _images.Read(parsed, terminal, used);
        OutputPath.CheckFile(_save.Name, zip, used, ".zip");
        if (run.Inputs.Count == 0 && zip is null) throw new UsageException("no INPUT was given, expected images, folders, patterns or '-'.");
        if (standalone && zip is null) throw new UsageException($"{_standalone.Name} was given without {_save.Name} FILE, which says where the model goes.");
        if (parsed.GetResult(_heatmap) is not null && run.OutputFolder is null) throw new UsageException($"{_heatmap.Name} was given without -o FOLDER, which says where the images go.");
        using var classifier = _network.Load(parsed, terminal, parsed.GetValue(_top));
        if (zip is not null)
        {
            terminal.Preparation.End();
            if (standalone) classifier.SaveStandaloneZip(zip);
            else classifier.SaveZip(zip);
            terminal.Note($"model: {zip}");
        }
        if (run.Inputs.Count == 0) return ExitCode.Done;
        using var heatmaps = parsed.GetResult(_heatmap) is null ? null : new Heatmaps(classifier, parsed.GetValue(_heatmap));
        return await run.RunAsync(new ClassificationTask(classifier, _network.Limits(parsed), heatmaps?.Output), cancellation);
    }
}
