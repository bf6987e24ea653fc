namespace MlNetVision.Classification;

/// <summary>A heat map of a class over an image.</summary>
public sealed class ClassHeatmap
{
    private readonly float[] _scores;
    private readonly HeatmapAxis _x;
    private readonly HeatmapAxis _y;

    internal ClassHeatmap(string image, int width, int height, ClassScore prediction, float[] scores, int columns, HeatmapAxis x, HeatmapAxis y)
    {
        (Image, Width, Height, Prediction, Columns, Rows) = (image, width, height, prediction, columns, scores.Length / columns);
        (_scores, _x, _y) = (scores, x, y);
    }

    /// <summary>The path of the image, or the name that the caller gave.</summary>
    public string Image { get; }

    /// <summary>The width of the upright image in pixels.</summary>
    public int Width { get; }

    /// <summary>Its height.</summary>
    public int Height { get; }

    /// <summary>The class, with the score that the classifier gives it for the image as a whole.</summary>
    public ClassScore Prediction { get; }

    /// <summary>The number of columns of the map.</summary>
    public int Columns { get; }

    /// <summary>The number of rows of the map.</summary>
    public int Rows { get; }

    /// <summary>
    /// The scores at the positions of the map, row by row from the top, 0 or more; <see cref="HeatmapOptions.Pooling"/> defines them.
    /// </summary>
    public ReadOnlySpan<float> Scores => _scores;

    /// <summary>The largest of <see cref="Scores"/>.</summary>
    public float Peak => _scores.Max();

    /// <summary>
    /// The score at every pixel of the image, row after row, <see cref="Width"/> × <see cref="Height"/> values: a Catmull–Rom spline through
    /// the positions of the map, with the outermost ones repeated beyond the border, within 0 and <see cref="Peak"/>.
    /// </summary>
    public float[] Upsample()
    {
        var map = new float[Width * Height];
        var rows = ReadRows();
        for (var y = 0; y < Height; y++) rows.Read(y, map.AsSpan(y * Width, Width));
        return map;
    }

    internal HeatmapRows ReadRows() => new(this, _x, _y);
}

/// <summary>Where the rows or columns of a heat map lie in the image.</summary>
/// <param name="Stride">Image pixels between neighbouring centres.</param>
/// <param name="First">The centre of the first one, in pixels from the image's edge.</param>
public readonly record struct HeatmapAxis(float Stride, float First)
{
    /// <summary>The centre of a pixel in rows or columns of the map; 0 is the centre of the first.</summary>
    internal double Position(int pixel) => (pixel + 0.5 - First) / Stride;
}

/// <summary>Interpolates a heat map to the image's size, row by row.</summary>
/// <remarks>
/// E. Catmull, R. Rom, "A class of local interpolating splines", 1974; tension ½ as R. Keys, "Cubic convolution interpolation", 1981.
/// </remarks>
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
