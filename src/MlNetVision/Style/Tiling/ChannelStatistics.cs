namespace MlNetVision.Style;

/// <summary>Mean and variance of each channel of a feature map, collected tile by tile.</summary>
internal sealed class ChannelStatistics
{
    private double[] _sums = [];
    private double[] _squares = [];
    private long _count;

    /// <summary>The mean of each channel.</summary>
    public IEnumerable<double> Means => _sums.Select(s => s / _count);

    /// <summary>The population variance of each channel. In double precision, E[x²] − μ² is accurate enough.</summary>
    public IEnumerable<double> Variances => _squares.Zip(Means, (s, mean) => Math.Max(0, s / _count - mean * mean));

    /// <summary>Adds a tile's own part of a feature map 1 × C × H × W.</summary>
    public void Add(ReadOnlySpan<float> values, TilePart part)
    {
        var (columns, rows) = (part.Columns, part.Rows);
        var channels = values.Length / (part.TileWidth * part.TileHeight);
        if (_sums.Length == 0) (_sums, _squares) = (new double[channels], new double[channels]);
        for (var c = 0; c < channels; c++)
        {
            for (var y = rows.From; y < rows.To; y++) Add(values.Slice((c * part.TileHeight + y) * part.TileWidth + columns.From, columns.To - columns.From), c);
        }
        _count += (long)(rows.To - rows.From) * (columns.To - columns.From);
    }

    private void Add(ReadOnlySpan<float> row, int channel)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var v in row)
        {
            sum += v;
            squares += (double)v * v;
        }
        _sums[channel] += sum;
        _squares[channel] += squares;
    }
}
