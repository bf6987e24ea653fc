using System.CommandLine;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Style;

namespace MlNetVision.Cli.Commands;

/// <summary>The options of stylizers: which models, with what weights, and how images reach them.</summary>
internal sealed class StyleOptions
{
    private const string Bundled = "starry-night";

    private readonly Option<string[]> _models = new("--model", "-m")
    {
        Description = $"The model: a name that 'mlnetvision model list' shows, or an .onnx, .t7 or .zip file. Several are blended. [default: {Bundled}]",
        HelpName = "MODEL",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _weights = new("--weights") { Description = "How much of each of several models, or paintings, is blended, separated by commas. [default: alike]", HelpName = "NUMBERS" };
    private readonly Option<string?> _preprocess = PreprocessOption.Create("What the network takes pixels as; it is undone in the answer. [default: as the model says, else raw-bgr where it subtracts Caffe's means itself, else raw]");
    private readonly Option<string?> _resize = new("--resize") { Description = "How an image is brought to the size of a network that has one; letterbox mirrors the borders and cuts them off again. [default: as the model says, else letterbox]" };
    private readonly Option<bool> _tile = new("--tile") { Description = "Work through large images tile by tile, for those beyond memory: the same answer, later; for networks that take any size." };
    private readonly Option<double?> _megapixels = ImageLimitOption.Create();
    private readonly Option<int?> _threads = ThreadsOption.Create();

    public StyleOptions()
    {
        _resize.AcceptOnlyFromAmong("letterbox", "stretch");
        _models.CompletionSources.Add(_ => ModelCatalogue.Default.Entries.Where(e => e.Task == "stylize").Select(e => e.Name));
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _models, _weights, _preprocess, _resize, _tile, _megapixels, _threads }) command.Add(option);
    }

    /// <summary>What an image may ask for; null: the default.</summary>
    public ImageLimits? Limits(ParseResult parsed) => ImageLimitOption.Read(parsed, _megapixels);

    /// <summary>The pre-processing that was asked for, or null.</summary>
    public string? Preprocess(ParseResult parsed) => parsed.GetValue(_preprocess);

    /// <summary>The threads to work with; 0: one a processor.</summary>
    public int Threads(ParseResult parsed) => parsed.GetValue(_threads) ?? 0;

    /// <summary>The first option that was given and that only feed-forward networks have a use for, or null.</summary>
    public string? Given(ParseResult parsed) => new Option[] { _models, _resize, _tile }.FirstOrDefault(parsed.IsGiven)?.Name;

    /// <summary>The models, as they were called.</summary>
    public IReadOnlyList<string> Models(ParseResult parsed) => parsed.GetValue(_models) is { Length: > 0 } models ? models : [Bundled];

    /// <summary>The files that the stylizers are read from.</summary>
    public UsedFiles FilesOf(ParseResult parsed)
    {
        var used = new UsedFiles();
        foreach (var model in Models(parsed).Where(File.Exists)) used.Add(model, "the model itself");
        return used;
    }

    /// <summary>A weight for each model.</summary>
    /// <inheritdoc cref="Weights(ParseResult, string, int)"/>
    public IReadOnlyList<float> Weights(ParseResult parsed) => Weights(parsed, _models.Name, Models(parsed).Count);

    /// <summary>A weight for each of the styles that are blended.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="option">The option that names the styles.</param>
    /// <param name="count">How many there are.</param>
    /// <exception cref="UsageException">They are no numbers, or not as many as there are styles.</exception>
    public IReadOnlyList<float> Weights(ParseResult parsed, string option, int count)
    {
        if (parsed.GetValue(_weights) is not { } text) return [.. Enumerable.Repeat(1f, count)];
        var weights = text.Split(',').Select(t => float.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out var w) && w is >= 0 and <= 1e30f ? w : float.NaN).ToList();
        if (weights.Count != count || weights.Exists(float.IsNaN) || !(weights.Sum() > 0))
            throw new UsageException($"{_weights.Name} '{text}': expected {count} numbers from 0 to 1e30, not all of them 0, one for each {option}, separated by commas.");
        return weights;
    }

    /// <summary>Loads the stylizers that were asked for; the caller disposes them.</summary>
    public StylizerSet Load(ParseResult parsed, Terminal terminal)
    {
        var set = new StylizerSet();
        try
        {
            foreach (var model in Models(parsed)) set.Add(model, Load(model, parsed, terminal));
            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    private ImageStylizer Load(string model, ParseResult parsed, Terminal terminal)
    {
        var stylizer = ImageStylizer.Load(model, new ImageStylizerOptions
        {
            Preprocess = Preprocess(parsed),
            Resize = parsed.GetValue(_resize) is { } name ? Enum.Parse<ResizeMode>(name, ignoreCase: true) : null,
            Tile = parsed.GetValue(_tile),
            Limits = Limits(parsed),
            Threads = Threads(parsed),
        });
        foreach (var assumption in stylizer.Assumptions) terminal.Note($"{stylizer.Model.Name}: {assumption}");
        terminal.Debug($"{stylizer.Model.Name}: {stylizer.Preprocess}; {(stylizer.TakesAnySize ? "any size" : stylizer.Resize.ToString())}");
        return stylizer;
    }
}
