using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Files;

namespace MlNetVision.Cli.Images;

/// <summary>INPUT, <c>-o</c> and <c>--json</c>: what every command that takes images has.</summary>
/// <param name="written">What <c>-o</c> writes.</param>
internal sealed class ImageOptions(string written = "images with the results drawn in")
{
    private readonly Argument<string[]> _inputs = new("INPUT")
    {
        Description = "Images: files, folders (with all below them), patterns such as 'pics/**/*.jpg', or - for one on standard input.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = $"Write {written} to this folder, under the inputs' relative names. Inputs are never overwritten.",
        HelpName = "FOLDER",
    };

    private readonly Option<string?> _json = JsonOption("one line an image");

    public void AddTo(Command command)
    {
        command.Add(_inputs);
        command.Add(_output);
        command.Add(_json);
    }

    /// <summary>An option <c>--json [FILE]</c>.</summary>
    public static Option<string?> JsonOption(string form) => new(OptionalValues.Json)
    {
        Description = $"Write JSON ({form}) to FILE; without FILE, or with -, to standard output, and then nothing else there.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>The file that <c>--json</c> names; null for standard output, which <c>-</c> stands for too.</summary>
    public static string? JsonFile(ParseResult parsed, Option<string?> json) => parsed.GetValue(json) is { } file && file != OptionalValues.StandardOutput ? file : null;

    /// <summary>Reads what was given, and checks that it can be written.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">The streams.</param>
    /// <param name="used">What else the command reads; the inputs are added.</param>
    public ImageRun Read(ParseResult parsed, Terminal terminal, UsedFiles used)
    {
        var folder = parsed.GetValue(_output);
        OutputPath.CheckFolder(_output.Name, folder);
        var inputs = ImageInputs.Expand(parsed.GetValue(_inputs) ?? [], except: folder);
        var json = JsonFile(parsed, _json);
        OutputPath.CheckFile(_json.Name, json, used.Add(inputs));
        if (json is not null && folder is not null && RealPath.Of(json) == RealPath.Of(folder)) throw new UsageException($"{_json.Name} '{json}': is the folder of {_output.Name}, expected a file.");
        return new ImageRun(terminal)
        {
            Inputs = inputs,
            Used = used,
            OutputFolder = folder,
            IsJson = parsed.GetResult(_json) is not null,
            JsonFile = json,
        };
    }
}
