using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Evaluation;

namespace MlNetVision.Cli.Evaluate;

/// <summary><c>evaluate detector|segmenter|classifier</c>: the metrics of a model on annotated images.</summary>
internal static class EvaluateCommand
{
    public static Command Create(Terminal terminal) => new DocumentedCommand("evaluate", "Evaluate a model on annotated images.")
    {
        EvaluateDetectorCommand.Create(terminal),
        EvaluateSegmenterCommand.Create(terminal),
        EvaluateClassifierCommand.Create(terminal),
    };
}

/// <summary>The options for the files of an evaluation with a confusion matrix.</summary>
/// <param name="unit">What the matrix counts.</param>
internal sealed class ConfusionOutputs(string unit)
{
    private readonly Option<string?> _matrix = new("--csv")
    {
        Description = $"Write the confusion matrix as CSV, in {unit}; one row per class of the ground truth.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _metrics = new("--metrics") { Description = "Write the metrics of each class as CSV.", HelpName = "FILE" };
    private readonly Option<string?> _image = new("--image") { Description = "Draw the confusion matrix (.png, .jpg, .webp).", HelpName = "FILE" };
    private readonly Option<string?> _json = JsonOption.Create("one object");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _matrix, _metrics, _image, _json }) command.Add(option);
    }

    /// <exception cref="UsageException">Something cannot be written, or would replace a file that is read.</exception>
    public void Check(ParseResult parsed, UsedFiles used)
    {
        foreach (var option in new[] { _matrix, _metrics }) OutputPath.CheckFile(option.Name, parsed.GetValue(option), used);
        OutputPath.CheckFile(_json.Name, JsonOption.FileOf(parsed, _json), used);
        OutputPath.CheckImage(_image.Name, parsed.GetValue(_image), used);
    }

    /// <summary>Prints and writes what was asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">The streams.</param>
    /// <param name="print">Prints the table for readers.</param>
    /// <param name="json">All metrics, as JSON.</param>
    /// <param name="csv">The metrics of each class, as CSV.</param>
    /// <param name="confusion">The confusion matrix.</param>
    /// <param name="draw">Writes its image.</param>
    /// <param name="cancellationToken">Ends the wait for a reader of a pipe.</param>
    public void Write(
        ParseResult parsed, Terminal terminal, Action print, string json, string csv, ConfusionMatrix confusion,
        Action<string> draw, CancellationToken cancellationToken)
    {
        // The table first: it is there even where a disk turns out to be full.
        var (isJson, jsonFile) = (parsed.GetResult(_json) is not null, JsonOption.FileOf(parsed, _json));
        if (jsonFile is not null || !isJson) print();
        if (isJson) JsonOutput.WriteOne(terminal, jsonFile, json, cancellationToken);
        if (parsed.GetValue(_matrix) is { } matrixFile) OutputPath.WriteText(matrixFile, confusion.ToCsv(), cancellationToken);
        if (parsed.GetValue(_metrics) is { } metricsFile) OutputPath.WriteText(metricsFile, csv, cancellationToken);
        if (parsed.GetValue(_image) is { } image) draw(image);
    }
}
