using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Onnx;
using Spectre.Console;

namespace MlNetVision.Cli.Images;

/// <summary>What one command does with images; <see cref="ImageRun"/> does the rest.</summary>
/// <typeparam name="TResult">The library's result for one image.</typeparam>
/// <param name="model">The model; the caller disposes it.</param>
internal abstract class ImageTask<TResult>(VisionModel<TResult> model) where TResult : class
{
    /// <summary>How large an image on standard input may be; null: the default.</summary>
    public ImageLimits? Limits { get; init; }

    /// <summary>The networks whose answers these are.</summary>
    public virtual IEnumerable<OnnxModel> Models => [model.Model];

    /// <summary>What is written for each image, to the output folder or to one of its own.</summary>
    public abstract IReadOnlyList<ImageOutput<TResult>> Outputs { get; }

    /// <summary>Opens the file that gathers something of all images, which the caller disposes; null: there is none.</summary>
    public virtual GatheredFile<TResult>? Gather() => null;

    /// <summary>Works on images; one outcome each, in order. Those that an interruption stopped have none.</summary>
    /// <param name="images">The images.</param>
    /// <param name="then">What else is done with an image while it is in memory, on several threads at once; or null.</param>
    /// <param name="cancellationToken">Stops the networks that are running.</param>
    public virtual IAsyncEnumerable<Outcome<TResult>> RunAsync(
        IEnumerable<ImageSource> images, Action<RgbImage, TResult>? then, CancellationToken cancellationToken) =>
        model.RunManyAsync(images, then, cancellationToken);

    /// <summary>Reads an image from standard input as this task's files are read; the caller disposes it.</summary>
    public virtual RgbImage Load(Stream input, string name) => RgbImage.Load(input, name, Limits);

    /// <summary>The image that a result belongs to, as the task was given it.</summary>
    public abstract string ImageOf(TResult result);

    /// <summary>The object that is one line of JSON.</summary>
    /// <param name="result">The result.</param>
    /// <param name="files">
    /// The files that were written for the image, in the order of <see cref="Outputs"/>, without those that have no folder; null: none.
    /// </param>
    public abstract object ToJson(TResult result, IReadOnlyList<string>? files);

    /// <summary>The result of one image in one line, for readers.</summary>
    public abstract string Describe(TResult result);

    /// <summary>Takes a result into the totals.</summary>
    public virtual void Count(TResult result)
    {
    }

    /// <summary>The totals of all images counted, or null where there is nothing to total.</summary>
    public virtual Table? Totals() => null;

    /// <summary>What is suspicious about all the images counted; null: nothing.</summary>
    public virtual string? Remark() => null;

    /// <summary>Frees a result after its last use.</summary>
    public virtual void Done(TResult result)
    {
    }
}

/// <summary>A file that a task writes for each image.</summary>
/// <param name="Suffix">What stands between the image's name and the extension, such as <c>.mask</c>; or nothing.</param>
/// <param name="Extension">The extension with its dot, or null: the input's where that format can be written, else <c>.png</c>.</param>
/// <param name="Write">Writes the result of an image to a path; called on several threads at once.</param>
internal sealed record ImageOutput<TResult>(string Suffix, string? Extension, Action<RgbImage, TResult, string> Write)
{
    /// <summary>The folder that it is written to; null: the output folder, where one is given.</summary>
    public string? Folder { get; init; }

    /// <summary>What follows the image's name.</summary>
    public string EndingFor(string input) => Suffix + (Extension ?? Path.GetExtension(input) switch
    {
        var known when known.ToUpperInvariant() is ".JPG" or ".JPEG" or ".PNG" or ".WEBP" => known,
        _ => ".png",
    });
}

/// <summary>A task as <c>demo</c> shows it.</summary>
/// <param name="Introduction">What is shown, in a sentence.</param>
/// <param name="Images">The images that come with the program, each with the name of its result.</param>
/// <param name="RunAsync">Runs the task with its bundled model.</param>
internal sealed record Demonstration(
    string Introduction, IReadOnlyList<(string Name, string Output)> Images, Func<ImageRun, CancellationToken, Task<int>> RunAsync);
