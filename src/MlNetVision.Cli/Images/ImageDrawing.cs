using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Imaging;

namespace MlNetVision.Cli.Images;

/// <summary>Writes a task's files of each image to the output folder; several threads may write at once.</summary>
internal sealed class ImageDrawing<TResult> where TResult : class
{
    private readonly IReadOnlyList<ImageOutput<TResult>> _outputs;
    private readonly Dictionary<string, string[]> _files = new(StringComparer.Ordinal);

    public ImageDrawing(ImageTask<TResult> task, OutputNames names, IReadOnlyList<ImageInput> inputs)
    {
        _outputs = task.Outputs;
        foreach (var input in inputs.Where(i => i.Error is null))
            _files[input.Path] = [.. _outputs.Select(o => names.Claim(input.RelativeName, o.EndingFor(input.RelativeName)))];
    }

    /// <summary>The files of an input, in the order of the task's outputs.</summary>
    public IReadOnlyList<string> FilesOf(string path) => _files[path];

    /// <summary>Writes the files of one image.</summary>
    /// <exception cref="BadImageException">A file cannot be written; the message names it.</exception>
    public void Draw(string path, RgbImage image, TResult result)
    {
        foreach (var (output, file) in _outputs.Zip(_files[path])) Write(output, path, image, result, file);
    }

    private static void Write(ImageOutput<TResult> output, string path, RgbImage image, TResult result, string file)
    {
        try
        {
            output.Write(image, result, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BadImageException($"{path}: the result cannot be written: {(e.Message.Contains(file, StringComparison.Ordinal) ? "" : $"{file}: ")}{e.Message}", e);
        }
    }
}
