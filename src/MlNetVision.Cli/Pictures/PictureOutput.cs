using MlNetVision.Imaging;

namespace MlNetVision.Cli.Pictures;

/// <summary>A file that a task writes for each picture.</summary>
/// <param name="Suffix">What stands between the picture's name and the extension, such as <c>.mask</c>; or nothing.</param>
/// <param name="Extension">The extension with its dot, or null: the input's where that format can be written, else <c>.png</c>.</param>
/// <param name="Write">Writes the result of a picture to a path; called on several threads at once.</param>
internal sealed record PictureOutput<TResult>(string Suffix, string? Extension, Action<Picture, TResult, string> Write)
{
    /// <summary>What follows the picture's name.</summary>
    public string EndingFor(string input) => Suffix + (Extension ?? Path.GetExtension(input) switch
    {
        var known when known.ToUpperInvariant() is ".JPG" or ".JPEG" or ".PNG" or ".WEBP" => known,
        _ => ".png",
    });
}
