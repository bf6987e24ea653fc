using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Images;
using MlNetVision.Style;

namespace MlNetVision.Cli.Stylize;

/// <summary>
/// <c>stylize INPUT…</c>: photos in the style of a painting. With <c>--style PAINTING</c>, <see cref="StylizeByPainting"/> optimises the
/// image itself; otherwise <see cref="StylizeByNetwork"/> runs style networks.
/// </summary>
internal static class StylizeCommand
{
    public static Demonstration Demonstration { get; } = new(
        "Style transfer: the bundled model 'starry-night' paints the same street like van Gogh's Starry Night.",
        [("street.png", "street.starry-night.png")],
        async (run, cancellationToken) =>
        {
            using var stylizers = new StylizerSet();
            stylizers.Add("starry-night", ImageStylizer.Load("starry-night"));
            using var controls = new StyleControls();
            return await run.RunAsync(
                new StyleTask(stylizers) { Weights = [1], Controls = controls, Format = new StyleFormat(".png", 100) }, cancellationToken);
        });

    public static Command Create(Terminal terminal)
    {
        var images = new ImageOptions("the stylised images");
        var shared = new StyleOptions();
        var network = new StylizeByNetwork(terminal, images, shared);
        var painting = new StylizeByPainting(terminal, shared);
        var command = new DocumentedCommand(
            "stylize", "Give photos the style of a painting, with a style network such as Johnson's, or by optimising the image itself.")
        {
            Examples =
            [
                ("mlnetvision stylize chicago.jpg -o out", "Writes out/chicago.png with the bundled model 'starry-night', at the photo's own size."),
                ("mlnetvision stylize photos -m candy.onnx -o out --format jpg --preserve-colours luminance",
                    "The strokes of a style in the colours of the photos."),
                ("mlnetvision stylize me.jpg -o out --mask deeplabv3.onnx --keep person --invert-mask",
                    "Stylises the background and leaves the person as photographed."),
                ("mlnetvision stylize photo.jpg -m candy.onnx -m mosaic.onnx --weights 0.7,0.3 -o out", "Two styles in one image."),
                ("mlnetvision stylize photos -m candy.onnx -m mosaic.onnx --grid all.jpg", "Every style of every photo on one sheet."),
                ("mlnetvision stylize photos -m candy.onnx -o out --resume", "Goes on where the same run was stopped or killed."),
                ("mlnetvision stylize panorama.jpg -o out --tile", "Tile by tile, for images that do not fit into memory."),
                ("mlnetvision stylize photo.jpg --style painting.jpg --iterations 200",
                    "Any painting, by optimising the image itself: writes photo.painting.png, in minutes."),
            ],
        };
        command.Aliases.Add("stylise");
        images.AddTo(command);
        network.AddModelTo(command);
        shared.AddTo(command);
        painting.AddTo(command);
        network.AddOutputsTo(command);
        command.SetRun(terminal, async (parsed, cancellationToken) =>
        {
            painting.Check(parsed);
            var used = painting.AddFiles(parsed, shared.AddFiles(parsed, network.FilesOf(parsed)));
            var run = images.Read(parsed, terminal, used);
            network.CheckOutputs(parsed, used);
            if (painting.Paintings(parsed).Count == 0) return await network.RunAsync(parsed, run, cancellationToken);
            var stray = network.Given(parsed) ?? (images.SavedFile(parsed) is null ? null : images.SaveName);
            if (stray is not null) throw new UsageException($"--style optimises the image itself: {stray} has no meaning with it.");
            return await Task.Run(() => painting.Run(parsed, run, cancellationToken), CancellationToken.None);
        });
        return command;
    }
}
