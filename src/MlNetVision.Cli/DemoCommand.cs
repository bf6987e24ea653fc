using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Images;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Files;
using MlNetVision.Imaging;

namespace MlNetVision.Cli;

/// <summary><c>demo</c>: every task on the images and models that come with the program.</summary>
internal static class DemoCommand
{
    private const int NextWidth = 62;

    /// <param name="terminal">The streams.</param>
    /// <param name="tasks">What is shown, in order.</param>
    public static Command Create(Terminal terminal, IReadOnlyList<Demonstration> tasks)
    {
        var output = new Option<string>("--output", "-o")
        {
            Description = "Where the images are written.",
            HelpName = "FOLDER",
            DefaultValueFactory = _ => "mlnetvision-demo",
        };
        var command = new DocumentedCommand("demo", "Show what the program does, with the models and images that come with it.")
        {
            Examples = [("mlnetvision demo",
                "Counts blood cells, segments and paints a street, and classifies three flowers, into ./mlnetvision-demo.")],
        };
        command.Add(output);
        command.SetRun(terminal, async (parsed, cancellationToken) =>
        {
            var folder = parsed.GetValue(output)!;
            OutputPath.CheckFolder(output.Name, folder);
            CheckImages(output.Name, folder, tasks);
            terminal.Preparation.End();
            var code = ExitCode.Done;
            foreach (var task in tasks)
            {
                if (task != tasks[0]) terminal.Note("");
                terminal.Note(task.Introduction);
                var run = new ImageRun(terminal)
                {
                    Inputs = [.. task.Images.Select(image => new ImageInput(Extract(image.Name, folder), image.Output))],
                    OutputFolder = folder,
                };
                code = Math.Max(code, await task.RunAsync(run, cancellationToken));
                if (code == ExitCode.Interrupted) return code;
            }
            terminal.Note("");
            terminal.Note("Next:");
            foreach (var (line, meaning) in Next(folder)) terminal.Note($"  {line,-NextWidth}  {meaning}");
            return code;
        });
        return command;
    }

    private static IEnumerable<(string Line, string Meaning)> Next(string folder) =>
    [
        ($"mlnetvision detect {Path.Join(folder, "blood-smear.png")} --json", "the cells as JSON, with every box"),
        ("mlnetvision detect YOUR-SMEARS/ -o counted", "your own images, with totals per class"),
        ("mlnetvision detect street.jpg -m yolov2.cfg -o out", "any Darknet YOLO network, or its ONNX export"),
        ("mlnetvision segment YOUR-STREETS/ -o coloured", "your own streets: overlays with legends, and masks"),
        ("mlnetvision classify YOUR-FLOWERS/ --json", "the classes of your own flowers, with probabilities"),
        ("mlnetvision stylize YOUR-PHOTOS/ -o painted", "your own photos, as paintings"),
        ("mlnetvision stylize YOUR-PHOTO.jpg --style A-PAINTING.jpg", "one of them, like any painting"),
        ("mlnetvision model list", "models that can be fetched by name"),
    ];

    /// <exception cref="UsageException">The folder has an image of the user's under the name of one of the demo's.</exception>
    private static void CheckImages(string option, string folder, IEnumerable<Demonstration> tasks)
    {
        foreach (var name in tasks.SelectMany(t => t.Images).Select(i => i.Name).Distinct())
        {
            var path = Path.Join(folder, name);
            if (File.Exists(path) && !IsOf(path, name))
                throw new UsageException($"{option} '{folder}': has another {name} than the demo's, which would be lost; give another folder.");
        }
    }

    private static bool IsOf(string path, string name) =>
        RegularFile.LengthOf(path) is > 0 && File.ReadAllBytes(path).AsSpan().SequenceEqual(SampleImages.Read(name));

    private static string Extract(string name, string folder)
    {
        var path = Path.Join(folder, name);
        AtomicFile.Write(path, stream => stream.Write(SampleImages.Read(name)));
        return path;
    }
}
