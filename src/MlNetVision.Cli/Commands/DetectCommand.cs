using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Images;
using MlNetVision.Cli.Outputs;
using MlNetVision.MlNet;

namespace MlNetVision.Cli.Commands;

/// <summary><c>detect INPUT…</c>: objects in images, as boxes, counts and JSON.</summary>
internal static class DetectCommand
{
    public static Command Create(Terminal terminal)
    {
        var images = new ImageOptions();
        var detector = new DetectorOptions();
        var save = new Option<string?>("--save") { Description = "Save the whole chain as an ML.NET model (.zip).", HelpName = "FILE" };
        var standalone = new Option<bool>("--standalone") { Description = "With --save: boxes are made within the network, so that ML.NET alone runs the .zip; it resizes with ML.NET's own transform." };
        var command = new DocumentedCommand("detect", "Find objects in images with a YOLO network.")
        {
            Examples =
            [
                ("mlnetvision detect smear.png -o out", "Counts the blood cells with the bundled model and draws them into out/smear.png."),
                ("mlnetvision detect street.jpg -m yolov2.cfg -o out", "Runs a Darknet network; yolov2.weights and yolov2.names stand beside it."),
                ("mlnetvision detect pics '**/*.png' -m yolov2.zip --json found.jsonl", "Searches a folder and a pattern; one line of JSON an image."),
                ("cat dog.jpg | mlnetvision detect - -m yolov2.cfg --classes dog,cat --json", "One image on standard input, JSON on standard output."),
                ("mlnetvision detect -m yolov2.cfg --confidence 0.4 --save yolov2.zip", "Only saves the chain, with its settings, for other ML.NET programs."),
                ("mlnetvision detect -m yolov2.cfg --save yolov2.zip --standalone", "The same for programs without this library; boxes are 0 to 1 across the network's input."),
            ],
        };
        images.AddTo(command);
        detector.AddTo(command);
        command.Add(save);
        command.Add(standalone);
        command.SetRun(terminal, async (parsed, cancellation) =>
        {
            var zip = parsed.GetValue(save);
            var used = detector.FilesOf(parsed);
            var run = images.Read(parsed, terminal, used);
            OutputPath.CheckFile(save.Name, zip, used, ".zip");
            if (run.Inputs.Count == 0 && zip is null) throw new UsageException("no INPUT was given, expected images, folders, patterns or '-'.");
            if (parsed.GetValue(standalone) && zip is null) throw new UsageException("--standalone was given without --save FILE, which says where the model goes.");
            using var loaded = detector.Load(parsed, terminal);
            if (zip is not null)
            {
                terminal.Preparation.End();
                if (parsed.GetValue(standalone)) loaded.SaveStandaloneZip(zip);
                else loaded.SaveZip(zip);
                terminal.Note($"model: {zip}");
            }
            return run.Inputs.Count == 0 ? ExitCode.Done : await run.RunAsync(new DetectionTask(loaded, detector.Limits(parsed)), cancellation);
        });
        return command;
    }
}
