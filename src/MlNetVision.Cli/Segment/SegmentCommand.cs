using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Images;
using MlNetVision.Cli.ModelOptions;
using MlNetVision.Cli.Outputs;
using MlNetVision.MlNet;
using MlNetVision.Segmentation;

namespace MlNetVision.Cli.Segment;

/// <summary><c>segment INPUT…</c>: the class of every pixel, as overlays, masks, cut-outs, shares and JSON.</summary>
internal sealed class SegmentCommand
{
    private readonly ImageOptions _images = new("overlays and masks");
    private readonly SegmentationOptions _model = new();
    private readonly OverlayOptions _overlay = new();
    private readonly CutoutOptions _cutout = new();
    private readonly Option<string?> _sheet = new("--sheet")
    {
        Description = "Write the overlays of all images as one contact sheet (.png, .jpg, .webp).",
        HelpName = "FILE",
    };

    public static Demonstration Demonstration { get; } = new(
        "Segmentation: the bundled model 'streets' segments a drawn street.",
        [("street.png", "street.png")],
        async (run, cancellationToken) =>
        {
            using var segmenter = Segmenter.Load("streets");
            return await run.RunAsync(
                new SegmentationTask(segmenter, [.. OverlayOptions.Outputs(new SegmentationPaintOptions())]), cancellationToken);
        });

    public static Command Create(Terminal terminal)
    {
        var segment = new SegmentCommand();
        var command = new DocumentedCommand("segment", "Segment images: the class of every pixel, with a model such as DeepLab.")
        {
            Examples =
            [
                ("mlnetvision segment street.jpg -o out", "Writes out/street.overlay.png with a legend, and out/street.mask.png with class indices."),
                ("mlnetvision segment photos -m deeplabv3.onnx --json shares.jsonl --sheet all.jpg",
                    "The share of each class, one line of JSON per image; all overlays on one sheet."),
                ("mlnetvision segment me.jpg -m deeplabv3.onnx -o out --keep person --background beach.jpg",
                    "Lays the person of one image over another: out/me.cutout.png."),
                ("mlnetvision segment photos -m deeplabv3.onnx -o out --cutout", "Cuts out whatever is not background; the rest is transparent."),
                ("mlnetvision segment photos -m deeplabv3.onnx -o out --resume", "Goes on where the same run was stopped or killed."),
                ("mlnetvision segment -m deeplabv3.onnx --resize letterbox --save deeplabv3.zip",
                    "Only saves the model with its settings, for other ML.NET programs."),
            ],
        };
        segment._images.AddTo(command);
        segment._model.AddTo(command);
        segment._overlay.AddTo(command);
        segment._cutout.AddTo(command);
        command.Add(segment._sheet);
        command.SetRun(terminal, (parsed, cancellationToken) => segment.RunAsync(parsed, terminal, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var sheetFile = parsed.GetValue(_sheet);
        var used = _cutout.AddFiles(parsed, _overlay.AddFiles(parsed, _model.FilesOf(parsed)));
        var run = _images.Read(parsed, terminal, used);
        _images.CheckSheet(parsed, _sheet);
        OutputPath.CheckImage(_sheet.Name, sheetFile, used);
        if (_images.SavedFile(parsed) is not null) _model.CheckSavable(parsed);
        _cutout.Check(parsed, run.OutputFolder);
        var paint = _overlay.Read(parsed);
        using var segmenter = _model.Load(parsed, terminal, withConfidence: _cutout.IsGiven(parsed));
        _overlay.Check(paint, segmenter);
        using var cutouts = _cutout.Read(parsed, segmenter.Labels);
        _images.Save(parsed, terminal, segmenter.SaveZip);
        if (run.Inputs.Count == 0) return ExitCode.Done;
        DeviceOption.Open(terminal, segmenter);
        using var sheet = sheetFile is null ? null : new OverlaySheet(run.Inputs, paint);
        List<ImageOutput<SegmentationResult>> outputs = [.. OverlayOptions.Outputs(paint), .. cutouts is null ? [] : new[] { cutouts.Output }];
        var code = await run.RunAsync(new SegmentationTask(segmenter, outputs, sheet) { Limits = _model.Limits(parsed) }, cancellationToken);
        if (sheet is null) return code;
        sheet.Save(sheetFile!);
        terminal.Note($"sheet: {sheetFile}");
        return code;
    }
}
