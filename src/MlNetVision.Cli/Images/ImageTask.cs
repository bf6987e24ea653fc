using MlNetVision.Imaging;

namespace MlNetVision.Cli.Images;

/// <summary>What one command does with images; <see cref="ImageRun"/> does the rest.</summary>
/// <typeparam name="TResult">What the library answers for one image.</typeparam>
internal abstract class ImageTask<TResult> where TResult : class
{
    /// <summary>What an image may ask for; null: the default.</summary>
    public abstract ImageLimits? Limits { get; }

    /// <summary>Works on image files; one answer or error each, in order. Those that an interruption stopped have none.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="then">What else is done with an image while it is in memory, on several threads at once; or null.</param>
    /// <param name="cancellation">Stops the networks that are running.</param>
    public abstract IAsyncEnumerable<(string Path, TResult? Result, Exception? Error)> RunAsync(
        IReadOnlyList<string> paths, Action<string, RgbImage, TResult>? then, CancellationToken cancellation);

    /// <summary>Reads an image from standard input as this task's files are read; the caller disposes it.</summary>
    public virtual RgbImage Load(Stream input, string name) => RgbImage.Load(input, name, Limits);

    /// <summary>Works on an image from standard input; the token stops it where the library's method takes one.</summary>
    public abstract TResult Run(RgbImage image, string name, CancellationToken cancellation);

    /// <summary>The object that is one line of JSON.</summary>
    public abstract object ToJson(TResult result);

    /// <summary>The same, where the line names the files written; null: none were.</summary>
    public virtual object ToJson(TResult result, IReadOnlyList<string>? files) => ToJson(result);

    /// <summary>What a reader wants to know of one image, in one line.</summary>
    public abstract string Describe(TResult result);

    /// <summary>What is written to the output folder for each image.</summary>
    public abstract IReadOnlyList<ImageOutput<TResult>> Outputs { get; }

    /// <summary>Takes a result into the totals.</summary>
    public abstract void Count(TResult result);

    /// <summary>Lets go of a result once all is said of it.</summary>
    public virtual void Done(TResult result)
    {
    }

    /// <summary>The totals of all images counted, or null where there is nothing to total.</summary>
    public abstract Spectre.Console.Table? Totals();
}
