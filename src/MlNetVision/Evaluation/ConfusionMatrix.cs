using System.Globalization;
using System.Text;
using System.Text.Json;
using MlNetVision.Files;

namespace MlNetVision.Evaluation;

/// <summary>Counts by true class (row) and predicted class (column). Immutable.</summary>
public sealed class ConfusionMatrix
{
    private readonly long[] _counts;
    private readonly long[] _truth;
    private readonly long[] _predicted;

    /// <summary>Makes a matrix of counts.</summary>
    /// <param name="labels">The names of the classes, at least one.</param>
    /// <param name="counts">Labels × labels numbers of at least 0, row by row; a row is a true class. Copied.</param>
    /// <exception cref="ArgumentException">There are no labels, another number of counts, or a negative one.</exception>
    public ConfusionMatrix(IReadOnlyList<string> labels, ReadOnlySpan<long> counts)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count == 0) throw new ArgumentException("A confusion matrix has at least one class.", nameof(labels));
        if (counts.Length != (long)labels.Count * labels.Count)
            throw new ArgumentException(
                $"{counts.Length} counts are given for {labels.Count} classes; expected {(long)labels.Count * labels.Count}.", nameof(counts));
        (Labels, _counts) = ([.. labels], counts.ToArray());
        (_truth, _predicted) = (new long[labels.Count], new long[labels.Count]);
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] < 0) throw new ArgumentException($"The count {counts[i]} is negative.", nameof(counts));
            var (row, column) = Math.DivRem(i, labels.Count);
            _truth[row] += counts[i];
            _predicted[column] += counts[i];
        }
    }

    /// <summary>The names of the classes, by index.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>How often the class <paramref name="truth"/> was predicted as <paramref name="predicted"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is out of range.</exception>
    public long this[int truth, int predicted] => _counts[Checked(truth) * Labels.Count + Checked(predicted)];

    /// <summary>The sum of a row: how often a class was true.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is out of range.</exception>
    public long Truth(int index) => _truth[Checked(index)];

    /// <summary>The sum of a column: how often a class was predicted.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is out of range.</exception>
    public long Predicted(int index) => _predicted[Checked(index)];

    /// <summary>The sum of the diagonal: the number of correct predictions.</summary>
    public long Correct => Enumerable.Range(0, Labels.Count).Sum(i => this[i, i]);

    /// <summary>The sum of all counts.</summary>
    public long Total => _truth.Sum();

    /// <summary>A count as a part of its row, 0 to 1; <see langword="null"/> where the class was never true.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is out of range.</exception>
    public double? Share(int truth, int predicted) => Truth(truth) is > 0 and var row ? (double)this[truth, predicted] / row : null;

    /// <summary>
    /// The counts as CSV: a header <c>truth,LABEL,LABEL,…</c> with the predicted classes, then one line per true class.
    /// Fields with commas, quotes or line breaks are quoted (RFC 4180). Lines end with a line feed.
    /// </summary>
    public string ToCsv()
    {
        var csv = new StringBuilder("truth");
        foreach (var label in Labels) csv.Append(',').Append(Csv.Field(label));
        csv.Append('\n');
        for (var row = 0; row < Labels.Count; row++)
        {
            csv.Append(Csv.Field(Labels[row]));
            for (var column = 0; column < Labels.Count; column++) csv.Append(CultureInfo.InvariantCulture, $",{this[row, column]}");
            csv.Append('\n');
        }
        return csv.ToString();
    }

    /// <summary>Writes the counts as the member <c>confusion</c> of a JSON object, one list per true class.</summary>
    internal void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartArray("confusion");
        for (var row = 0; row < Labels.Count; row++)
        {
            json.WriteStartArray();
            for (var column = 0; column < Labels.Count; column++) json.WriteNumberValue(this[row, column]);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    private int Checked(int index) => (uint)index < (uint)Labels.Count
        ? index
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"Expected a class from 0 to {Labels.Count - 1}.");
}
