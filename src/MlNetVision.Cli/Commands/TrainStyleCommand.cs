using System.CommandLine;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Style;
using MlNetVision.Training.Style;

namespace MlNetVision.Cli.Commands;

/// <summary><c>train style</c>: a feed-forward network that paints like a painting.</summary>
internal sealed class TrainStyleCommand
{
    private const string Checkpoint = "style.checkpoint";
    private static readonly StyleTrainingOptions Defaults = new();

    private readonly Option<string> _style = new("--style") { Description = "The painting.", HelpName = "FILE", Required = true };
    private readonly Option<string> _photos = new("--photos") { Description = "Photos to learn on; their subjects do not matter.", HelpName = "FOLDER", Required = true };
    private readonly Option<string> _network = new("--network") { Description = "The VGG-like network whose features are compared (.onnx).", HelpName = "MODEL", DefaultValueFactory = _ => "vgg16-notop.onnx" };
    private readonly Option<int?> _steps = NumberOption.Create("--iterations", "Steps. [default: 2000]", "COUNT", 1);
    private readonly Option<int?> _batch = NumberOption.Create("--batch-size", "Photos a step. [default: 4]", "COUNT", 1);
    private readonly Option<int?> _crop = NumberOption.Create("--crop", "The side of the squares cut from photos, a multiple of 4. [default: 192]", "PIXELS", 32);
    private readonly Option<float?> _rate = NumberOption.Create("--learning-rate", "Adam's learning rate. [default: 0.001]", "RATE", 1e-9f);
    private readonly Option<float?> _content = NumberOption.Create("--content-weight", "The weight of the content. [default: 1]", "NUMBER", 0f);
    private readonly Option<float?> _weight = NumberOption.Create("--style-weight", "The weight of the style. [default: 1000]", "NUMBER", 0f);
    private readonly Option<float?> _variation = NumberOption.Create("--tv-weight", "The weight of the total variation. [default: 0.01]", "NUMBER", 0f);
    private readonly Option<string?> _contentLayers = new("--content-layers") { Description = "The layers of the content, NAME or NAME=WEIGHT, separated by commas. [default: block4_conv2]", HelpName = "LAYERS" };
    private readonly Option<string?> _styleLayers = new("--style-layers") { Description = "The layers of the style, likewise. [default: block1_conv1 to block5_conv1, 0.2 each]", HelpName = "LAYERS" };
    private readonly Option<float?> _width = NumberOption.Create("--width", "The channels of the network, as a multiple of 16, 32 and 64. [default: 1]", "FACTOR", 0.01f, 16f);
    private readonly Option<int?> _seed = NumberOption.Create("--seed", "Where chance begins; the same seed gives the same files. [default: 0]", "NUMBER", 0);
    private readonly Option<int?> _every = NumberOption.Create("--keep-every", "Steps between checkpoints and previews. [default: 100]", "COUNT", 1);
    private readonly Option<string?> _preview = new("--preview") { Description = "Paint this picture at each checkpoint, as a PNG in the workspace.", HelpName = "FILE" };
    private readonly Option<string?> _workspace = new("--workspace") { Description = "The folder that keeps checkpoints and previews. [default: the name of --output with .training]", HelpName = "FOLDER" };
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on with the run in the workspace, to the result of an unbroken one." };
    private readonly Option<string> _output = new("--output", "-o") { Description = "The model, as an ML.NET chain (.zip).", HelpName = "FILE", Required = true };
    private readonly Option<string?> _export = new("--export") { Description = "The network too (.onnx).", HelpName = "FILE" };

