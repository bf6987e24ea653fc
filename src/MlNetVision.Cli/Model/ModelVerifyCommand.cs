using System.CommandLine;
using MlNetVision.Classification;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.ModelOptions;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;
using MlNetVision.Segmentation;
using MlNetVision.Style;

namespace MlNetVision.Cli.Model;

/// <summary><c>model verify [MODEL…]</c>: hashes of pulled files, structure of the graph, one run on a black image.</summary>
internal static class ModelVerifyCommand
{
    private const int Side = 64, FreeSide = 640;

    /// <summary>How a model of each task is run.</summary>
    private static readonly Dictionary<string, Action<OnnxModel, RgbImage, DeviceChoice>> Runs = new(StringComparer.Ordinal)
    {
        ["detect"] = Detect,
        ["segment"] = Segment,
        ["classify"] = Classify,
        ["stylize"] = Stylize,
        ["features"] = Featurize,
    };

    public static Command Create(Terminal terminal)
    {
        var models = new Argument<string[]>("MODEL")
        {
            Description = "Names or files. [default: all bundled and pulled models]",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var device = DeviceOption.Create();
        var command = new DocumentedCommand("verify", "Check that models are intact and run, each on a black image.")
        {
            Examples = [("mlnetvision model verify", "All models that are on this machine, pulled files by their SHA-256."),
                ("mlnetvision model verify yolov2.zip --device cuda", "Whether a model runs on the GPU of this machine.")],
        };
        command.Add(models);
        command.Add(device);
        command.SetRun(terminal, async (parsed, cancellationToken) =>
        {
            var given = parsed.GetValue(models) ?? [];
            var choice = new DeviceChoice(terminal, parsed.GetValue(device));
            var code = ExitCode.Done;
            foreach (var model in given.Length > 0 ? given : Here())
            {
                try
                {
                    terminal.Result($"{model}: {await VerifyAsync(model, choice, cancellationToken)}");
                }
                catch (Exception e) when (e is BadModelException or BadDeviceException)
                {
                    code = Failure.Report(terminal, e);
                }
            }
            return code;
        });
        return command;
    }

    private static IEnumerable<string> Here() => ModelCatalogue.Default.Entries
        .Where(e => e.Bundled ? ModelLocator.Bundled.Contains(e.Name) : e.IsPulled()).Select(e => e.Name);

    private static async Task<string> VerifyAsync(string name, DeviceChoice choice, CancellationToken cancellationToken)
    {
        var passed = new List<string>();
        if (!File.Exists(name) && ModelCatalogue.Default.TryGet(name, out var entry) && !entry.Bundled)
        {
            await entry.VerifyAsync(cancellationToken: cancellationToken);
            passed.Add("hash");
        }
        var model = ModelLocator.Open(name);
        model.Check();
        passed.Add("graph");
        if (WhyNotRun(model) is { } reason)
        {
            passed.Add($"not run: {reason}");
        }
        else
        {
            using var black = new RgbImage(Side, Side);
            Runs[TaskOf(model)!](model, black, choice);
            passed.Add("run");
        }
        return $"ok ({string.Join(", ", passed)})";
    }

    /// <summary>A network whose detection heads are known is a detector, whatever else it leaves out, or calls its task (Ultralytics' segment, pose and obb).</summary>
    private static string? TaskOf(OnnxModel model) => DetectionHeads.AreKnown(model) ? "detect" : model.Metadata[VisionMetadata.TaskKey];

    private static string? WhyNotRun(OnnxModel model) => TaskOf(model) switch
    {
        null => "it does not say which task it is for",
        "detect" when !DetectionHeads.AreKnown(model) => "it does not say what its outputs mean",
        var task when !Runs.ContainsKey(task) => $"there is no task '{task}'",
        _ => null,
    };

    /// <summary>A size for networks that take any and state none.</summary>
    private static (int Width, int Height)? SizeFor(OnnxModel model) =>
        model.GetImageSize() is null && model.Inputs is [{ Shape: { Count: 4 } shape }, ..] && shape.Skip(1).Contains(null) ? (FreeSide, FreeSide) : null;

    private static void Detect(OnnxModel model, RgbImage image, DeviceChoice choice)
    {
        using var detector = ObjectDetector.Load(model, new ObjectDetectorOptions { Device = choice.Device, Size = SizeFor(model) });
        DeviceOption.Open(choice.Terminal, detector);
        detector.Detect(image);
    }

    private static void Segment(OnnxModel model, RgbImage image, DeviceChoice choice)
    {
        using var segmenter = Segmenter.Load(model, new SegmenterOptions { Device = choice.Device });
        DeviceOption.Open(choice.Terminal, segmenter);
        segmenter.Segment(image);
    }

    private static void Classify(OnnxModel model, RgbImage image, DeviceChoice choice)
    {
        using var classifier = ImageClassifier.Load(model, new ImageClassifierOptions { Device = choice.Device });
        DeviceOption.Open(choice.Terminal, classifier);
        classifier.Classify(image);
    }

    private static void Stylize(OnnxModel model, RgbImage image, DeviceChoice choice)
    {
        using var stylizer = ImageStylizer.Load(model, new ImageStylizerOptions { Device = choice.Device });
        DeviceOption.Open(choice.Terminal, stylizer);
        stylizer.Stylize(image).Dispose();
    }

    private static void Featurize(OnnxModel model, RgbImage image, DeviceChoice choice)
    {
        using var featurizer = Featurizer.Load(model, new FeaturizerOptions { Device = choice.Device });
        DeviceOption.Open(choice.Terminal, featurizer);
        featurizer.Extract(image);
    }

    /// <param name="Terminal">Where a fall-back is noted.</param>
    /// <param name="Device">The devices that were asked for; null: as each model says.</param>
    private sealed record DeviceChoice(Terminal Terminal, DeviceList? Device);
}
