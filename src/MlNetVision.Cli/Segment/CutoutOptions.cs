using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Images;
using MlNetVision.Cli.Inputs;
using MlNetVision.Imaging;
using MlNetVision.Segmentation;

namespace MlNetVision.Cli.Segment;

/// <summary>The options of cut-outs: which classes are kept, and what takes the place of the rest.</summary>
internal sealed class CutoutOptions
{
    private const string Blur = "blur";

    private static readonly Dictionary<string, RgbColor> Colors = new(StringComparer.OrdinalIgnoreCase)
    {
        ["black"] = new(0, 0, 0),
        ["grey"] = new(128, 128, 128),
        ["white"] = new(255, 255, 255),
    };

    private readonly Option<bool> _cutout = new("--cutout") { Description = "Also write what is kept, the rest transparent, as NAME.cutout.png." };

    private readonly Option<string?> _background = new("--background")
    {
        Description = "Also write what is kept over another background, as NAME.cutout.png: "
            + $"an image, a colour (rrggbb, {string.Join(", ", Colors.Keys)}), or {Blur} for the image itself out of focus.",
        HelpName = $"FILE|COLOUR|{Blur}",
    };

    private readonly Option<string?> _keep = new("--keep")
    {
        Description = "The classes that cut-outs keep, separated by commas; needed where the model has no class 'background'. [default: all but that]",
        HelpName = "CLASSES",
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _cutout, _background, _keep }) command.Add(option);
    }

    /// <summary>Whether cut-outs are asked for.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_cutout) || parsed.GetValue(_background) is not null;

    /// <summary>Adds the image of the background, where one is given.</summary>
    public UsedFiles AddFiles(ParseResult parsed, UsedFiles used) => used.Add(FileOf(parsed), "the background");

    /// <summary>Checks that these options go together.</summary>
    /// <exception cref="UsageException">They do not.</exception>
    public void Check(ParseResult parsed, string? folder)
    {
        if (parsed.GetValue(_keep) is not null && !IsGiven(parsed))
            throw new UsageException($"{_keep.Name} was given without {_cutout.Name} or {_background.Name}.");
        if (IsGiven(parsed) && folder is null)
        {
            var given = parsed.GetValue(_cutout) ? _cutout.Name : _background.Name;
            throw new UsageException($"{given} was given without -o FOLDER, which says where cut-outs go.");
        }
    }

    /// <summary>The cut-outs as they were asked for; the caller disposes them, after the last image.</summary>
    /// <exception cref="UsageException">The background or a class is none.</exception>
    public Cutouts? Read(ParseResult parsed, IReadOnlyList<string> labels)
    {
        if (!IsGiven(parsed)) return null;
        var options = new CompositeOptions { Keep = KeptOf(parsed, labels) };
        if (parsed.GetValue(_background) is not { } background) return new Cutouts(options);
        if (FileOf(parsed) is { } file) return new Cutouts(options, OptionImage.Read(_background.Name, () => RgbImage.Load(file)));
        if (background.Equals(Blur, StringComparison.OrdinalIgnoreCase)) return new Cutouts(options, CompositeBackground.Blur());
        if (Colors.TryGetValue(background, out var color) || RgbColor.TryParse($"#{background.TrimStart('#')}", out color))
            return new Cutouts(options, CompositeBackground.Color(color));
        throw new UsageException(
            $"{_background.Name} '{background}': expected an image file, a colour as rrggbb, {string.Join(", ", Colors.Keys)}, or {Blur}.");
    }

    private string? FileOf(ParseResult parsed) => parsed.GetValue(_background) is { } file && File.Exists(file) ? file : null;

    private string[]? KeptOf(ParseResult parsed, IReadOnlyList<string> labels)
    {
        if (parsed.SplitNames(_keep, "the names of classes") is not { } names)
        {
            return labels.Contains("background", StringComparer.OrdinalIgnoreCase) ? null
                : throw new UsageException(
                    $"the model has no class 'background'; name the classes to keep with {_keep.Name}. It has: {string.Join(", ", labels)}.");
        }
        return names.FirstOrDefault(n => !labels.Contains(n, StringComparer.OrdinalIgnoreCase)) is not { } unknown ? names
            : throw new UsageException($"{_keep.Name} '{unknown}': the model has no such class. It has: {string.Join(", ", labels)}.");
    }
}

/// <summary>Writes what is kept of images, the rest transparent or replaced.</summary>
internal sealed class Cutouts : IDisposable
{
    private readonly CompositeOptions _options;
    private readonly CompositeBackground? _background;
    private readonly RgbImage? _image;

    /// <param name="options">What is kept.</param>
    /// <param name="background">What takes the place of the rest; null: transparency.</param>
    public Cutouts(CompositeOptions options, CompositeBackground? background = null) => (_options, _background) = (options, background);

    /// <param name="options">What is kept.</param>
    /// <param name="image">The image that takes the place of the rest; disposed with this object.</param>
    public Cutouts(CompositeOptions options, RgbImage image)
        : this(options, CompositeBackground.Image(image)) => _image = image;

    public ImageOutput<SegmentationResult> Output => new(".cutout", ".png", Write);

    public void Dispose() => _image?.Dispose();

    private void Write(RgbImage source, SegmentationResult result, string path)
    {
        if (_background is null)
        {
            Compositor.SaveCutOut(source, result.Mask, path, _options);
            return;
        }
        using var composed = Compositor.Compose(source, result.Mask, _background, _options);
        composed.Save(path);
    }
}
