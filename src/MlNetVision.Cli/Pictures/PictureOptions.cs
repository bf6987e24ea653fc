using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;

namespace MlNetVision.Cli.Pictures;

/// <summary>INPUT, <c>-o</c> and <c>--json</c>: what every command that takes pictures has.</summary>
internal sealed class PictureOptions
{
    private readonly Argument<string[]> _inputs = new("INPUT")
    {
        Description = "Pictures: files, folders (with all below them), patterns such as 'pics/**/*.jpg', or - for one on standard input.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "Write pictures with the results drawn in to this folder, under the inputs' relative names. Inputs are never overwritten.",
        HelpName = "FOLDER",
    };

    private readonly Option<string?> _json = JsonOption("one line a picture");

    public void AddTo(Command command)
    {
        command.Add(_inputs);
        command.Add(_output);
        command.Add(_json);
    }

    /// <summary>An option <c>--json [FILE]</c>.</summary>
    public static Option<string?> JsonOption(string form) => new(JsonArguments.Name)
    {
        Description = $"Write JSON ({form}) to FILE; without FILE to standard output, and then nothing else there.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Reads what was given.</summary>
    public PictureRun Read(ParseResult parsed, Terminal terminal)
    {
        var folder = parsed.GetValue(_output);
        if (folder is not null && File.Exists(folder)) throw new UsageException($"{folder}: is a file, expected a folder for -o.");
        return new PictureRun(terminal)
        {
            Inputs = PictureInputs.Expand(parsed.GetValue(_inputs) ?? [], except: folder),
            OutputFolder = folder,
            IsJson = parsed.GetResult(_json) is not null,
            JsonFile = parsed.GetValue(_json),
        };
    }
}
