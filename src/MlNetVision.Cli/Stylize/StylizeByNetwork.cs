using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Images;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.ModelOptions;
using MlNetVision.Cli.Outputs;
using MlNetVision.Imaging;
using MlNetVision.MlNet;
using MlNetVision.Models;
using MlNetVision.Style;

namespace MlNetVision.Cli.Stylize;

/// <summary><c>stylize -m MODEL</c>: photos go through one style network, or several that are blended.</summary>
internal sealed class StylizeByNetwork(Terminal terminal, ImageOptions images, StyleOptions shared)
{
    private const string Bundled = "starry-night";

    private readonly Option<string[]> _models = CreateModels();
    private readonly Option<string?> _resize = ChoiceOption.Create(
        "--resize",
        "How an image is brought to the size of a network that has one; letterbox mirrors the borders and cuts them off again. "
            + "[default: as the model says, else letterbox]",
        "letterbox", "stretch");

    private readonly Option<bool> _tile = new("--tile")
    {
        Description = "Stylise images that do not fit into memory tile by tile: the same result in more time; for networks that take any size.",
    };

    private readonly Option<string?> _grid = new("--grid")
    {
        Description = "Write a contact sheet of all styles and inputs, one row per photo (.png, .jpg, .webp).",
        HelpName = "FILE",
    };

    public void AddModelTo(Command command)
    {
        foreach (var option in new Option[] { _models, _resize, _tile }) command.Add(option);
    }

    public void AddOutputsTo(Command command) => command.Add(_grid);

    /// <summary>The first option that was given and that only style networks have a use for, or null.</summary>
    public string? Given(ParseResult parsed) => new Option[] { _models, _resize, _tile, _grid }.FirstOrDefault(parsed.IsGiven)?.Name;

    /// <summary>The files that the models are read from.</summary>
    public UsedFiles FilesOf(ParseResult parsed)
    {
        var used = new UsedFiles();
        foreach (var model in Models(parsed).Where(File.Exists)) used.Add(model, "the model itself");
        return used;
    }

    /// <exception cref="UsageException">The sheet cannot be written, or would replace a file that is read.</exception>
    public void CheckOutputs(ParseResult parsed, UsedFiles used)
    {
        images.CheckSheet(parsed, _grid);
        OutputPath.CheckImage(_grid.Name, parsed.GetValue(_grid), used);
    }

    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(ParseResult parsed, ImageRun run, CancellationToken cancellationToken)
    {
        var (grid, zip) = (parsed.GetValue(_grid), images.SavedFile(parsed));
        var format = shared.ReadFormat(parsed);
        if (run is { OutputFolder: null, IsJson: false, Inputs.Count: > 0 } && grid is null) terminal.Note("no image is written without -o FOLDER.");
        var weights = shared.ReadWeights(parsed, _models.Name, Models(parsed).Length);
        if (zip is not null && weights.Count > 1) throw new UsageException($"{images.SaveName} saves one model; {weights.Count} were given.");
        using var stylizers = Load(parsed);
        using var controls = shared.Controls.Read(parsed);
        if (zip is not null) Save(parsed, stylizers.All[0].Stylizer);
        if (run.Inputs.Count == 0) return ExitCode.Done;
        foreach (var (_, stylizer) in stylizers.All) DeviceOption.Open(terminal, stylizer);
        using var sheet = grid is null ? null : new StyleSheet(run.Inputs, [.. stylizers.All.Select(s => s.Name)]);
        var task = new StyleTask(stylizers) { Weights = weights, Controls = controls,
            Sheet = sheet, Format = format, Limits = shared.Limits(parsed) };
        var code = await run.RunAsync(task, cancellationToken);
        if (sheet is null) return code;
        sheet.Save(grid!);
        terminal.Note($"sheet: {grid}");
        return code;
    }

    private static Option<string[]> CreateModels()
    {
        var option = new Option<string[]>("--model", "-m")
        {
            Description = "The model: a name that 'mlnetvision model list' shows, or an .onnx, .t7 or .zip file. "
                + $"Several are blended. [default: {Bundled}]",
            HelpName = "MODEL",
            Arity = ArgumentArity.ZeroOrMore,
        };
        option.CompletionSources.Add(_ => ModelCatalogue.Default.Entries.Where(e => e.Task == "stylize").Select(e => e.Name));
        return option;
    }

    /// <summary>The models, as the user named them.</summary>
    private string[] Models(ParseResult parsed) => parsed.GetValue(_models) is { Length: > 0 } models ? models : [Bundled];

    private void Save(ParseResult parsed, ImageStylizer stylizer)
    {
        if (shared.Controls.Given(parsed).ToList() is { Count: > 0 } controlled)
            terminal.Note($"the saved model is the network alone: {string.Join(", ", controlled)} will not be in it.");
        var sized = $"; ML.NET resizes images to {stylizer.Resize.Width}×{stylizer.Resize.Height} for it, this command takes them at their own size";
        images.Save(parsed, terminal, stylizer.SaveZip, remark: stylizer.TakesAnySize ? sized : null);
    }

    private StylizerSet Load(ParseResult parsed)
    {
        var set = new StylizerSet();
        try
        {
            foreach (var model in Models(parsed)) set.Add(model, Load(model, parsed));
        }
        catch
        {
            set.Dispose();
            throw;
        }
        ModelOption.NoteBundled(terminal, parsed, _models, Bundled, "paints only like van Gogh's Starry Night");
        return set;
    }

    private ImageStylizer Load(string model, ParseResult parsed)
    {
        var stylizer = ImageStylizer.Load(model, new ImageStylizerOptions
        {
            Preprocess = shared.Preprocess(parsed),
            Resize = parsed.GetChoice<ResizeMode>(_resize),
            Tile = parsed.GetValue(_tile),
            Limits = shared.Limits(parsed),
            Device = shared.Device(parsed),
            Threads = shared.Threads(parsed),
        });
        foreach (var assumption in stylizer.Assumptions) terminal.Note($"{stylizer.Model.Name}: {assumption}");
        terminal.Debug($"{stylizer.Model.Name}: {stylizer.Preprocess}; {(stylizer.TakesAnySize ? "any size" : stylizer.Resize.ToString())}");
        return stylizer;
    }
}

/// <summary>The stylizers of a run, with the names that the user gave them; disposing frees them all.</summary>
internal sealed class StylizerSet : IDisposable
{
    private readonly List<(string Name, ImageStylizer Stylizer)> _all = [];

    public IReadOnlyList<(string Name, ImageStylizer Stylizer)> All => _all;

    /// <summary>Adds one; where another has the same name, the file's ending tells them apart.</summary>
    public void Add(string model, ImageStylizer stylizer)
    {
        var name = Path.GetFileNameWithoutExtension(model);
        _all.Add((_all.Exists(s => s.Name == name) ? Path.GetFileName(model) : name, stylizer));
    }

    public void Dispose()
    {
        foreach (var (_, stylizer) in _all) stylizer.Dispose();
    }
}
