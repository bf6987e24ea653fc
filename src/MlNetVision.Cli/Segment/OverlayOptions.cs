using System.CommandLine;
using System.CommandLine.Completions;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Images;
using MlNetVision.Cli.Inputs;
using MlNetVision.Segmentation;

namespace MlNetVision.Cli.Segment;

/// <summary>The options of overlays and masks: colours, contours, legend.</summary>
internal sealed class OverlayOptions
{
    private readonly Option<string?> _palette = new("--palette")
    {
        Description = $"The colours of the classes: {string.Join(", ", ColorPalette.Presets.Select(p => p.Name))}, "
            + "or a file with 'r g b' or '#rrggbb' per line. [default: that of the labels, else voc]",
        HelpName = "NAME|FILE",
    };

    private readonly Option<float?> _opacity = NumberOption.Create("--opacity", "Opacity of the colours, 0 to 1. [default: 0.5]", "NUMBER", 0f, 1f);
    private readonly Option<bool> _contours = new("--contours") { Description = "Draw a line around every coloured area." };
    private readonly Option<bool> _noLegend = new("--no-legend") { Description = "Leave out the legend of names and shares." };

    public OverlayOptions() => _palette.CompletionSources.Add(_ => ColorPalette.Presets.Select(p => new CompletionItem(p.Name)));

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _palette, _opacity, _contours, _noLegend }) command.Add(option);
    }

    /// <summary>Adds the file of colours, where one is given.</summary>
    public UsedFiles AddFiles(ParseResult parsed, UsedFiles used) =>
        used.Add(parsed.GetValue(_palette) is { } file && File.Exists(file) ? file : null, "the file of colours");

    /// <summary>Reads them.</summary>
    /// <exception cref="ArgumentException">There is no such palette.</exception>
    /// <exception cref="BadDataSetException">The file holds no palette.</exception>
    public SegmentationPaintOptions Read(ParseResult parsed)
    {
        var defaults = new SegmentationPaintOptions();
        return defaults with
        {
            Palette = parsed.GetValue(_palette) is { } palette ? ColorPalette.Find(palette) : null,
            Opacity = parsed.GetValue(_opacity) ?? defaults.Opacity,
            Contours = parsed.GetValue(_contours),
            Legend = parsed.GetValue(_noLegend) ? LegendPlacement.None : LegendPlacement.Auto,
        };
    }

    /// <summary>Checks that every class has a colour.</summary>
    /// <exception cref="UsageException">The palette is too short.</exception>
    public void Check(SegmentationPaintOptions paint, Segmenter segmenter)
    {
        if (paint.Palette is { } palette && palette.Colors.Count < segmenter.Labels.Count)
        {
            throw new UsageException($"{_palette.Name} '{palette.Name}': has {palette.Colors.Count} colours; "
                + $"expected one for each of the {segmenter.Labels.Count} classes of {segmenter.Model.Name}.");
        }
    }

    /// <summary>The overlay and the mask of each image.</summary>
    public static IEnumerable<ImageOutput<SegmentationResult>> Outputs(SegmentationPaintOptions paint) =>
    [
        new(".overlay", ".png", (source, result, path) =>
        {
            using var overlay = MaskPainter.Draw(source, result.Mask, paint);
            overlay.Save(path);
        }),
        new(".mask", ".png", (_, result, path) => MaskPng.Save(result.Mask, path, paint.Palette)),
    ];
}
