using MlNetVision.Imaging;

namespace MlNetVision.Data;

/// <summary>An unreadable image of a data set.</summary>
/// <param name="Path">The file.</param>
/// <param name="Error">Why; it names the file.</param>
public readonly record struct UnreadableImage(string Path, string Error)
{
    /// <summary>Decodes every image of a data set to find the unreadable ones; <see cref="LabeledImages.Without"/> drops them.</summary>
    /// <param name="images">The data set.</param>
    /// <param name="progress">Receives the number of images checked; null: none.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The unreadable ones, in the data set's order.</returns>
    /// <exception cref="OperationCanceledException">The search was stopped.</exception>
    public static IReadOnlyList<UnreadableImage> Find(
        LabeledImages images, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        return Find([.. images.Images.Select(i => i.Path)], progress, cancellationToken);
    }

    /// <summary>Decodes images to find the unreadable ones.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="progress">Receives the number of images checked; null: none.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The unreadable ones, in order.</returns>
    /// <exception cref="OperationCanceledException">The search was stopped.</exception>
    public static IReadOnlyList<UnreadableImage> Find(
        IReadOnlyList<string> paths, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var errors = new string?[paths.Count];
        var done = 0;
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, errors.Length, options, i =>
        {
            errors[i] = ErrorOf(paths[i]);
            progress?.Report(Interlocked.Increment(ref done));
        });
        return [.. paths.Zip(errors).Where(x => x.Second is not null).Select(x => new UnreadableImage(x.First, x.Second!))];
    }

    private static string? ErrorOf(string path)
    {
        try
        {
            RgbImage.Load(path).Dispose();
            return null;
        }
        catch (BadImageException e)
        {
            return e.Message;
        }
    }
}
