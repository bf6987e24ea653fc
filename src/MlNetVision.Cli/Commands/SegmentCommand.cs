using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Images;
using MlNetVision.Cli.Outputs;
using MlNetVision.MlNet;
using MlNetVision.Segmentation;

namespace MlNetVision.Cli.Commands;

/// <summary><c>segment INPUT…</c>: the class of every pixel, as overlays, masks, cut-outs, shares and JSON.</summary>
internal sealed class SegmentCommand
{
    private readonly ImageOptions _images = new();
    private readonly SegmentationOptions _network = new();
    private readonly OverlayOptions _overlay = new();
    private readonly CutoutOptions _cutout = new();
    private readonly Option<string?> _sheet = new("--sheet") { Description = "Write the overlays of all images as one, a contact sheet (.png, .jpg, .webp).", HelpName = "FILE" };
    private readonly Option<string?> _save = new("--save") { Description = "Save the whole chain as an ML.NET model (.zip).", HelpName = "FILE" };

    public static Command Create(Terminal terminal)
    {
        var segment = new SegmentCommand();
        var command = new DocumentedCommand("segment", "Tell the class of every pixel with a segmentation network such as DeepLab.")
        {
            Examples =
            [
                ("mlnetvision segment street.jpg -o out", "Writes out/street.overlay.png with a legend, and out/street.mask.png with class indices."),
                ("mlnetvision segment photos -m deeplabv3.onnx --json shares.jsonl --sheet all.jpg", "The share of each class, one line of JSON an image; all overlays on one sheet."),
                ("mlnetvision segment me.jpg -m deeplabv3.onnx -o out --keep person --background beach.jpg", "Lays the person of one image over another: out/me.cutout.png."),
                ("mlnetvision segment photos -m deeplabv3.onnx -o out --cutout", "Cuts out whatever is not background; the rest is transparent."),
                ("mlnetvision segment -m deeplabv3.onnx --resize letterbox --save deeplabv3.zip", "Only saves the chain, with its settings, for other ML.NET programs."),
            ],
        };
        segment._images.AddTo(command);
        segment._network.AddTo(command);
        segment._overlay.AddTo(command);
        segment._cutout.AddTo(command);
        command.Add(segment._sheet);
        command.Add(segment._save);
        command.SetRun(terminal, (parsed, cancellation) => segment.RunAsync(parsed, terminal, cancellation));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var (zip, sheetFile) = (parsed.GetValue(_save), parsed.GetValue(_sheet));
        var used = _cutout.AddFiles(parsed, _overlay.AddFiles(parsed, _network.FilesOf(parsed)));
        var run = _images.Read(parsed, terminal, used);
        OutputPath.CheckFile(_save.Name, zip, used, ".zip");
        OutputPath.CheckImage(_sheet.Name, sheetFile, used);
        if (run.Inputs.Count == 0 && zip is null) throw new UsageException("no INPUT was given, expected images, folders, patterns or '-'.");
        if (zip is not null) _network.CheckSavable(parsed);
        _cutout.Check(parsed, run.OutputFolder);
        var paint = _overlay.Read(parsed);
        using var segmenter = _network.Load(parsed, terminal, withConfidence: _cutout.IsGiven(parsed));
        _overlay.Check(paint, segmenter);
        using var cutouts = _cutout.Read(parsed, segmenter.Labels);
        if (zip is not null)
        {
            terminal.Preparation.End();
            segmenter.SaveZip(zip);
            terminal.Note($"model: {zip}");
        }
        if (run.Inputs.Count == 0) return ExitCode.Done;
        using var sheet = sheetFile is null ? null : new OverlaySheet(run.Inputs, paint);
        var code = await run.RunAsync(new SegmentationTask(segmenter, OutputsOf(paint, cutouts), sheet, _network.Limits(parsed)), cancellation);
        if (sheet is null) return code;
        sheet.Save(sheetFile!);
        terminal.Note($"sheet: {sheetFile}");
        return code;
    }

    private static List<ImageOutput<SegmentationResult>> OutputsOf(SegmentationPaintOptions paint, Cutouts? cutouts) =>
        [.. OverlayOptions.Outputs(paint), .. cutouts is null ? [] : new[] { cutouts.Output }];
}
