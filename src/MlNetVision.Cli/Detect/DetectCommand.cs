using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Images;
using MlNetVision.Cli.ModelOptions;
using MlNetVision.Detection;
using MlNetVision.MlNet;

namespace MlNetVision.Cli.Detect;

/// <summary><c>detect INPUT…</c>: objects in images, as boxes, counts and JSON.</summary>
internal static class DetectCommand
{
    public static Demonstration Demonstration { get; } = new(
        "Object detection: the bundled model 'blood-cells' counts the cells of a drawn blood smear.",
        [("blood-smear.png", "blood-smear.found.png")],
        async (run, cancellationToken) =>
        {
            using var detector = ObjectDetector.Load("blood-cells");
            return await run.RunAsync(new DetectionTask(detector), cancellationToken);
        });

    public static Command Create(Terminal terminal)
    {
        var images = new ImageOptions(
            standalone: "With --save: decoding and suppression go into the network, so that ML.NET alone runs the .zip, for boxes without masks or key points. ML.NET resizes the images.");
        var options = new DetectorOptions();
        var labels = new LabelOptions();
        var command = new DocumentedCommand("detect", "Detect objects in images with a YOLO model or another detector: boxes, masks, key points.")
        {
            Examples =
            [
                ("mlnetvision detect smear.png -o out", "Counts blood cells with the bundled model and draws them into out/smear.png."),
                ("mlnetvision detect photo.jpg -m best.onnx -o out",
                    "Runs a YOLO network as Ultralytics exports it, with masks or key points where it has them; many others too."),
                ("mlnetvision detect street.jpg -m yolov2.cfg -o out", "Runs a Darknet network; yolov2.weights and yolov2.names stand beside it."),
                ("mlnetvision detect pics '**/*.png' -m yolov2.zip --json found.jsonl",
                    "Searches a folder and a pattern; one line of JSON per image."),
                ("mlnetvision detect pics -m yolov2.zip --json found.jsonl --resume", "Goes on where the same run was stopped or killed."),
                ("mlnetvision detect set/images -m yolov2.cfg --confidence 0.5 --save-labels set/labels",
                    "Labels images for the next model: YOLO text, with the list of the images and the classes in set/labels/data.yaml."),
                ("cat dog.jpg | mlnetvision detect - -m yolov2.cfg --classes dog,cat --json",
                    "One image on standard input, JSON on standard output."),
                ("mlnetvision detect pics -m yolov2.cfg --device cuda:1,cpu",
                    "On the second GPU of NVIDIA where there is one, else on the processor."),
                ("mlnetvision detect -m yolov2.cfg --confidence 0.4 --save yolov2.zip",
                    "Only saves the model with its settings, for other ML.NET programs."),
                ("mlnetvision detect -m yolov2.cfg --save yolov2.zip --standalone",
                    "The same for programs without this library; boxes are 0 to 1 across the network's input."),
            ],
        };
        images.AddTo(command);
        labels.AddTo(command);
        options.AddTo(command);
        command.SetRun(terminal, async (parsed, cancellationToken) =>
        {
            var saved = labels.Read(parsed);
            var run = images.Read(parsed, terminal, options.FilesOf(parsed), saved?.Folder);
            labels.Protect(saved, run.Used);
            using var detector = options.Load(parsed, terminal);
            images.Save(parsed, terminal, detector.SaveZip, detector.SaveStandaloneZip, detector.FitsSize
                ? FormattableString.Invariant($" (all images at {detector.Resize.Width}×{detector.Resize.Height}: pipelines of ML.NET have one size)") : null);
            if (run.Inputs.Count == 0) return ExitCode.Done;
            DeviceOption.Open(terminal, detector);
            return await run.RunAsync(new DetectionTask(detector) { Limits = options.Limits(parsed), Labels = saved }, cancellationToken);
        });
        return command;
    }
}
