namespace MlNetVision.Training;

/// <summary>
/// The features of a list of images, a row for each that could be read. Rows of the cache are memory-mapped from its file. Dispose the
/// matrix when no row is used any more.
/// </summary>
public sealed class FeatureMatrix : IDisposable
{
    private readonly ReadOnlyMemory<float>[] _rows;
    private readonly IDisposable? _mapped;

    internal FeatureMatrix(int columns, ReadOnlyMemory<float>[] rows, int[] images, IDisposable? mapped)
    {
        _rows = rows;
        _mapped = mapped;
        Columns = columns;
        Images = images;
    }

    /// <summary>The number of rows: of images that could be read.</summary>
    public int Rows => _rows.Length;

    /// <summary>The number of features of an image.</summary>
    public int Columns { get; }

    /// <summary>For each row the index of its image in the given list, ascending.</summary>
    public IReadOnlyList<int> Images { get; }

    /// <summary>The images that could not be read, in the order of the list.</summary>
    public IReadOnlyList<FeatureFailure> Failures { get; internal init; } = [];

    /// <summary>The number of images that went through the network, because the cache did not have them.</summary>
    public int Extracted { get; internal init; }

    /// <summary>The reason why the cache could not be read or written, in one sentence; null where it could.</summary>
    public string? CacheProblem { get; internal init; }

    /// <summary>The features of a row: <see cref="Columns"/> numbers, valid until this object is disposed.</summary>
    /// <param name="row">The row, 0 to <see cref="Rows"/> − 1.</param>
    public ReadOnlyMemory<float> Row(int row) => _rows[row];

    /// <inheritdoc/>
    public void Dispose() => _mapped?.Dispose();
}

/// <summary>An image without features, because it cannot be read.</summary>
/// <param name="Path">The path of the image.</param>
/// <param name="Error">The reason; the message names the image.</param>
public sealed record FeatureFailure(string Path, Exception Error);

/// <summary>The progress of feature extraction.</summary>
/// <param name="Done">Images that are done, failed ones and those found in the cache included.</param>
/// <param name="Total">All images.</param>
/// <param name="Cached">The number of images found in the cache at the start.</param>
/// <param name="Remaining">The estimated time left; null before the first image has gone through the network.</param>
/// <param name="CacheProblem">The reason why the cache cannot be used, in one sentence; null where it can.</param>
public readonly record struct FeatureProgress(int Done, int Total, int Cached, TimeSpan? Remaining, string? CacheProblem);
