namespace MlNetVision.Classification;

/// <summary>Interpolates a heat map to the image's size, row by row.</summary>
/// <remarks>E. Catmull, R. Rom, "A class of local interpolating splines", 1974; tension ½ as R. Keys, "Cubic convolution interpolation", 1981.</remarks>
internal sealed class HeatmapRows
{
    private readonly float[][] _wide;
    private readonly HeatmapAxis _y;
    private readonly float _peak;

    public HeatmapRows(ClassHeatmap map, HeatmapAxis x, HeatmapAxis y)
    {
        (_y, _peak) = (y, map.Peak);
        _wide = [.. Enumerable.Range(0, map.Rows).Select(_ => new float[map.Width])];
        for (var pixel = 0; pixel < map.Width; pixel++)
        {
            var tap = new Tap(x.Position(pixel), map.Columns);
            for (var row = 0; row < map.Rows; row++)
            {
                var scores = map.Scores.Slice(row * map.Columns, map.Columns);
                for (var i = 0; i < 4; i++) _wide[row][pixel] += tap[i] * scores[tap.At(i)];
            }
        }
    }

    /// <summary>The scores of a row of pixels.</summary>
    public void Read(int pixel, Span<float> target)
    {
        var tap = new Tap(_y.Position(pixel), _wide.Length);
        target.Clear();
        for (var i = 0; i < 4; i++)
        {
            var (weight, row) = (tap[i], _wide[tap.At(i)]);
            for (var x = 0; x < target.Length; x++) target[x] += weight * row[x];
        }
        // The spline overshoots its points a little.
        foreach (ref var value in target) value = Math.Clamp(value, 0, _peak);
    }

    /// <summary>The weights of the four positions around a coordinate; positions beyond the border take the outermost.</summary>
    private readonly struct Tap
    {
        private readonly int _last;
        private readonly int _second;
        private readonly double _t;

        public Tap(double position, int count)
        {
            _last = count - 1;
            var within = Math.Clamp(position, 0, _last);
            _second = (int)within;
            _t = within - _second;
        }

        public float this[int i] => (float)(i switch
        {
            0 => _t * (-1 + (_t * (2 - _t))) / 2,
            1 => (2 + (_t * _t * ((3 * _t) - 5))) / 2,
            2 => _t * (1 + (_t * (4 - (3 * _t)))) / 2,
            _ => _t * _t * (_t - 1) / 2,
        });

        public int At(int i) => Math.Clamp(_second - 1 + i, 0, _last);
    }
}
