using System.CommandLine;
using MlNetVision.Classification;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.ModelOptions;
using MlNetVision.Cli.Outputs;
using MlNetVision.Data;
using MlNetVision.MlNet;

namespace MlNetVision.Cli.Evaluate;

/// <summary><c>evaluate classifier DATA -m MODEL</c>: accuracy, F1, log-loss, calibration, confusion matrix.</summary>
internal sealed class EvaluateClassifierCommand
{
    private readonly ClassifierOptions _model = new();
    private readonly DataSetNotes _notes = new();
    private readonly ConfusionOutputs _outputs = new("images");
    private readonly Argument<string> _data = new("DATA")
    {
        Description = "A folder with one folder of images per class, under the model's class names; or a list of paths and labels (CSV, TSV).",
    };

    private readonly Option<bool> _calibrate = new("--calibrate")
    {
        Description = "Fit a temperature that calibrates the model's probabilities, and write the calibrated model to --output.",
    };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "With --calibrate: the model to write, an .onnx or a standalone .zip.",
        HelpName = "FILE",
    };

    public static Command Create(Terminal terminal)
    {
        var evaluate = new EvaluateClassifierCommand();
        var command = new DocumentedCommand(
            "classifier", "Accuracy, F1, log-loss, calibration and confusion matrix of a classifier on images in folders or a list.")
        {
            Examples =
            [
                ("mlnetvision evaluate classifier flower_photos/valid",
                    "The bundled model 'flowers' on folders called roses, sunflowers and tulips."),
                ("mlnetvision evaluate classifier valid -m flowers.zip --json metrics.json --csv confusion.csv --image confusion.png",
                    "A trained model; metrics, confusion matrix and an image for a report."),
                ("mlnetvision evaluate classifier valid -m flowers.zip --calibrate -o calibrated.zip",
                    "The same model with calibrated probabilities."),
            ],
        };
        command.Add(evaluate._data);
        evaluate._model.AddTo(command);
        evaluate._outputs.AddTo(command);
        command.Add(evaluate._calibrate);
        command.Add(evaluate._output);
        evaluate._notes.AddTo(command);
        command.SetRun(terminal, (parsed, cancellationToken) => evaluate.RunAsync(parsed, terminal, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var calibrated = CalibratedFile(parsed);
        using var classifier = _model.Load(parsed, terminal);
        DeviceOption.Open(terminal, classifier);
        var set = LabeledImages.Open(parsed.GetRequiredValue(_data), Distinct(classifier.Labels), _notes.IsStrict(parsed));
        DataSetNotes.Show(terminal, set.Warnings, set.LeftOut, set.Images.Count);
        var used = _model.FilesOf(parsed);
        foreach (var image in set.Images) used.Add(image.Path, "an image of the data set");
        _outputs.Check(parsed, used);
        OutputPath.CheckFile(_output.Name, calibrated, used);
        terminal.Preparation.End();
        var (cases, code) = await ClassifyAsync(terminal, classifier, set, _notes.IsStrict(parsed), cancellationToken);
        if (cases.Count == 0) throw new BadDataSetException($"{set.Source}: none of its {set.Images.Count} images can be read.");
        var metrics = ClassificationEvaluation.Of(classifier.Labels, cases);
        _outputs.Write(
            parsed, terminal, () => Print(terminal, metrics), metrics.ToJson(), metrics.ToCsv(), metrics.Confusion, Draw, cancellationToken);
        if (calibrated is not null) Calibrate(terminal, classifier, metrics, calibrated);
        return code;

        void Draw(string path)
        {
            using var drawn = metrics.DrawConfusion();
            drawn.Save(path);
        }
    }

    private string? CalibratedFile(ParseResult parsed)
    {
        var model = parsed.GetValue(_output);
        if (parsed.GetValue(_calibrate) != model is not null)
            throw new UsageException($"{_calibrate.Name} and {_output.Name} FILE go together: the file is for the calibrated model.");
        if (model is not null && Path.GetExtension(model).ToUpperInvariant() is not (".ONNX" or ".ZIP"))
            throw new UsageException($"{_output.Name} '{model}': expected a name that ends in .onnx or .zip.");
        return model;
    }

    /// <summary>Folders cannot have one name, but classes can: ImageNet has two cranes. Those after the first get their number.</summary>
    private static string[] Distinct(IReadOnlyList<string> labels)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return [.. labels.Select((label, i) => seen.Add(label) ? label : FormattableString.Invariant($"{label} #{i}"))];
    }

    /// <summary>Images that cannot be read are left out and reported.</summary>
    private static async Task<(List<ClassificationCase> Cases, int Code)> ClassifyAsync(
        Terminal terminal, ImageClassifier classifier, LabeledImages set, bool strict, CancellationToken cancellationToken)
    {
        var cases = new List<ClassificationCase>();
        var code = await ImageProgress.ShowAsync(terminal, set.Images.Count, printsLines: true, async advance =>
        {
            var (next, worst) = (0, ExitCode.Done);
            await foreach (var outcome in classifier.ClassifyManyAsync(set.Images.Select(i => i.Path), cancellationToken: cancellationToken))
            {
                var image = set.Images[next++];
                if (outcome.Result is { } result) cases.Add(new ClassificationCase(image.Path, image.ClassIndex, [.. result.Scores]));
                else worst = DataSetNotes.Fail(terminal, outcome.Error!, strict);
                advance();
            }
            return worst;
        });
        return (cases, code);
    }

    private static void Calibrate(Terminal terminal, ImageClassifier classifier, ClassificationEvaluation before, string path)
    {
        var temperature = TemperatureScaling.Fit(before.Cases);
        var model = classifier.Calibrate(temperature);
        if (Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            model.Save(path);
        }
        else
        {
            using var calibrated = ImageClassifier.Load(model);
            calibrated.SaveStandaloneZip(path);
        }
        var scaled = before.Cases.Select(c => c with { Scores = TemperatureScaling.Scale(c.Scores, temperature) });
        var after = ClassificationEvaluation.Of(classifier.Labels, [.. scaled]);
        var (error, calibratedError) = (before.ExpectedCalibrationError, after.ExpectedCalibrationError);
        terminal.Note(FormattableString.Invariant($"temperature {temperature:0.000}: log-loss {before.LogLoss:0.000} -> {after.LogLoss:0.000}, ")
            + FormattableString.Invariant($"expected calibration error {error:0.000} -> {calibratedError:0.000}"));
        terminal.Note($"model: {path}");
    }

    /// <summary>Classes that are neither in the ground truth nor predicted are left out.</summary>
    private static void Print(Terminal terminal, ClassificationEvaluation metrics)
    {
        var table = Tables.Create(1.., "class", "ground truth", "predicted", "correct", "precision", "recall", "F1");
        foreach (var c in metrics.PerClass.Where(c => c.F1 is not null))
        {
            table.AddCells(
                c.Label, Tables.Count(c.Support), Tables.Count(c.Predicted), Tables.Count(c.Correct),
                Tables.Metric(c.Precision), Tables.Metric(c.Recall), Tables.Metric(c.F1));
        }
        var images = Tables.Count(metrics.Cases.Count);
        table.AddCells("all", images, images, Tables.Count(metrics.Confusion.Correct), "", "", Tables.Metric(metrics.MacroF1));
        terminal.Result(table);
        var topFive = metrics.PerClass.Count > 5 ? $"top five {Tables.Metric(metrics.TopFive)}, " : "";
        terminal.Result($"Accuracy {Tables.Metric(metrics.Accuracy)}, {topFive}"
            + $"macro F1 {Tables.Metric(metrics.MacroF1)}, log-loss {Tables.Metric(metrics.LogLoss)}, "
            + $"expected calibration error {Tables.Metric(metrics.ExpectedCalibrationError)}.");
    }
}
