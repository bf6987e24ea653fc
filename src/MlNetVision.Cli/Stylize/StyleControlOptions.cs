using System.CommandLine;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Imaging;
using MlNetVision.Segmentation;
using MlNetVision.Style;

namespace MlNetVision.Cli.Stylize;

/// <summary>Strength, colours and mask of the style.</summary>
internal sealed class StyleControlOptions
{
    private readonly Option<double?> _strength = NumberOption.Create(
        "--strength", "Strength of the style, from 0 (none) to 1. [default: 1]", "NUMBER", 0.0, 1.0);

    private readonly Option<string?> _colours = new Option<string?>("--preserve-colours", "--preserve-colors")
    {
        Description = "Keep the photo's colours: 'luminance' takes only light and dark from the style, "
            + "'histogram' gives the style's colours the photo's distribution.",
    }.AcceptOnlyFromAmong("luminance", "histogram");

    private readonly Option<string?> _mask = new("--mask")
    {
        Description = "Stylise only a part: a mask that 'segment' wrote, an image (white is stylised, black is not), "
            + "or a segmentation model, whose classes --keep names.",
        HelpName = "FILE|MODEL",
    };

    private readonly Option<string?> _keep = new("--keep")
    {
        Description = "The classes of the mask that are stylised, separated by commas: names with a model, indices with a file. "
            + "[default: all but 'background', or 0]",
        HelpName = "CLASSES",
    };

    private readonly Option<bool> _invert = new("--invert-mask") { Description = "Stylise what the mask leaves out, such as the background." };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _strength, _colours, _mask, _keep, _invert }) command.Add(option);
    }

    /// <summary>The names of the options that were given.</summary>
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
        var keep = parsed.SplitNames(_keep, "the names or indices of classes");
        var classes = isImage && keep is not null ? Indices(keep) : null;
        if (isImage) OptionImage.Read(_mask.Name, () => Matte.Load(mask!, 1, 1, classes));
        var segmenter = mask is null || isImage ? null : Segmenter.Load(mask, new SegmenterOptions { WithConfidence = true, AtNetworkSize = false });
        if (segmenter is not null) CheckClasses(keep, segmenter);
        return new StyleControls
        {
            Strength = (float)(parsed.GetValue(_strength) ?? 1),
            Colors = parsed.GetChoice<ColorPreservation>(_colours) ?? ColorPreservation.None,
            MaskFile = isImage ? mask : null,
            MaskClasses = classes,
            Segmenter = segmenter,
            Classes = new CompositeOptions { Keep = keep },
            InvertMask = parsed.GetValue(_invert),
        };
    }

    private List<int> Indices(string[] keep) =>
    [
        .. keep.Select(k => byte.TryParse(k, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? (int)index
            : throw new UsageException(
                $"{_keep.Name} '{k}': a mask in a file has no names; expected class indices from 0 to 255, separated by commas.")),
    ];

    private void CheckClasses(string[]? keep, Segmenter segmenter)
    {
        var labels = segmenter.Labels;
        var wanted = keep ?? ["background"];
        if (wanted.FirstOrDefault(k => !labels.Contains(k, StringComparer.OrdinalIgnoreCase)) is not { } unknown) return;
        segmenter.Dispose();
        var problem = keep is null
            ? $"the model has no class '{unknown}'; name the classes to stylise with {_keep.Name}."
            : $"{_keep.Name} '{unknown}': the model has no such class.";
        throw new UsageException($"{problem} It has: {string.Join(", ", labels)}.");
    }
}

/// <summary>Brings a stylised image nearer to its photo; several threads may use it at once.</summary>
internal sealed class StyleControls : IDisposable
{
    public float Strength { get; init; } = 1;

    public ColorPreservation Colors { get; init; }

    /// <summary>The file of the mask, or null.</summary>
    public string? MaskFile { get; init; }

    /// <summary>The class indices of the file's mask that are stylised; null: all but 0, or as bright as it is.</summary>
    public IReadOnlyList<int>? MaskClasses { get; init; }

    /// <summary>Makes the mask of each photo, or null. Disposed with this object.</summary>
    public Segmenter? Segmenter { get; init; }

    /// <summary>The classes of the segmenter that are stylised.</summary>
    public CompositeOptions Classes { get; init; } = new();

    public bool InvertMask { get; init; }

    /// <summary>Colours first, then strength, then the mask; the stylised image is changed.</summary>
    public void ApplyInPlace(RgbImage styled, RgbImage photo)
    {
        ColorKeeper.ApplyInPlace(styled, photo, Colors);
        if (Strength < 1) StyleBlend.FadeInPlace(styled, photo, Strength);
        if (MaskOf(photo) is not { } mask) return;
        if (InvertMask) Matte.InvertInPlace(mask);
        StyleBlend.MaskInPlace(styled, photo, mask);
    }

    public void Dispose() => Segmenter?.Dispose();

    private byte[]? MaskOf(RgbImage photo) => MaskFile is not null ? Matte.Load(MaskFile, photo.Width, photo.Height, MaskClasses)
        : Segmenter is not null ? Matte.Of(Segmenter.Segment(photo).Mask, Classes)
        : null;
}
