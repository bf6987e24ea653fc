using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Images;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.ModelOptions;
using MlNetVision.Cli.Outputs;
using MlNetVision.Imaging;
using MlNetVision.Training.Style;

namespace MlNetVision.Cli.Stylize;

/// <summary><c>stylize --style PAINTING</c>: the image itself is optimised (Gatys), with no style network at all.</summary>
internal sealed class StylizeByPainting(Terminal terminal, StyleOptions shared)
{
    private static readonly NeuralStyleOptions Defaults = new();

    private readonly Option<string[]> _style = new("--style")
    {
        Description = "Take the style from this painting, by optimising the image itself (Gatys), with no style network at all. "
            + "Several are blended. Without -o the image is written here, as NAME.PAINTING.png.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _network = StyleNetworkOption.Create("With --style: the");
    private readonly Option<int?> _iterations = Number("--iterations", "iterations at each scale. [default: 200]", "COUNT", 1);
    private readonly Option<int?> _size = Number(
        "--size", "the longer side of the result in pixels. [default: 512]", "PIXELS", 32, ResizeOptions.MaxLength);
    private readonly Option<int?> _scales = Number("--scales", "number of scales, each half the next. [default: 1]", "COUNT", 1, 8);
    private readonly Option<string?> _solver = ChoiceOption.Create("--solver", "With --style: the optimiser. [default: lbfgs]", "lbfgs", "adam");
    private readonly Option<double?> _rate = Number("--learning-rate", "Adam's learning rate, in levels of 0–255. [default: 5]", "NUMBER", 0.0001);
    private readonly Option<string?> _start = new("--start")
    {
        Description = "With --style: the first image: the photo (content), noise, or a file. [default: content]",
        HelpName = "content|noise|FILE",
    };

    private readonly Option<int?> _seed = Number("--seed", "the random seed of the noise. [default: 0]", "NUMBER", 0);
    private readonly Option<double?> _content = Number("--content-weight", "the weight of the content loss. [default: 1]", "NUMBER", 0.0);
    private readonly Option<double?> _weight = Number("--style-weight", "the weight of the style loss. [default: 1000]", "NUMBER", 0.0);
    private readonly Option<double?> _variation = Number("--tv-weight", "the weight of the total variation loss. [default: 0.01]", "NUMBER", 0.0);
    private readonly Option<string?> _contentLayers = new("--content-layers")
    {
        Description = "With --style: the layers of the content loss, NAME or NAME=WEIGHT, separated by commas. [default: block4_conv2]",
        HelpName = "LAYERS",
    };

    private readonly Option<string?> _styleLayers = new("--style-layers")
    {
        Description = "With --style: the layers of the style loss, likewise. [default: block1_conv1 to block5_conv1, 0.2 each]",
        HelpName = "LAYERS",
    };

    private readonly Option<int?> _preview = Number("--preview", "write the image after every COUNT iterations, as NAME.preview.png.", "COUNT", 1);

    private Option[] All =>
        [_style, _network, _iterations, _size, _scales, _solver, _rate, _start,
        _seed, _content, _weight, _variation, _contentLayers, _styleLayers, _preview];

    public void AddTo(Command command)
    {
        foreach (var option in All) command.Add(option);
    }

    /// <summary>The paintings; none where style networks give the style.</summary>
    public IReadOnlyList<string> Paintings(ParseResult parsed) => parsed.GetValue(_style) ?? [];

    /// <summary>Adds the files that are read.</summary>
    public UsedFiles AddFiles(ParseResult parsed, UsedFiles used)
    {
        foreach (var painting in Paintings(parsed)) used.Add(painting, "the painting");
        var network = Paintings(parsed).Count == 0 ? null : StyleNetworkOption.Find(parsed.GetValue(_network));
        var start = parsed.GetValue(_start);
        return used.Add(network, "the network").Add(File.Exists(start) ? start : null, "the image to start from");
    }

    /// <summary>Checks that these options go together.</summary>
    /// <exception cref="UsageException">They do not.</exception>
    public void Check(ParseResult parsed)
    {
        if (Paintings(parsed).Count == 0 && All.FirstOrDefault(parsed.IsGiven) is { } stray)
            throw new UsageException($"{stray.Name} was given without {_style.Name} FILE, the painting.");
        if (parsed.IsGiven(_rate) && parsed.GetValue(_solver) != "adam")
            throw new UsageException($"{_rate.Name} is Adam's: give {_solver.Name} adam.");
    }

    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public int Run(ParseResult parsed, ImageRun run, CancellationToken cancellationToken)
    {
        var format = shared.ReadFormat(parsed);
        // Minutes of work are kept: without -o they are written here, under a name with the painting's.
        var isHere = run is { OutputFolder: null, IsJson: false };
        if (isHere) OutputPath.CheckFolder("-o", ".");
        var paintings = Paintings(parsed);
        using var styles = new LoadedPaintings(_style.Name, paintings.Zip(shared.ReadWeights(parsed, _style.Name, paintings.Count)));
        using var controls = shared.Controls.Read(parsed);
        var options = Read(parsed);
        using var start = options.StartImage;
        var optimizer = NeuralStyle.Load(StyleNetworkOption.Open(parsed.GetValue(_network), terminal), options);
        if (optimizer.Assumption is { } assumption) terminal.Note($"{assumption} --preprocess says otherwise.");
        return new PaintingRun(terminal, run, optimizer, options, styles.All, controls)
        {
            Folder = isHere ? "" : run.OutputFolder, Ending = isHere ? $".{styles.Name}{format.Extension}" : format.Extension,
            Quality = format.Quality,
            PreviewEvery = parsed.GetValue(_preview), Limits = shared.Limits(parsed),
        }.Run(cancellationToken);
    }

    private static Option<T?> Number<T>(string name, string description, string unit, T least, T? most = null)
        where T : struct, System.Numerics.INumber<T> =>
        NumberOption.Create(name, $"With --style: {description}", unit, least, most);

    /// <summary>The settings; the caller disposes <see cref="NeuralStyleOptions.StartImage"/>.</summary>
    private NeuralStyleOptions Read(ParseResult parsed)
    {
        var options = new NeuralStyleOptions
        {
            ContentLayers = StyleNetworkOption.ReadLayers(parsed, _contentLayers) ?? Defaults.ContentLayers,
            StyleLayers = StyleNetworkOption.ReadLayers(parsed, _styleLayers) ?? Defaults.StyleLayers,
            ContentWeight = (float)(parsed.GetValue(_content) ?? Defaults.ContentWeight),
            StyleWeight = (float)(parsed.GetValue(_weight) ?? Defaults.StyleWeight),
            TotalVariationWeight = (float)(parsed.GetValue(_variation) ?? Defaults.TotalVariationWeight),
            Preprocess = shared.Preprocess(parsed),
            Size = parsed.GetValue(_size) ?? Defaults.Size,
            Scales = parsed.GetValue(_scales) ?? Defaults.Scales,
            Iterations = parsed.GetValue(_iterations) ?? Defaults.Iterations,
            Optimizer = parsed.GetChoice<StyleOptimizer>(_solver) ?? StyleOptimizer.Lbfgs,
            LearningRate = (float)(parsed.GetValue(_rate) ?? Defaults.LearningRate),
            Seed = parsed.GetValue(_seed) ?? 0,
            Device = shared.Device(parsed),
            Log = terminal.Note,
            Threads = shared.Threads(parsed),
        };
        return parsed.GetValue(_start) switch
        {
            null or "content" => options,
            "noise" => options with { Start = StyleStart.Noise },
            var file => options with { Start = StyleStart.Image, StartImage = OptionImage.Load(_start.Name, file, " Else content or noise.") },
        };
    }
}
