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
