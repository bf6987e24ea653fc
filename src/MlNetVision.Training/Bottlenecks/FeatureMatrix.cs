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
