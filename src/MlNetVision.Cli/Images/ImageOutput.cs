using MlNetVision.Imaging;

namespace MlNetVision.Cli.Images;

/// <summary>A file that a task writes for each image.</summary>
/// <param name="Suffix">What stands between the image's name and the extension, such as <c>.mask</c>; or nothing.</param>
/// <param name="Extension">The extension with its dot, or null: the input's where that format can be written, else <c>.png</c>.</param>
/// <param name="Write">Writes the result of an image to a path; called on several threads at once.</param>
internal sealed record ImageOutput<TResult>(string Suffix, string? Extension, Action<RgbImage, TResult, string> Write)
{
    /// <summary>What follows the image's name.</summary>
    public string EndingFor(string input) => Suffix + (Extension ?? Path.GetExtension(input) switch
    {
        var known when known.ToUpperInvariant() is ".JPG" or ".JPEG" or ".PNG" or ".WEBP" => known,
        _ => ".png",
    });
}
