using MlNetVision.Imaging;

namespace MlNetVision.Training;

/// <summary>An image of a data set that cannot be decoded.</summary>
/// <param name="Path">The file.</param>
/// <param name="Error">Why; it names the file.</param>
public readonly record struct UnreadableImage(string Path, string Error)
{
    /// <summary>Decodes every image of a data set, and tells which cannot be; <see cref="LabeledImages.Without"/> leaves them out.</summary>
    /// <param name="images">The data set.</param>
    /// <param name="progress">Is told how many images were looked at; null: nobody.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <returns>The unreadable ones, in the data set's order.</returns>
    /// <exception cref="OperationCanceledException">The search was stopped.</exception>
    public static IReadOnlyList<UnreadableImage> Find(LabeledImages images, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        var errors = new string?[images.Images.Count];
        var done = 0;
        Parallel.For(0, errors.Length, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            errors[i] = ErrorOf(images.Images[i].Path);
            progress?.Report(Interlocked.Increment(ref done));
        });
        return [.. errors.Select((error, i) => (images.Images[i].Path, error)).Where(x => x.error is not null).Select(x => new UnreadableImage(x.Path, x.error!))];
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
