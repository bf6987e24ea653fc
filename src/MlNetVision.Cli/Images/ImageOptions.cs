using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Files;

namespace MlNetVision.Cli.Images;

/// <summary>INPUT, <c>-o</c>, <c>--json</c> and <c>--save</c>: what every command that takes images has.</summary>
internal sealed class ImageOptions
{
    private readonly Argument<string[]> _inputs = new("INPUT")
    {
        Description = "Images: files, folders (with all below them), patterns such as 'pics/**/*.jpg', or - for one on standard input.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _output;
    private readonly Option<string?> _json = JsonOption.Create("one line per image");
    private readonly Option<string?> _save = new("--save")
    {
        Description = "Save the model with its settings as an ML.NET model (.zip).",
        HelpName = "FILE",
    };

    private readonly Option<bool>? _standalone;

    /// <param name="written">What <c>-o</c> writes.</param>
    /// <param name="standalone">What <c>--standalone</c> does; null: there is no such option.</param>
    public ImageOptions(string written = "images with the results drawn in", string? standalone = null)
    {
        _output = new("--output", "-o")
        {
            Description = $"Write {written} to this folder, under the inputs' relative names. Inputs are never overwritten.",
            HelpName = "FOLDER",
        };
        if (standalone is not null) _standalone = new("--standalone") { Description = standalone };
    }

    /// <summary>The name of <c>--save</c>, for messages.</summary>
    public string SaveName => _save.Name;

    public void AddTo(Command command)
    {
        command.Add(_inputs);
        command.Add(_output);
        command.Add(_json);
        command.Add(_save);
        if (_standalone is not null) command.Add(_standalone);
    }

    /// <summary>Reads what was given, and checks that it can be written.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">The streams.</param>
    /// <param name="used">What else the command reads; the inputs are added.</param>
    /// <exception cref="UsageException">Nothing can be written there, or there is nothing to do.</exception>
    public ImageRun Read(ParseResult parsed, Terminal terminal, UsedFiles used)
    {
        var folder = parsed.GetValue(_output);
        OutputPath.CheckFolder(_output.Name, folder);
        var inputs = ImageInputs.Expand(parsed.GetValue(_inputs) ?? [], folder, terminal);
        var json = JsonOption.FileOf(parsed, _json);
        OutputPath.CheckFile(_json.Name, json, used.Add(inputs));
        if (json is not null && folder is not null && RealPath.AreSame(RealPath.Of(json), RealPath.Of(folder)))
            throw new UsageException($"{_json.Name} '{json}': is the folder of {_output.Name}, expected a file.");
        OutputPath.CheckFile(_save.Name, SavedFile(parsed), used, ".zip");
        if (inputs.Count == 0 && SavedFile(parsed) is null)
            throw new UsageException("no INPUT was given, expected images, folders, patterns or '-'.");
        if (IsStandalone(parsed) && SavedFile(parsed) is null)
            throw new UsageException($"{_standalone!.Name} was given without {_save.Name} FILE, which says where the model goes.");
        return new ImageRun(terminal)
        {
            Inputs = inputs,
            Used = used,
            OutputFolder = folder,
            IsJson = parsed.GetResult(_json) is not null,
            JsonFile = json,
        };
    }

    /// <summary>The file that <c>--save</c> names, or null.</summary>
    public string? SavedFile(ParseResult parsed) => parsed.GetValue(_save);

    /// <summary>Saves the model, where that was asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">Where the file is noted.</param>
    /// <param name="save">Saves the chain for programs with this library.</param>
    /// <param name="standalone">Saves it for ML.NET alone; null where there is no such option.</param>
    /// <param name="remark">What the user should know of the file; or null.</param>
    public void Save(ParseResult parsed, Terminal terminal, Action<string> save, Action<string>? standalone = null, string? remark = null)
    {
        if (SavedFile(parsed) is not { } zip) return;
        terminal.Preparation.End();
        if (IsStandalone(parsed)) standalone!(zip);
        else save(zip);
        terminal.Note($"model: {zip}{remark}");
    }

    private bool IsStandalone(ParseResult parsed) => _standalone is not null && parsed.GetValue(_standalone);
}
