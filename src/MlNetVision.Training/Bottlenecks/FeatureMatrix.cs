namespace MlNetVision.Training;

/// <summary>
/// The features of a list of images, a row for each that could be read. Rows of the cache lie in the mapped file, not in
/// memory of the process; dispose the matrix when no row is used any more.
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

    /// <summary>For each row the position of its image in the list that was asked for, ascending.</summary>
    public IReadOnlyList<int> Images { get; }

    /// <summary>The images that could not be read, in the order of the list.</summary>
    public IReadOnlyList<FeatureFailure> Failures { get; internal init; } = [];

    /// <summary>How many images went through the network, as the cache did not have them.</summary>
    public int Extracted { get; internal init; }

    /// <summary>Why the cache could not be used or added to, in one sentence; null where it could.</summary>
    public string? CacheProblem { get; internal init; }

    /// <summary>The features of a row: <see cref="Columns"/> numbers, valid until this object is disposed.</summary>
    /// <param name="row">The row, 0 to <see cref="Rows"/> − 1.</param>
    public ReadOnlyMemory<float> Row(int row) => _rows[row];

    /// <inheritdoc/>
    public void Dispose() => _mapped?.Dispose();
}
