using System.CommandLine;
using MlNetVision.Classification;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Images;
using MlNetVision.Cli.Outputs;
using MlNetVision.Data;
using MlNetVision.MlNet;
using MlNetVision.Training;

namespace MlNetVision.Cli.Commands;

/// <summary><c>evaluate classifier FOLDER -m MODEL</c>: accuracy, F1, log-loss, calibration, confusion matrix.</summary>
internal sealed class EvaluateClassifierCommand
{
    private readonly ClassifierOptions _network = new();
    private readonly Argument<string> _data = new("FOLDER") { Description = "A folder with a folder of images for each class, called as the model calls it; or a CSV list of paths and labels." };
    private readonly Option<string?> _csv = new("--csv") { Description = "Write the confusion matrix as CSV, in images; a row a true class.", HelpName = "FILE" };
    private readonly Option<string?> _figures = new("--figures") { Description = "Write the figures of each class as CSV.", HelpName = "FILE" };
    private readonly Option<string?> _image = new("--image") { Description = "Draw the confusion matrix (.png, .jpg, .webp).", HelpName = "FILE" };
    private readonly Option<string?> _json = ImageOptions.JsonOption("one object");
    private readonly Option<bool> _calibrate = new("--calibrate") { Description = "Fit a temperature that makes the model as sure as it is right, and write the calibrated model to --output." };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "With --calibrate: the model to write, an .onnx or a standalone .zip.", HelpName = "FILE" };

    public static Command Create(Terminal terminal)
    {
        var evaluate = new EvaluateClassifierCommand();
        var command = new DocumentedCommand("classifier", "Accuracy, F1, log-loss, calibration and confusion matrix of a classifier on images in folders.")
        {
            Examples =
            [
                ("mlnetvision evaluate classifier flower_photos/valid", "The bundled flowers network on folders called roses, sunflowers and tulips."),
                ("mlnetvision evaluate classifier valid -m flowers.zip --json figures.json --csv confusion.csv --image confusion.png", "A trained model; figures, counts and an image for a report."),
                ("mlnetvision evaluate classifier valid -m flowers.zip --calibrate -o calibrated.zip", "The same model with probabilities that can be relied on."),
            ],
        };
        command.Add(evaluate._data);
        evaluate._network.AddTo(command);
        foreach (var option in new Option[] { evaluate._csv, evaluate._figures, evaluate._image, evaluate._json, evaluate._calibrate, evaluate._output }) command.Add(option);
        command.SetRun(terminal, (parsed, cancellation) => evaluate.RunAsync(parsed, terminal, cancellation));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var model = ModelPath(parsed);
        using var classifier = _network.Load(parsed, terminal);
        var set = LabeledImages.Open(parsed.GetRequiredValue(_data), Distinct(classifier.Labels));
        foreach (var warning in set.Warnings) terminal.Warn(warning);
        CheckFiles(parsed, set, model);
        terminal.Preparation.End();
        var (cases, code) = await ClassifyAsync(terminal, classifier, set, cancellation);
        if (cases.Count == 0) throw new BadDataSetException($"{set.Source}: none of its {set.Images.Count} images can be read.");
        var figures = ClassificationEvaluation.Of(classifier.Labels, cases);
        var (json, isJson) = (ImageOptions.JsonFile(parsed, _json), parsed.GetResult(_json) is not null);
        // The table first: it is there even where a disk turns out to be full.
        if (json is not null || !isJson) ClassificationTable.Print(terminal, figures);
        if (isJson) JsonOutput.WriteOne(terminal, json, figures.ToJson(), cancellation);
        if (parsed.GetValue(_csv) is { } csv) OutputPath.WriteText(csv, figures.Confusion.ToCsv(), cancellation);
        if (parsed.GetValue(_figures) is { } perClass) OutputPath.WriteText(perClass, figures.ToCsv(), cancellation);
        if (parsed.GetValue(_image) is { } image)
        {
            using var drawn = figures.DrawConfusion();
            drawn.Save(image);
        }
        if (model is not null) Calibrate(terminal, classifier, figures, model);
        return code;
    }

    private string? ModelPath(ParseResult parsed)
    {
        var model = parsed.GetValue(_output);
        if (parsed.GetValue(_calibrate) != model is not null)
            throw new UsageException($"{_calibrate.Name} and {_output.Name} FILE go together: the one fits a temperature, the other says where the model with it goes.");
        if (model is not null && Path.GetExtension(model).ToUpperInvariant() is not (".ONNX" or ".ZIP"))
            throw new UsageException($"{_output.Name} '{model}': expected a name that ends in .onnx or .zip.");
        return model;
    }

    private void CheckFiles(ParseResult parsed, LabeledImages set, string? model)
    {
        var used = _network.FilesOf(parsed);
        foreach (var image in set.Images) used.Add(image.Path, "an image of the data set");
        foreach (var (option, file) in new (Option, string?)[] { (_csv, parsed.GetValue(_csv)), (_figures, parsed.GetValue(_figures)), (_json, ImageOptions.JsonFile(parsed, _json)), (_output, model) })
            OutputPath.CheckFile(option.Name, file, used);
        OutputPath.CheckImage(_image.Name, parsed.GetValue(_image), used);
    }

    /// <summary>Folders cannot have one name, but classes can: ImageNet has two cranes. Those after the first get their number.</summary>
    private static string[] Distinct(IReadOnlyList<string> labels)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return [.. labels.Select((label, i) => seen.Add(label) ? label : FormattableString.Invariant($"{label} #{i}"))];
    }

    /// <summary>Images that cannot be read are left out and reported.</summary>
    private static async Task<(List<ClassificationCase> Cases, int Code)> ClassifyAsync(
        Terminal terminal, ImageClassifier classifier, LabeledImages set, CancellationToken cancellation)
    {
        var cases = new List<ClassificationCase>();
        var code = await ImageProgress.ShowAsync(terminal, set.Images.Count, printsLines: true, async advance =>
        {
            var (next, worst) = (0, ExitCode.Done);
            await foreach (var outcome in classifier.ClassifyManyAsync(set.Images.Select(i => i.Path), cancellation: cancellation))
            {
                var image = set.Images[next++];
                if (outcome.Result is { } result) cases.Add(new ClassificationCase(image.Path, image.ClassIndex, [.. result.Scores]));
                else worst = Math.Max(Failure.Report(terminal, outcome.Error!), ExitCode.Failed);
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
        var after = ClassificationEvaluation.Of(classifier.Labels, [.. before.Cases.Select(c => c with { Scores = TemperatureScaling.Scale(c.Scores, temperature) })]);
        terminal.Note(FormattableString.Invariant($"temperature {temperature:0.000}: log-loss {before.LogLoss:0.000} -> {after.LogLoss:0.000}, expected calibration error {before.ExpectedCalibrationError:0.000} -> {after.ExpectedCalibrationError:0.000}"));
        terminal.Note($"model: {path}");
    }
}
