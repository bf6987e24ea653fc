using System.CommandLine;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Images;
using MlNetVision.Cli.Inputs;
using MlNetVision.Imaging;
using MlNetVision.Segmentation;
using MlNetVision.Style;

namespace MlNetVision.Cli.Commands;

/// <summary>How much of the style an image gets: strength, colours, and where.</summary>
internal sealed class StyleControlOptions
{
    private readonly Option<double?> _strength = NumberOption.Create("--strength", "How much of the style the image gets: 0 (none) to 1. [default: 1]", "NUMBER", 0.0, 1.0);
    private readonly Option<string?> _colours = new("--preserve-colours", "--preserve-colors") { Description = "Keep the photo's colours: 'luminance' takes only light and dark from the style, 'histogram' moves the style's colours to the photo's distribution." };

    private readonly Option<string?> _mask = new("--mask")
    {
        Description = "Stylise only a part: a mask that 'segment' wrote, an image (white is stylised, black is not), or a segmentation model, whose classes --keep names.",
        HelpName = "FILE|MODEL",
    };

    private readonly Option<string?> _keep = new("--keep") { Description = "The classes of the mask that are stylised, separated by commas: names with a model, indices with a file. [default: all but 'background', or 0]", HelpName = "CLASSES" };
    private readonly Option<bool> _invert = new("--invert-mask") { Description = "Stylise what the mask leaves out, such as the background." };

    public StyleControlOptions() => _colours.AcceptOnlyFromAmong("luminance", "histogram");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _strength, _colours, _mask, _keep, _invert }) command.Add(option);
    }

    /// <summary>The controls that were given.</summary>
    public IEnumerable<string> Given(ParseResult parsed) => new Option[] { _strength, _colours, _mask }.Where(parsed.IsGiven).Select(o => o.Name);

    /// <summary>Adds the mask's file, where one is given.</summary>
    public UsedFiles AddFiles(ParseResult parsed, UsedFiles used) =>
        parsed.GetValue(_mask) is { } mask && File.Exists(mask) ? used.Add(mask, "the mask") : used;

    /// <summary>The controls as they were asked for; the caller disposes them.</summary>
    /// <exception cref="UsageException">Options contradict each other.</exception>
    public StyleControls Read(ParseResult parsed)
    {
        var mask = parsed.GetValue(_mask);
        if (mask is null && (parsed.GetValue(_keep) is not null || parsed.GetValue(_invert)))
            throw new UsageException($"{(parsed.GetValue(_invert) ? _invert.Name : _keep.Name)} was given without {_mask.Name}.");
        var isImage = mask is not null && ImageFiles.IsImage(mask);
        string[]? keep = parsed.GetValue(_keep)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var classes = isImage && keep is not null ? Indices(keep) : null;
        if (isImage) OptionImage.Read(_mask.Name, () => StyleMask.Load(mask!, 1, 1, classes));
        var segmenter = mask is null || isImage ? null : Segmenter.Load(mask, new SegmenterOptions { WithConfidence = true, AtNetworkSize = false });
        if (segmenter is not null) CheckClasses(keep, segmenter);
        return new StyleControls
        {
            Strength = (float)(parsed.GetValue(_strength) ?? 1),
            Colors = parsed.GetValue(_colours) is { } name ? Enum.Parse<ColorPreservation>(name, ignoreCase: true) : ColorPreservation.None,
            MaskFile = isImage ? mask : null,
            MaskClasses = classes,
            Segmenter = segmenter,
            Classes = new CompositeOptions { Keep = keep },
            InvertMask = parsed.GetValue(_invert),
        };
    }

    private List<int> Indices(string[] keep) => [.. keep.Select(k => byte.TryParse(k, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? (int)index
        : throw new UsageException($"{_keep.Name} '{k}': a mask in a file has no names; expected class indices from 0 to 255, separated by commas."))];

    private void CheckClasses(string[]? keep, Segmenter segmenter)
    {
        var labels = segmenter.Labels;
        var problem = keep is null
            ? labels.Contains("background", StringComparer.OrdinalIgnoreCase) ? null : $"the model calls no class 'background': say with {_keep.Name} which classes are stylised."
            : keep.FirstOrDefault(k => !labels.Contains(k, StringComparer.OrdinalIgnoreCase)) is { } unknown ? $"{_keep.Name} '{unknown}': the model has no such class." : null;
        if (problem is null) return;
        segmenter.Dispose();
        throw new UsageException($"{problem} It has: {string.Join(", ", labels)}.");
    }
}
