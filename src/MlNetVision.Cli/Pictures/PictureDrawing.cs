using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Imaging;

namespace MlNetVision.Cli.Pictures;

/// <summary>Writes pictures with their results drawn in to the output folder; several threads may draw at once.</summary>
internal sealed class PictureDrawing<TResult> where TResult : class
{
    private readonly PictureTask<TResult> _task;
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);

    public PictureDrawing(PictureTask<TResult> task, string folder, IReadOnlyList<PictureInput> inputs)
    {
        _task = task;
        var names = new OutputNames(folder, inputs);
        foreach (var input in inputs.Where(i => i.Error is null)) _files[input.Path] = names.Claim(input.RelativeName, ExtensionOf(input.RelativeName));
    }

    /// <summary>The file of an input: in the input's format where that can be written, else PNG.</summary>
    public string FileOf(string path) => _files[path];

    /// <summary>Draws and writes one picture.</summary>
    /// <exception cref="BadImageException">The file cannot be written; the message names it.</exception>
    public void Draw(string path, Picture picture, TResult result)
    {
        try
        {
            using var drawn = _task.Draw(picture, result);
            drawn.Save(FileOf(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BadImageException($"{path}: the result cannot be written: {(e.Message.Contains(FileOf(path), StringComparison.Ordinal) ? "" : $"{FileOf(path)}: ")}{e.Message}", e);
        }
    }

    private static string ExtensionOf(string name)
    {
        var extension = Path.GetExtension(name);
        return extension.ToUpperInvariant() is ".JPG" or ".JPEG" or ".PNG" or ".WEBP" ? extension : ".png";
    }
}
