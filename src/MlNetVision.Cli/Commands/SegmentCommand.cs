using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Outputs;
using MlNetVision.Cli.Pictures;

namespace MlNetVision.Cli.Commands;

/// <summary><c>segment INPUT…</c>: the class of every pixel, as overlays, masks, shares and JSON.</summary>
internal static class SegmentCommand
{
    public static Command Create(Terminal terminal)
    {
        var pictures = new PictureOptions();
        var network = new SegmentationOptions();
        var overlay = new OverlayOptions();
        var save = new Option<string?>("--save") { Description = "Save the whole chain as an ML.NET model (.zip).", HelpName = "FILE" };
        var command = new DocumentedCommand("segment", "Tell the class of every pixel with a segmentation network such as DeepLab.")
        {
            Examples =
            [
                ("mlnetvision segment street.jpg -o out", "Writes out/street.overlay.png with a legend, and out/street.mask.png with class indices."),
                ("mlnetvision segment photos -m deeplabv3.onnx --json shares.jsonl", "The share of each class; one line of JSON a picture."),
                ("mlnetvision segment -m deeplabv3.onnx --resize letterbox --save deeplabv3.zip", "Only saves the chain, with its settings, for other ML.NET programs."),
            ],
        };
        pictures.AddTo(command);
        network.AddTo(command);
        overlay.AddTo(command);
        command.Add(save);
        command.SetRun(terminal, async (parsed, cancellation) =>
        {
            var zip = parsed.GetValue(save);
            var used = overlay.AddFiles(parsed, network.FilesOf(parsed));
            var run = pictures.Read(parsed, terminal, used);
            OutputPath.CheckFile(save.Name, zip, used, ".zip");
            if (run.Inputs.Count == 0 && zip is null) throw new UsageException("no INPUT was given, expected pictures, folders, patterns or '-'.");
            var paint = overlay.Read(parsed);
            using var segmenter = network.Load(parsed, terminal);
            overlay.Check(paint, segmenter);
            if (zip is not null)
            {
                segmenter.SaveZip(zip);
                terminal.Note($"model: {zip}");
            }
            return run.Inputs.Count == 0 ? ExitCode.Done : await run.RunAsync(new SegmentationTask(segmenter, [.. OverlayOptions.Outputs(paint)]), cancellation);
        });
        return command;
    }
}
