using MlNetVision.Imaging;

namespace MlNetVision.Training;

/// <summary>A picture of a data set that cannot be decoded.</summary>
/// <param name="Path">The file.</param>
/// <param name="Error">Why; it names the file.</param>
public readonly record struct UnreadablePicture(string Path, string Error)
{
    /// <summary>Decodes every picture of a data set, and tells which cannot be; <see cref="LabeledImages.Without"/> leaves them out.</summary>
    /// <param name="images">The data set.</param>
    /// <param name="progress">Is told how many pictures were looked at; null: nobody.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <returns>The unreadable ones, in the data set's order.</returns>
    /// <exception cref="OperationCanceledException">The search was stopped.</exception>
    public static IReadOnlyList<UnreadablePicture> Find(LabeledImages images, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        var errors = new string?[images.Images.Count];
        var done = 0;
        Parallel.For(0, errors.Length, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            errors[i] = ErrorOf(images.Images[i].Path);
            progress?.Report(Interlocked.Increment(ref done));
        });
        return [.. errors.Select((error, i) => (images.Images[i].Path, error)).Where(x => x.error is not null).Select(x => new UnreadablePicture(x.Path, x.error!))];
    }

    private static string? ErrorOf(string path)
    {
        try
        {
            Picture.Load(path).Dispose();
            return null;
        }
        catch (BadImageException e)
        {
            return e.Message;
        }
    }
}
