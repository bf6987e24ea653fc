using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MlNetVision.Training;

/// <summary>Rows of features with their classes, in memory.</summary>
public sealed class LabeledFeatures : IRowSource
{
    private readonly IReadOnlyList<ReadOnlyMemory<float>> _rows;
    private readonly IReadOnlyList<int> _labels;

    /// <summary>Wraps rows without copying them.</summary>
    /// <param name="rows">The features, all rows of one length.</param>
    /// <param name="labels">The class of each row, from 0.</param>
    /// <exception cref="ArgumentException">There are no rows, not as many labels as rows, rows of different lengths, or a negative class.</exception>
    public LabeledFeatures(IReadOnlyList<ReadOnlyMemory<float>> rows, IReadOnlyList<int> labels)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(labels);
        if (rows.Count == 0) throw new ArgumentException("There are no rows; expected one or more.", nameof(rows));
        if (labels.Count != rows.Count) throw new ArgumentException($"There are {labels.Count} labels for {rows.Count} rows.", nameof(labels));
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].Length != rows[0].Length || rows[i].IsEmpty)
                throw new ArgumentException(
                    $"Row {i} has {rows[i].Length} features and the first has {rows[0].Length}; expected one number, above 0.", nameof(rows));
            if (labels[i] < 0) throw new ArgumentException($"The class of row {i} is {labels[i]}, expected 0 or more.", nameof(labels));
        }
        (_rows, _labels) = (rows, labels);
    }

    /// <summary>The number of rows.</summary>
    public int Count => _rows.Count;

    /// <summary>The number of features per row.</summary>
    public int Columns => _rows[0].Length;

    /// <summary>The class of a row.</summary>
    public int Label(int row) => _labels[row];

    /// <summary>The features of a row.</summary>
    public ReadOnlyMemory<float> Row(int row) => _rows[row];

    /// <summary>The factor that gives the rows' lengths √Σx² this root mean square; 1 where all are zero.</summary>
    internal float ScaleFor(float norm)
    {
        var sum = 0d;
        foreach (var row in _rows) sum += TensorPrimitives.SumOfSquares(row.Span);
        return sum > 0 ? (float)(norm / Math.Sqrt(sum / Count)) : 1;
    }

    void IRowSource.Fill(int epoch, ReadOnlySpan<int> rows, Span<float> batch)
    {
        for (var i = 0; i < rows.Length; i++) _rows[rows[i]].Span.CopyTo(batch[(i * Columns)..]);
    }

    void IRowSource.Hash(IncrementalHash hash)
    {
        for (var i = 0; i < Count; i++)
        {
            hash.AppendData(MemoryMarshal.AsBytes(_rows[i].Span));
            hash.AppendData(BitConverter.GetBytes(_labels[i]));
        }
    }
}

/// <summary>The source of batches.</summary>
internal interface IRowSource
{
    int Count { get; }

    /// <summary>The number of floats per row.</summary>
    int Columns { get; }

    int Label(int row);

    /// <summary>Writes rows into a batch, one after the other. Randomness depends on the seed, the epoch and the row alone.</summary>
    void Fill(int epoch, ReadOnlySpan<int> rows, Span<float> batch);

    /// <summary>Adds the content of the rows to the hash of a set-up.</summary>
    void Hash(IncrementalHash hash);
}