    public static Command Create(Terminal terminal)
    {
        var train = new TrainStyleCommand();
        var command = new DocumentedCommand("style", "Train a network that paints photos like a painting.")
        {
            Examples = [("mlnetvision train style --style starry_night.jpg --photos photos -o starry.zip --preview me.jpg", "Then: mlnetvision stylize me.jpg -m starry.zip -o out.")],
        };
        foreach (var option in new Option[]
        {
            train._style, train._photos, train._network, train._steps, train._batch, train._crop, train._rate, train._content, train._weight, train._variation, train._contentLayers,
            train._styleLayers, train._width, train._seed, train._every, train._preview, train._workspace, train._resume, train._output, train._export,
        }) command.Add(option);
        command.SetRun(terminal, (parsed, cancellation) => Task.Run(() => train.Run(parsed, terminal, cancellation), CancellationToken.None));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var photos = PictureInputs.Expand([parsed.GetRequiredValue(_photos)]);
        if (photos.FirstOrDefault(p => p.Error is not null) is { } none) throw new BadDataSetException(none.Error!);
        var (zip, onnx) = (parsed.GetRequiredValue(_output), parsed.GetValue(_export));
        var used = new UsedFiles().Add(photos).Add(parsed.GetValue(_style), "the painting").Add(parsed.GetValue(_network), "the network");
        OutputPath.CheckFile(_output.Name, zip, used, ".zip");
        OutputPath.CheckFile(_export.Name, onnx, used, ".onnx");
        var workspace = parsed.GetValue(_workspace) ?? Path.ChangeExtension(zip, ".training");
        OutputPath.CheckFolder(_workspace.Name, workspace);
        var checkpoint = Path.Join(workspace, Checkpoint);
        if (!parsed.GetValue(_resume) && File.Exists(checkpoint)) File.Delete(checkpoint);
        using var shown = parsed.GetValue(_preview) is { } file ? Picture.LoadSrgb(file) : null;
        var trained = StyleTrainer.Train(ModelLocator.Open(parsed.GetRequiredValue(_network)), parsed.GetRequiredValue(_style), [.. photos.Select(p => p.Path)], Read(parsed),
            new StyleTrainingRun { Checkpoint = checkpoint, Note = terminal.Note, Progress = p => Report(terminal, p), Kept = (step, model) => Show(shown, model, workspace, step) }, cancellation);
        foreach (var picture in trained.Unreadable) terminal.Fail(picture.Error);
        using (var stylizer = ImageStylizer.Load(trained.Model)) stylizer.SaveZip(zip);
        terminal.Result($"model: {zip}");
        if (onnx is not null) trained.Model.Save(onnx);
        if (onnx is not null) terminal.Result($"network: {onnx}");
        if (trained.IsCancelled) terminal.Note($"interrupted after {trained.Steps} steps; {_resume.Name} goes on.");
        return trained.IsCancelled ? ExitCode.Interrupted : trained.Unreadable.Count > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    private StyleTrainingOptions Read(ParseResult parsed) => Defaults with
    {
        ContentLayers = GatysOptions.Layers(_contentLayers, parsed.GetValue(_contentLayers)) ?? Defaults.ContentLayers,
        StyleLayers = GatysOptions.Layers(_styleLayers, parsed.GetValue(_styleLayers)) ?? Defaults.StyleLayers,
        ContentWeight = parsed.GetValue(_content) ?? Defaults.ContentWeight,
        StyleWeight = parsed.GetValue(_weight) ?? Defaults.StyleWeight,
        TotalVariationWeight = parsed.GetValue(_variation) ?? Defaults.TotalVariationWeight,
        Seed = parsed.GetValue(_seed) ?? 0,
        Steps = parsed.GetValue(_steps) ?? Defaults.Steps,
        BatchSize = parsed.GetValue(_batch) ?? Defaults.BatchSize,
        Crop = parsed.GetValue(_crop) ?? Defaults.Crop,
        LearningRate = parsed.GetValue(_rate) ?? Defaults.LearningRate,
        Width = parsed.GetValue(_width) ?? Defaults.Width,
        KeepEvery = parsed.GetValue(_every) ?? Defaults.KeepEvery,
    };

    private static void Report(Terminal terminal, StyleTrainingProgress p) => terminal.Note(string.Create(CultureInfo.InvariantCulture,
        $"step {p.Step} of {p.Steps}: content {p.Losses.Content:g4}, style {p.Losses.Styles.Sum():g4}, variation {p.Losses.TotalVariation:g4}, loss {p.Losses.Total:g6}; {Math.Ceiling(p.Remaining.TotalSeconds):0} s left"));

    private static void Show(Picture? shown, OnnxModel model, string workspace, int step)
    {
        if (shown is null) return;
        using var stylizer = ImageStylizer.Load(model);
        using var result = stylizer.Stylize(shown);
        result.Picture.Save(Path.Join(workspace, string.Create(CultureInfo.InvariantCulture, $"preview-{step:000000}.png")));
    }
}
