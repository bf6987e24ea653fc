namespace MlNetVision.Classification;

/// <summary>A heat map of a class over an image.</summary>
public sealed class ClassHeatmap
{
    private readonly float[] _scores;
    private readonly HeatmapAxis _x;
    private readonly HeatmapAxis _y;

    internal ClassHeatmap(string image, int width, int height, ClassScore answer, float[] scores, int columns, HeatmapAxis x, HeatmapAxis y)
    {
        (Image, Width, Height, Answer, Columns, Rows) = (image, width, height, answer, columns, scores.Length / columns);
        (_scores, _x, _y) = (scores, x, y);
    }

    /// <summary>The path of the image, or the name that the caller gave.</summary>
    public string Image { get; }

    /// <summary>The width of the upright image in pixels.</summary>
    public int Width { get; }

    /// <summary>Its height.</summary>
    public int Height { get; }

    /// <summary>The class, with the score that the classifier gives it for the image as a whole.</summary>
    public ClassScore Answer { get; }

    /// <summary>The number of columns of the map.</summary>
    public int Columns { get; }

    /// <summary>The number of rows of the map.</summary>
    public int Rows { get; }

    /// <summary>The scores at the positions of the map, row by row from the top, 0 or more; <see cref="HeatmapOptions.Pooling"/> defines them.</summary>
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
