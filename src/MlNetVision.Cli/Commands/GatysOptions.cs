using System.CommandLine;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Training.Style;

namespace MlNetVision.Cli.Commands;

/// <summary>The options of style transfer by optimisation: which painting, which network, what counts how much, and how the image is moved.</summary>
internal sealed class GatysOptions
{
    private static readonly NeuralStyleOptions Defaults = new();

    private readonly Option<string[]> _style = new("--style")
    {
        Description = "Take the style from this painting, by optimising the image itself (Gatys), with no style network at all. Several are blended. Without -o the image is written here, as NAME.PAINTING.png.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _network = StyleNetworkOption.Create("With --style: the");
    private readonly Option<int?> _iterations = NumberOption.Create("--iterations", "With --style: iterations at each scale. [default: 200]", "COUNT", 1);
    private readonly Option<int?> _size = NumberOption.Create("--size", "With --style: the longer side of the result in pixels. [default: 512]", "PIXELS", 32, ResizeOptions.MaxLength);
    private readonly Option<int?> _scales = NumberOption.Create("--scales", "With --style: how many scales, each half the next. [default: 1]", "COUNT", 1, 8);
    private readonly Option<string?> _solver = new("--solver") { Description = "With --style: what moves the image. [default: lbfgs]" };
    private readonly Option<double?> _rate = NumberOption.Create("--learning-rate", "With --style: Adam's step in levels of 0–255. [default: 5]", "NUMBER", 0.0001);
    private readonly Option<string?> _start = new("--start") { Description = "With --style: what the image starts from: the photo (content), noise, or an image. [default: content]", HelpName = "content|noise|FILE" };
    private readonly Option<int?> _seed = NumberOption.Create("--seed", "With --style: the seed of the noise. [default: 0]", "NUMBER", 0);
    private readonly Option<double?> _content = NumberOption.Create("--content-weight", "With --style: the weight of the content. [default: 1]", "NUMBER", 0.0);
    private readonly Option<double?> _weight = NumberOption.Create("--style-weight", "With --style: the weight of the style. [default: 1000]", "NUMBER", 0.0);
    private readonly Option<double?> _variation = NumberOption.Create("--tv-weight", "With --style: the weight of the total variation. [default: 0.01]", "NUMBER", 0.0);
    private readonly Option<string?> _contentLayers = new("--content-layers") { Description = "With --style: the layers of the content, NAME or NAME=WEIGHT, separated by commas. [default: block4_conv2]", HelpName = "LAYERS" };
    private readonly Option<string?> _styleLayers = new("--style-layers") { Description = "With --style: the layers of the style, likewise. [default: block1_conv1 to block5_conv1, 0.2 each]", HelpName = "LAYERS" };
    private readonly Option<int?> _preview = NumberOption.Create("--preview", "With --style: write the image as it stands every so many iterations, as NAME.preview.png.", "COUNT", 1);

    public GatysOptions() => _solver.AcceptOnlyFromAmong("lbfgs", "adam");

    private Option[] All => [_style, _network, _iterations, _size, _scales, _solver, _rate, _start, _seed, _content, _weight, _variation, _contentLayers, _styleLayers, _preview];

    public void AddTo(Command command)
    {
        foreach (var option in All) command.Add(option);
    }

    /// <summary>The paintings; none where feed-forward networks give the style.</summary>
    public IReadOnlyList<string> Paintings(ParseResult parsed) => parsed.GetValue(_style) ?? [];

    /// <summary>How many iterations lie between previews; null: none are written.</summary>
    public int? Preview(ParseResult parsed) => parsed.GetValue(_preview);

    /// <summary>Adds the files that are read.</summary>
    public UsedFiles AddFiles(ParseResult parsed, UsedFiles used)
    {
        foreach (var painting in Paintings(parsed)) used.Add(painting, "the painting");
        return used.Add(NetworkOf(parsed), "the network").Add(parsed.GetValue(_start) is { } start && File.Exists(start) ? start : null, "the image to start from");
    }

    /// <summary>Checks that these options go together.</summary>
    /// <exception cref="UsageException">They do not.</exception>
    public void Check(ParseResult parsed)
    {
        if (Paintings(parsed).Count == 0 && All.FirstOrDefault(parsed.IsGiven) is { } stray)
            throw new UsageException($"{stray.Name} was given without {_style.Name} FILE, the painting.");
        if (parsed.IsGiven(_rate) && parsed.GetValue(_solver) != "adam") throw new UsageException($"{_rate.Name} is Adam's: give {_solver.Name} adam.");
    }

    /// <summary>Opens the network of features, and tells which it is where none was named.</summary>
    public OnnxModel Network(ParseResult parsed, Terminal terminal) => StyleNetworkOption.Open(parsed.GetValue(_network), terminal);

    /// <summary>The settings; the caller disposes <see cref="NeuralStyleOptions.StartImage"/>.</summary>
    public NeuralStyleOptions Read(ParseResult parsed, string? preprocess, int threads)
    {
        var start = parsed.GetValue(_start);
        var options = new NeuralStyleOptions
        {
            ContentLayers = Layers(_contentLayers, parsed.GetValue(_contentLayers)) ?? Defaults.ContentLayers,
            StyleLayers = Layers(_styleLayers, parsed.GetValue(_styleLayers)) ?? Defaults.StyleLayers,
            ContentWeight = (float)(parsed.GetValue(_content) ?? Defaults.ContentWeight),
            StyleWeight = (float)(parsed.GetValue(_weight) ?? Defaults.StyleWeight),
            TotalVariationWeight = (float)(parsed.GetValue(_variation) ?? Defaults.TotalVariationWeight),
            Preprocess = preprocess,
            Size = parsed.GetValue(_size) ?? Defaults.Size,
            Scales = parsed.GetValue(_scales) ?? Defaults.Scales,
            Iterations = parsed.GetValue(_iterations) ?? Defaults.Iterations,
            Solver = parsed.GetValue(_solver) == "adam" ? StyleSolver.Adam : StyleSolver.Lbfgs,
            LearningRate = (float)(parsed.GetValue(_rate) ?? Defaults.LearningRate),
            Seed = parsed.GetValue(_seed) ?? 0,
            Threads = threads,
        };
        return start switch
        {
            null or "content" => options,
            "noise" => options with { Start = StyleStart.Noise },
            _ => options with { Start = StyleStart.Image, StartImage = OptionImage.Load(_start.Name, start, " Else content or noise.") },
        };
    }

    private string? NetworkOf(ParseResult parsed) => Paintings(parsed).Count == 0 ? null : StyleNetworkOption.Find(parsed.GetValue(_network));

    internal static List<WeightedLayer>? Layers(Option option, string? text)
    {
        if (text is null) return null;
        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.Length > 0 ? [.. names.Select(Layer)] : throw new UsageException($"{option.Name} '{text}': expected the names of layers, separated by commas.");

        WeightedLayer Layer(string part)
        {
            var at = part.LastIndexOf('=');
            if (at < 0) return new WeightedLayer(part, 1f / names.Length);
            if (at == 0) throw new UsageException($"{option.Name} '{part}': expected NAME=WEIGHT, found no name.");
            return float.TryParse(part.AsSpan(at + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) && weight >= 0
                ? new WeightedLayer(part[..at], weight)
                : throw new UsageException($"{option.Name} '{part}': expected NAME=WEIGHT with a number from 0.");
        }
    }
}
