using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;

namespace MlNetVision.Cli.Train;

/// <summary>The options that all trainings have: the workspace, and the files of the model.</summary>
/// <param name="kept">What the workspace keeps, in words.</param>
/// <param name="exported">What <c>--export</c> writes, in words.</param>
/// <param name="required">Whether the model must be named; else the command asks for it with <see cref="RequireOutput"/>.</param>
/// <param name="forms">The endings that <c>--export</c> takes, each with those of the files beside it; none: <c>.onnx</c>.</param>
internal sealed class TrainingFiles(string kept, string exported, bool required = true, params (string Ending, string[] Beside)[] forms)
{
    private readonly (string Ending, string[] Beside)[] _forms = forms.Length > 0 ? forms : [(".onnx", [])];

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Resume the training in the workspace, with the same images and options; the result is that of an uninterrupted one.",
    };

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "The model, for any ML.NET app (.zip).",
        HelpName = "FILE",
        Required = required,
    };

    private readonly Option<string?> _export = new("--export") { Description = $"{exported} for any other runtime too ({string.Join(" or ", (forms.Length > 0 ? forms : [(".onnx", [])]).Select(f => f.Ending))}).", HelpName = "FILE" };

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
        if (parsed.GetValue(_export) is not { } export) return;
        var endings = Array.ConvertAll(_forms, f => f.Ending);
        var form = Array.Find(_forms, f => Path.GetExtension(export).Equals(f.Ending, StringComparison.OrdinalIgnoreCase));
        if (form.Ending is null && _forms.Length > 1) throw new UsageException($"{_export.Name} '{export}': expected a name that ends in {string.Join(" or ", endings)}.");
        OutputPath.CheckFile(_export.Name, export, used, form.Ending ?? endings[0]);
        foreach (var beside in form.Beside ?? []) OutputPath.CheckFile(_export.Name, Path.ChangeExtension(export, beside), used);
    }

    /// <exception cref="UsageException">The model's file is not named.</exception>
    public void RequireOutput(ParseResult parsed)
    {
        if (parsed.GetValue(_output) is null) throw new UsageException($"Option '{_output.Name}' is required: {_output.Description}");
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
