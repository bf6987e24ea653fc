using System.CommandLine;
using MlNetVision.Classification;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Imaging;

namespace MlNetVision.Cli.Commands;

/// <summary>The options of a classifier: which model, how images reach it, how its answer is read.</summary>
internal sealed class ClassifierOptions
{
    private readonly Option<string> _model = ModelOption.Create("flowers");
    private readonly Option<string?> _labels = new("--labels") { Description = "Class names, one a line; ImageNet's 1,000 with or without a background. [default: the model's, else numbers]", HelpName = "FILE" };
    private readonly Option<string?> _preprocess = PreprocessOption.Create("What the network takes pixels as. [default: as the model says, else as its published family, else tf for N×H×W×3 and imagenet for N×3×H×W]");
    private readonly Option<string?> _resize = new("--resize") { Description = "How an image is brought to the network's size. [default: as the model says, else stretch]" };
    private readonly Option<string?> _output = new("--output-name") { Description = "The network's output that holds the scores. [default: the only one]", HelpName = "NAME" };
    private readonly Option<string?> _softmax = new("--softmax") { Description = "Whether scores go through a softmax. [default: on where the network's graph ends in none]" };
    private readonly Option<double?> _megapixels = ImageLimitOption.Create();
    private readonly Option<int?> _threads = ThreadsOption.Create();

    public ClassifierOptions()
    {
        _resize.AcceptOnlyFromAmong([.. Enum.GetNames<ResizeMode>().Select(n => n.ToLowerInvariant())]);
        _softmax.AcceptOnlyFromAmong("on", "off");
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _model, _labels, _preprocess, _resize, _output, _softmax, _megapixels, _threads }) command.Add(option);
    }

    /// <summary>What an image may ask for; null: the default.</summary>
    public ImageLimits? Limits(ParseResult parsed) => ImageLimitOption.Read(parsed, _megapixels);

    /// <summary>The files that the classifier is read from.</summary>
    public UsedFiles FilesOf(ParseResult parsed) => ModelFiles.Of(parsed.GetValue(_model)!, null, parsed.GetValue(_labels));

    /// <summary>Loads the classifier that was asked for; the caller disposes it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">Where it is told what the model left open.</param>
    /// <param name="top">How many classes an answer names; null: as saved, else 5.</param>
    public ImageClassifier Load(ParseResult parsed, Terminal terminal, int? top = null)
    {
        var classifier = ImageClassifier.Load(parsed.GetValue(_model)!, new ImageClassifierOptions
        {
            LabelsFile = parsed.GetValue(_labels),
            Preprocess = parsed.GetValue(_preprocess),
            Resize = parsed.GetValue(_resize) is { } resize ? Enum.Parse<ResizeMode>(resize, ignoreCase: true) : null,
            Output = parsed.GetValue(_output),
            Softmax = parsed.GetValue(_softmax) is { } softmax ? softmax == "on" : null,
            Top = top,
            Limits = Limits(parsed),
            Threads = parsed.GetValue(_threads) ?? 0,
        });
        foreach (var assumption in classifier.Assumptions) terminal.Note($"{classifier.Model.Name}: {assumption}");
        terminal.Debug($"{classifier.Model.Name}: {classifier.Labels.Count} classes; {(classifier.AddsSoftmax ? "softmax added" : "no softmax added")}; {classifier.Preprocess}; {classifier.Resize}");
        return classifier;
    }
}
