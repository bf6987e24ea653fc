using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Imaging;

namespace MlNetVision.Cli.Pictures;

/// <summary>Writes a task's files of each picture to the output folder; several threads may write at once.</summary>
internal sealed class PictureDrawing<TResult> where TResult : class
{
    private readonly IReadOnlyList<PictureOutput<TResult>> _outputs;
    private readonly Dictionary<string, string[]> _files = new(StringComparer.Ordinal);

    public PictureDrawing(PictureTask<TResult> task, OutputNames names, IReadOnlyList<PictureInput> inputs)
    {
        _outputs = task.Outputs;
        foreach (var input in inputs.Where(i => i.Error is null))
            _files[input.Path] = [.. _outputs.Select(o => names.Claim(input.RelativeName, o.EndingFor(input.RelativeName)))];
    }

    /// <summary>The files of an input, in the order of the task's outputs.</summary>
    public IReadOnlyList<string> FilesOf(string path) => _files[path];

    /// <summary>Writes the files of one picture.</summary>
    /// <exception cref="BadImageException">A file cannot be written; the message names it.</exception>
    public void Draw(string path, Picture picture, TResult result)
    {
        foreach (var (output, file) in _outputs.Zip(_files[path])) Write(output, path, picture, result, file);
    }

    private static void Write(PictureOutput<TResult> output, string path, Picture picture, TResult result, string file)
    {
        try
        {
            output.Write(picture, result, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BadImageException($"{path}: the result cannot be written: {(e.Message.Contains(file, StringComparison.Ordinal) ? "" : $"{file}: ")}{e.Message}", e);
        }
    }
}
