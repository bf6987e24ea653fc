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
    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Go on with the same run where it was stopped or killed: images that are done are not done again. With --json FILE or -o, or --save-labels of detect.",
    };

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
        command.Add(_resume);
        command.Add(_save);
        if (_standalone is not null) command.Add(_standalone);
    }

    /// <summary>Reads what was given, and checks that it can be written.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">The streams.</param>
    /// <param name="used">What else the command reads; the inputs are added.</param>
    /// <param name="otherFolder">Another folder that the command writes to, where the journal stands if nothing else has a place for it; null: none.</param>
    /// <exception cref="UsageException">Nothing can be written there, or there is nothing to do.</exception>
    public ImageRun Read(ParseResult parsed, Terminal terminal, UsedFiles used, string? otherFolder = null)
    {
        string[] files = [.. used.Paths];
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
            Identity = Identify(parsed, json, folder ?? otherFolder, files),
        };
    }

    /// <summary>The name of the option where it is given; it cannot be had with an image of all inputs.</summary>
    /// <exception cref="UsageException">It is given together with <paramref name="sheet"/>.</exception>
    public void CheckSheet(ParseResult parsed, Option<string?> sheet)
    {
        if (parsed.GetValue(_resume) && parsed.GetValue(sheet) is not null)
            throw new UsageException($"{_resume.Name} was given with {sheet.Name}, which needs all images at once; give one of them.");
    }

    /// <summary>What the run is, and where its journal stands; null where it keeps nothing.</summary>
    private BatchIdentity? Identify(ParseResult parsed, string? json, string? folder, IEnumerable<string> files)
    {
        var inputs = parsed.GetValue(_inputs) ?? [];
        var command = parsed.CommandResult.Command;
        var path = BatchIdentity.PathOf(json is null || OutputPath.IsDevice(json) ? null : json, folder, inputs.Prepend(command.Name));
        var resumes = parsed.GetValue(_resume);
        if (path is null)
        {
            return !resumes ? null : throw new UsageException(
                $"{_resume.Name} needs {_json.Name} FILE or {_output.Name} FOLDER: without both, nothing is kept that a run could go on from.");
        }
        // How much is said, and what else is saved, changes no answer.
        Option[] aside = [_resume, _save, _json];
        var run = new Dictionary<string, string>(StringComparer.Ordinal) { ["command"] = command.Name };
        run["lines"] = parsed.GetResult(_json) is null ? "text" : json is null ? "JSON" : "text and JSON";
        foreach (var option in command.Options.Where(o => !aside.Contains(o) && o != _standalone && parsed.IsGiven(o)))
            run[option.Name] = $"'{string.Join(' ', parsed.GetResult(option)!.Tokens.Select(t => t.Value))}'";
        foreach (var file in files) run[$"the content of {file}"] = HashOf(file);
        return new(path, resumes, run);
    }

    private static string HashOf(string file)
    {
        try
        {
            return ContentHash.Of(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "none"; // not there, or a pipe
        }
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
