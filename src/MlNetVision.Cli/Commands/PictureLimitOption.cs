using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Imaging;

namespace MlNetVision.Cli.Commands;

/// <summary><c>--max-megapixels COUNT</c>: how large a picture may be.</summary>
internal static class PictureLimitOption
{
    private const int Million = 1_000_000;
    private const double Least = 0.000001; // one pixel
    private const double Most = 536; // what fits into one picture's memory, see PictureLimits

    public static Option<double?> Create() => NumberOption.Create(
        "--max-megapixels", $"Larger pictures are refused, before memory is taken for them. [default: {PictureLimits.Default.MaxPixels / Million}]", "COUNT", Least, Most);

    /// <summary>What a picture may ask for; null: the default.</summary>
    public static PictureLimits? Read(ParseResult parsed, Option<double?> option) =>
        parsed.GetValue(option) is { } most ? new PictureLimits { MaxPixels = (long)(most * Million) } : null;
}
