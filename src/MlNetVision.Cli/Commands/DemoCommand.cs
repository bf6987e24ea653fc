using System.CommandLine;
using MlNetVision.Classification;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Images;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Detection;
using MlNetVision.Files;
using MlNetVision.Segmentation;
using MlNetVision.Style;

namespace MlNetVision.Cli.Commands;

/// <summary><c>demo</c>: every task on the images and models that come with the program.</summary>
internal static class DemoCommand
{
    private const string Smear = "blood-smear.png";
    private const string Street = "street.png";
    private static readonly string[] Flowers = ["rose.png", "sunflower.png", "tulip.png"];
    private const int NextWidth = 62;

    /// <summary>The tasks shown, in order; a new one adds its line. Each gets the folder that it may write to.</summary>
    private static readonly Func<Terminal, string, CancellationToken, Task<int>>[] Tasks = [DetectAsync, SegmentAsync, ClassifyAsync, StylizeAsync];

    public static Command Create(Terminal terminal)
    {
        var output = new Option<string>("--output", "-o")
        {
            Description = "Where the images are written.",
            HelpName = "FOLDER",
            DefaultValueFactory = _ => "mlnetvision-demo",
        };
        var command = new DocumentedCommand("demo", "Show what the program does, with the models and images that come with it.")
        {
            Examples = [("mlnetvision demo", "Counts the cells of a drawn blood smear, colours a drawn street by classes, names three drawn flowers and paints the street, into ./mlnetvision-demo.")],
        };
        command.Add(output);
        command.SetRun(terminal, async (parsed, cancellation) =>
        {
            var folder = parsed.GetValue(output)!;
            OutputPath.CheckFolder(output.Name, folder);
            CheckImages(output.Name, folder);
            terminal.Preparation.End();
            var code = ExitCode.Done;
            foreach (var task in Tasks)
            {
                code = Math.Max(code, await task(terminal, folder, cancellation));
                if (code == ExitCode.Interrupted) return code;
            }
            terminal.Note("");
            terminal.Note("Next:");
            foreach (var (line, meaning) in Next(folder)) terminal.Note($"  {line,-NextWidth}  {meaning}");
            return code;
        });
        return command;
    }

    private static async Task<int> DetectAsync(Terminal terminal, string folder, CancellationToken cancellation)
    {
        terminal.Note("Object detection: the cells of a blood smear, drawn by this project, counted by the bundled model 'blood-cells'.");
        var smear = Extract(Smear, folder);
        using var detector = ObjectDetector.Load("blood-cells");
        var run = new ImageRun(terminal)
        {
            Inputs = [new ImageInput(smear, "blood-smear.found.png")],
            OutputFolder = folder,
        };
        return await run.RunAsync(new DetectionTask(detector), cancellation);
    }

    private static async Task<int> SegmentAsync(Terminal terminal, string folder, CancellationToken cancellation)
    {
        terminal.Note("");
        terminal.Note("Segmentation: the class of every pixel of a street, drawn by this project, told by the bundled model 'streets'.");
        var street = Extract(Street, folder);
        using var segmenter = Segmenter.Load("streets");
        var run = new ImageRun(terminal)
        {
            Inputs = [new ImageInput(street, Street)],
            OutputFolder = folder,
        };
        return await run.RunAsync(new SegmentationTask(segmenter, [.. OverlayOptions.Outputs(new SegmentationPaintOptions())]), cancellation);
    }

    private static async Task<int> ClassifyAsync(Terminal terminal, string folder, CancellationToken cancellation)
    {
        terminal.Note("");
        terminal.Note("Classification: flowers, drawn by this project, named by the bundled model 'flowers'.");
        using var classifier = ImageClassifier.Load("flowers");
        var run = new ImageRun(terminal)
        {
            Inputs = [.. Flowers.Select(name => new ImageInput(Extract(name, folder), Path.ChangeExtension(name, ".named.png")))],
            OutputFolder = folder,
        };
        return await run.RunAsync(new ClassificationTask(classifier), cancellation);
    }

    private static async Task<int> StylizeAsync(Terminal terminal, string folder, CancellationToken cancellation)
    {
        terminal.Note("");
        terminal.Note("Style transfer: the same street as van Gogh's Starry Night, painted by the bundled model 'starry-night'.");
        var street = Extract(Street, folder);
        using var stylizers = new StylizerSet();
        stylizers.Add("starry-night", ImageStylizer.Load("starry-night"));
        using var controls = new StyleControls();
        var run = new ImageRun(terminal)
        {
            Inputs = [new ImageInput(street, "street.starry-night.png")],
            OutputFolder = folder,
        };
        return await run.RunAsync(new StyleTask { Stylizers = stylizers, Weights = [1], Controls = controls, Format = (".png", 100) }, cancellation);
    }

    private static IEnumerable<(string Line, string Meaning)> Next(string folder) =>
    [
        ($"mlnetvision detect {Path.Join(folder, Smear)} --json", "the cells as JSON, with every box"),
        ("mlnetvision detect YOUR-SMEARS/ -o counted", "your own images, with totals per class"),
        ("mlnetvision detect street.jpg -m yolov2.cfg -o out", "any Darknet YOLO network, or its ONNX export"),
        ("mlnetvision segment YOUR-STREETS/ -o coloured", "your own streets: overlays with legends, and masks"),
        ("mlnetvision classify YOUR-FLOWERS/ --json", "the classes of your own flowers, with probabilities"),
        ("mlnetvision stylize YOUR-PHOTOS/ -o painted", "your own photos, as paintings"),
        ("mlnetvision stylize YOUR-PHOTO.jpg --style A-PAINTING.jpg", "one of them, like any painting"),
        ("mlnetvision model list", "models that can be fetched by name"),
    ];

    /// <exception cref="UsageException">The folder has an image of the user's under the name of one of the demo's.</exception>
    private static void CheckImages(string option, string folder)
    {
        foreach (var name in new[] { Smear, Street }.Concat(Flowers))
        {
            var path = Path.Join(folder, name);
            if (File.Exists(path) && !File.ReadAllBytes(path).AsSpan().SequenceEqual(Image(name)))
                throw new UsageException($"{option} '{folder}': has another {name} than the demo's, which would be lost; give another folder.");
        }
    }

    private static string Extract(string name, string folder)
    {
        var path = Path.Join(folder, name);
        AtomicFile.Write(path, stream => stream.Write(Image(name)));
        return path;
    }

    private static byte[] Image(string name)
    {
        using var image = typeof(DemoCommand).Assembly.GetManifestResourceStream(name)!;
        using var bytes = new MemoryStream();
        image.CopyTo(bytes);
        return bytes.ToArray();
    }
}
