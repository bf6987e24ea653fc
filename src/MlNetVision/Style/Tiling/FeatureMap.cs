using Microsoft.ML.OnnxRuntime;

namespace MlNetVision.Style;

/// <summary>The feature map of a whole image, assembled from tiles.</summary>
/// <param name="channels">Its channels.</param>
/// <param name="width">Its width.</param>
/// <param name="height">Its height.</param>
/// <param name="spare">Rows that are no longer needed, for reuse by the next map.</param>
internal sealed class FeatureMap(int channels, int width, int height, Stack<float[]> spare) : IRegionSource
{
    // Row by row, each with all channels, so that a map is released while the next one grows.
    private readonly float[]?[] _rows = new float[height][];
    private float[] _region = [];
    private int _kept;

    public int Width => width;

    public int Height => height;

    /// <summary>Adds a tile's own part.</summary>
    public void Put(ReadOnlySpan<float> values, TilePart part)
    {
        var length = part.Columns.To - part.Columns.From;
        for (var y = part.Rows.From; y < part.Rows.To; y++)
        {
            var row = Row(part.Top + y - part.Rows.From);
            for (var c = 0; c < channels; c++)
                values.Slice((c * part.TileHeight + y) * part.TileWidth + part.Columns.From, length).CopyTo(row.AsSpan(c * width + part.Left));
        }
    }

    public OrtValue Region(int left, int top, int width, int height)
    {
        var size = channels * width * height;
        if (_region.Length != size) _region = new float[size];
        for (var y = 0; y < height; y++)
        {
            var row = Row(top + y);
            for (var c = 0; c < channels; c++) row.AsSpan(c * Width + left, width).CopyTo(_region.AsSpan((c * height + y) * width));
        }
        return OrtValue.CreateTensorValueFromMemory(_region, [1, channels, height, width]);
    }

    public void Forget(int row)
    {
        for (; _kept < row; _kept++)
        {
            spare.Push(_rows[_kept]!);
            _rows[_kept] = null;
        }
    }

    private float[] Row(int y) =>
        _rows[y] ??= spare.TryPeek(out var row) && row.Length >= channels * width ? spare.Pop() : new float[channels * width];
}
