using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Imaging;

namespace MlNetVision.Cli.Inputs;

/// <summary>Reads the image that an option names: one that cannot be read is a mistake of the command line, found before any work.</summary>
internal static class OptionImage
{
    /// <summary>The image, in sRGB; the caller disposes it.</summary>
    /// <exception cref="UsageException">It cannot be read.</exception>
    public static RgbImage Load(string option, string path, string expected = "") => Read(option, () => RgbImage.LoadSrgb(path), expected);

    /// <summary>Does what reads an image.</summary>
    /// <exception cref="UsageException">It cannot be read.</exception>
    public static T Read<T>(string option, Func<T> read, string expected = "")
    {
        try
        {
            return read();
        }
        catch (BadImageException e)
        {
            throw new UsageException($"{option}: {e.Message}{expected}");
        }
    }
}

/// <summary><c>--max-megapixels COUNT</c>: how large an image may be.</summary>
internal static class ImageLimitOption
{
    private const int Million = 1_000_000;
    private const double Least = 0.000001; // one pixel
    private const double Most = 536; // what fits into one image's memory, see ImageLimits

    public static Option<double?> Create() => NumberOption.Create(
        "--max-megapixels",
        $"Larger images are refused before they are decoded. [default: {ImageLimits.Default.MaxPixels / Million}]", "COUNT", Least, Most);

    /// <summary>How large an image may be; null: the default.</summary>
    public static ImageLimits? Read(ParseResult parsed, Option<double?> option) =>
        parsed.GetValue(option) is { } most ? new ImageLimits { MaxPixels = (long)(most * Million) } : null;
}
