using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;

namespace MlNetVision.Cli.Train;

/// <summary>The options that all trainings have: the workspace, and the files of the model.</summary>
/// <param name="kept">What the workspace keeps, in words.</param>
/// <param name="exported">What <c>--export</c> writes, in words.</param>
internal sealed class TrainingFiles(string kept, string exported)
{
    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Resume the training in the workspace, with the same images and options; the result is that of an uninterrupted one.",
    };

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "The model, for any ML.NET app (.zip).",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string?> _export = new("--export") { Description = $"{exported} for any other runtime too (.onnx).", HelpName = "FILE" };

    public Option<string?> Workspace { get; } = new("--workspace")
    {
        Description = $"The folder of the {kept}. [default: the name of --output with .training]",
        HelpName = "FOLDER",
    };

    /// <summary>The name of the option that resumes a training.</summary>
    public string ResumeName => _resume.Name;

    public IEnumerable<Option> Options => [Workspace, _resume, _output, _export];

    /// <summary>The folder of the workspace, given or by default.</summary>
    public string WorkspaceOf(ParseResult parsed) =>
        parsed.GetValue(Workspace) ?? Path.ChangeExtension(parsed.GetRequiredValue(_output), ".training");

    /// <summary>Checks the files of the model; the workspace is the command's own affair.</summary>
    /// <exception cref="UsageException">One cannot be written, or would replace a file that is read.</exception>
    public void Check(ParseResult parsed, UsedFiles used)
    {
        OutputPath.CheckFile(_output.Name, parsed.GetRequiredValue(_output), used, ".zip");
        OutputPath.CheckFile(_export.Name, parsed.GetValue(_export), used, ".onnx");
    }

    /// <summary>Whether the training resumes an earlier one; where there is none to resume, a note says so.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">Where the note is printed.</param>
    /// <param name="isKept">Whether a workspace has a training.</param>
    /// <param name="unit">What training starts with: <c>epoch</c> or <c>step</c>.</param>
    public bool Resumes(ParseResult parsed, Terminal terminal, Func<string, bool> isKept, string unit)
    {
        var (resume, workspace) = (parsed.GetValue(_resume), WorkspaceOf(parsed));
        if (resume && !isKept(workspace)) terminal.Note($"{workspace}: has no training to resume; training starts with the first {unit}.");
        return resume;
    }

    /// <summary>Writes the files of the model, and prints their names.</summary>
    public void Write(ParseResult parsed, Terminal terminal, Action<string> saveZip, Action<string> saveOnnx)
    {
        var (zip, onnx) = (parsed.GetRequiredValue(_output), parsed.GetValue(_export));
        saveZip(zip);
        terminal.Result($"model: {zip}");
        if (onnx is null) return;
        saveOnnx(onnx);
        terminal.Result($"network: {onnx}");
    }
}
