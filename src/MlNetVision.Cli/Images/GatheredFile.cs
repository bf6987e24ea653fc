using MlNetVision.Cli.Inputs;

namespace MlNetVision.Cli.Images;

/// <summary>
/// A file that gathers something of all images. It is written when the run ends: by <see cref="Land"/>, or, after an interruption or an error, when it is
/// disposed with images.
/// </summary>
/// <typeparam name="TResult">The library's result for one image.</typeparam>
internal abstract class GatheredFile<TResult> : IDisposable
{
    private int _images;
    private bool _hasLanded;

    /// <summary>What it is and where, for the user: "labels: labels/instances.json".</summary>
    public abstract string Name { get; }

    /// <summary>Adds an image.</summary>
    /// <returns>What is added, as the journal of the run keeps it.</returns>
    public string Add(ImageInput input, TResult result)
    {
        var entry = Describe(input, result);
        Add(input, entry);
        return entry;
    }

    /// <summary>Adds an image that an earlier run did.</summary>
    /// <param name="input">The image.</param>
    /// <param name="entry">What that run added.</param>
    public void Add(ImageInput input, string? entry)
    {
        _images++;
        Take(input, entry ?? throw new InvalidOperationException($"{input.Path}: the journal lacks what it added to the file of all images."));
    }

    /// <summary>Writes the file, also where there were no images.</summary>
    public void Land()
    {
        if (_hasLanded) return;
        _hasLanded = true; // what could not be written is not tried again
        Write();
    }

    public virtual void Dispose()
    {
        if (_images > 0) Land();
    }

    protected abstract string Describe(ImageInput input, TResult result);

    protected abstract void Take(ImageInput input, string entry);

    protected abstract void Write();
}
