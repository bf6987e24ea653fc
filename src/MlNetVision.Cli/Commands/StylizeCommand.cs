using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Images;
using MlNetVision.Cli.Outputs;
using MlNetVision.MlNet;
using MlNetVision.Training.Style;

namespace MlNetVision.Cli.Commands;

/// <summary><c>stylize INPUT…</c>: photos in the style of a painting, by feed-forward networks.</summary>
internal sealed class StylizeCommand
{
    private readonly ImageOptions _images = new("the stylised images");
    private readonly StyleOptions _networks = new();
    private readonly StyleControlOptions _controls = new();
    private readonly ImageFormatOptions _format = new();
    private readonly GatysOptions _gatys = new();
    private readonly Option<string?> _grid = new("--grid") { Description = "Write a sheet of all styles by all inputs, a row a photo (.png, .jpg, .webp).", HelpName = "FILE" };
    private readonly Option<string?> _save = new("--save") { Description = "Save the whole chain as an ML.NET model (.zip).", HelpName = "FILE" };

    public static Command Create(Terminal terminal)
    {
        var stylize = new StylizeCommand();
        var command = new DocumentedCommand("stylize", "Give photos the style of a painting, with a feed-forward network such as Johnson's, or by optimising the image itself.")
        {
            Examples =
            [
                ("mlnetvision stylize chicago.jpg -o out", "Writes out/chicago.png, by the bundled network 'starry-night', at the photo's own size."),
                ("mlnetvision stylize photos -m candy.onnx -o out --format jpg --preserve-colours luminance", "The strokes of a style in the colours of the photos."),
                ("mlnetvision stylize me.jpg -o out --mask deeplabv3.onnx --keep person --invert-mask", "Stylises the background and leaves the person as photographed."),
                ("mlnetvision stylize photo.jpg -m candy.onnx -m mosaic.onnx --weights 0.7,0.3 -o out", "Two styles in one image."),
                ("mlnetvision stylize photos -m candy.onnx -m mosaic.onnx --grid all.jpg", "Every style of every photo on one sheet."),
                ("mlnetvision stylize panorama.jpg -o out --tile", "Tile by tile, for images beyond memory."),
                ("mlnetvision stylize photo.jpg --style painting.jpg --iterations 200", "Any painting, by optimising the image itself: writes photo.painting.png, in minutes."),
            ],
        };
        command.Aliases.Add("stylise");
        stylize._images.AddTo(command);
        stylize._networks.AddTo(command);
        stylize._controls.AddTo(command);
        stylize._format.AddTo(command);
        stylize._gatys.AddTo(command);
        command.Add(stylize._grid);
        command.Add(stylize._save);
        command.SetRun(terminal, (parsed, cancellation) => stylize.RunAsync(parsed, terminal, cancellation));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var (zip, grid, paintings) = (parsed.GetValue(_save), parsed.GetValue(_grid), _gatys.Paintings(parsed));
        var used = _gatys.AddFiles(parsed, _controls.AddFiles(parsed, _networks.FilesOf(parsed)));
        _gatys.Check(parsed);
        var run = _images.Read(parsed, terminal, used);
        OutputPath.CheckFile(_save.Name, zip, used, ".zip");
        OutputPath.CheckImage(_grid.Name, grid, used);
        if (run.Inputs.Count == 0 && zip is null) throw new UsageException("no INPUT was given, expected images, folders, patterns or '-'.");
        var format = _format.Read(parsed);
        if (paintings.Count > 0)
        {
            if ((_networks.Given(parsed) ?? (zip is not null ? _save.Name : grid is not null ? _grid.Name : null)) is { } stray)
                throw new UsageException($"--style optimises the image itself: {stray} has no meaning with it.");
            return await Task.Run(() => Optimize(parsed, terminal, run, paintings, format, cancellation), CancellationToken.None);
        }
        if (run is { OutputFolder: null, IsJson: false, Inputs.Count: > 0 } && grid is null) terminal.Note("no image is written without -o FOLDER.");
        var weights = _networks.Weights(parsed);
        if (zip is not null && weights.Count > 1) throw new UsageException($"{_save.Name} saves one chain; {weights.Count} models were given.");
        using var stylizers = _networks.Load(parsed, terminal);
        using var controls = _controls.Read(parsed);
        if (zip is not null)
        {
            var stylizer = stylizers.All[0].Stylizer;
            if (_controls.Given(parsed).ToList() is { Count: > 0 } controlled) terminal.Note($"the saved chain is the network's alone: {string.Join(", ", controlled)} will not be in it.");
            terminal.Preparation.End();
            stylizer.SaveZip(zip);
            terminal.Note($"model: {zip}{(stylizer.TakesAnySize ? $"; ML.NET brings images to {stylizer.Resize.Width}×{stylizer.Resize.Height} for it, this command takes them at their own size" : "")}");
        }
        if (run.Inputs.Count == 0) return ExitCode.Done;
        using var sheet = grid is null ? null : new StyleSheet(run.Inputs, [.. stylizers.All.Select(s => s.Name)]);
        var task = new StyleTask { Stylizers = stylizers, Weights = weights, Controls = controls, Sheet = sheet, Format = format, ImageLimits = _networks.Limits(parsed) };
        var code = await run.RunAsync(task, cancellation);
        if (sheet is null) return code;
        sheet.Save(grid!);
        terminal.Note($"sheet: {grid}");
        return code;
    }

    private int Optimize(ParseResult parsed, Terminal terminal, ImageRun run, IReadOnlyList<string> paintings, (string Extension, int Quality) format, CancellationToken cancellation)
    {
        // Minutes of work are not thrown away: without -o they stand here, under a name that tells the painting.
        var isHere = run is { OutputFolder: null, IsJson: false };
        if (isHere) OutputPath.CheckFolder("-o", ".");
        var weights = _networks.Weights(parsed, "--style", paintings.Count);
        using var styles = new LoadedPaintings(paintings.Zip(weights));
        using var controls = _controls.Read(parsed);
        var options = _gatys.Read(parsed, _networks.Preprocess(parsed), _networks.Threads(parsed));
        using var start = options.StartImage;
        var optimizer = NeuralStyle.Load(_gatys.Network(parsed, terminal), options);
        if (optimizer.Assumption is { } assumption) terminal.Note($"{assumption} --preprocess says otherwise.");
        var gatys = new GatysRun(terminal, run, optimizer, options, styles.All, controls)
        {
            Folder = isHere ? "" : run.OutputFolder, Ending = isHere ? $".{styles.Name}{format.Extension}" : format.Extension, Quality = format.Quality,
            PreviewEvery = _gatys.Preview(parsed), Limits = _networks.Limits(parsed),
        };
        return gatys.Run(cancellation);
    }
}
