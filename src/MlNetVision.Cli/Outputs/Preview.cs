using MlNetVision.Cli.Hosting;
using MlNetVision.Imaging;

namespace MlNetVision.Cli.Outputs;

/// <summary>Images that show how far long work has come.</summary>
internal static class Preview
{
    /// <summary>Writes one; where it cannot be written, that is said, since it is no reason to lose the work that it shows.</summary>
    public static void Save(RgbImage image, string file, Terminal terminal)
    {
        try
        {
            image.Save(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            terminal.Note($"the preview cannot be written: {Failure.Describe(e)}");
        }
    }
}
