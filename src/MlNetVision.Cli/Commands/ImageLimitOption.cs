using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Imaging;

namespace MlNetVision.Cli.Commands;

/// <summary><c>--max-megapixels COUNT</c>: how large an image may be.</summary>
internal static class ImageLimitOption
{
    private const int Million = 1_000_000;
    private const double Least = 0.000001; // one pixel
    private const double Most = 536; // what fits into one image's memory, see ImageLimits

    public static Option<double?> Create() => NumberOption.Create(
        "--max-megapixels", $"Larger images are refused, before memory is taken for them. [default: {ImageLimits.Default.MaxPixels / Million}]", "COUNT", Least, Most);

    /// <summary>What an image may ask for; null: the default.</summary>
    public static ImageLimits? Read(ParseResult parsed, Option<double?> option) =>
        parsed.GetValue(option) is { } most ? new ImageLimits { MaxPixels = (long)(most * Million) } : null;
}
