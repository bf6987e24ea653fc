using System.CommandLine;
using MlNetVision.Classification;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Imaging;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Cli.ModelOptions;

/// <summary>The options of a classifier: which model, how images reach it, how its output is read.</summary>
internal sealed class ClassifierOptions
{
    private const string Bundled = "flowers";

    private readonly Option<string> _model = ModelOption.Create(Bundled);
    private readonly Option<string?> _labels = new("--labels")
    {
        Description = "Class names, one per line; ImageNet's 1,000 with or without a background. [default: the model's, else numbers]",
        HelpName = "FILE",
    };

    private readonly Option<string?> _size = InputSize.CreateOption();
    private readonly Option<string?> _preprocess = PreprocessOption.Create(
        "[default: as the model says, else as its published family, else tf for N×H×W×3 and imagenet for N×3×H×W]");

    private readonly Option<string?> _resize = PreprocessOption.CreateResize("stretch");
    private readonly Option<string?> _output = new("--output-name")
    {
        Description = "The network's output with the scores. [default: the only one]",
        HelpName = "NAME",
    };

    private readonly Option<string?> _softmax = ChoiceOption.Create(
        "--softmax", "Whether scores go through a softmax. [default: on where the network does not end in one]", "on", "off");

    private readonly Option<double?> _megapixels = ImageLimitOption.Create();
    private readonly Option<DeviceList?> _device = DeviceOption.Create();
    private readonly Option<int?> _threads = NumberOption.Threads();

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _model, _labels, _size, _preprocess, _resize, _output, _softmax, _megapixels, _device, _threads,
        }) command.Add(option);
    }

    /// <summary>How large an image may be; null: the default.</summary>
    public ImageLimits? Limits(ParseResult parsed) => ImageLimitOption.Read(parsed, _megapixels);

    /// <summary>The files that the classifier is read from.</summary>
    public UsedFiles FilesOf(ParseResult parsed) => ModelFiles.Of(parsed.GetValue(_model)!, labels: parsed.GetValue(_labels));

    /// <summary>Loads the classifier that was asked for; the caller disposes it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">Where assumptions about the model are noted.</param>
    /// <param name="top">How many classes a result names; null: as saved, else 5.</param>
    public ImageClassifier Load(ParseResult parsed, Terminal terminal, int? top = null)
    {
        var classifier = ImageClassifier.Load(parsed.GetValue(_model)!, new ImageClassifierOptions
        {
            LabelsFile = parsed.GetValue(_labels),
            Size = InputSize.Read(parsed, _size),
            Preprocess = parsed.GetValue(_preprocess),
            Resize = parsed.GetChoice<ResizeMode>(_resize),
            Output = parsed.GetValue(_output),
            Softmax = parsed.GetValue(_softmax) is { } softmax ? softmax == "on" : null,
            Top = top,
            Limits = Limits(parsed),
            Device = parsed.GetValue(_device),
            Threads = parsed.GetValue(_threads) ?? 0,
        });
        ModelOption.NoteBundled(terminal, parsed, _model, Bundled, classifier.Labels);
        foreach (var assumption in classifier.Assumptions) terminal.Note($"{classifier.Model.Name}: {assumption}");
        var softmaxAdded = classifier.AddsSoftmax ? "softmax added" : "no softmax added";
        terminal.Debug($"{classifier.Model.Name}: {classifier.Labels.Count} classes; {softmaxAdded}; {classifier.Preprocess}; {classifier.Resize}");
        return classifier;
    }
}
