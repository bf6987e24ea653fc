using MlNetVision.Imaging;

namespace MlNetVision.Data;

/// <summary>The outline of an annotated object, in pixels of the upright image.</summary>
public sealed class ObjectShape
{
    private readonly int _width;
    private readonly int _height;
    private readonly LabelledShape _labelled;
    private readonly ImageHeader? _turn;

    /// <param name="labelled">The shape as the file of labels has it, in pixels.</param>
    /// <param name="width">The width of the upright image.</param>
    /// <param name="height">Its height.</param>
    /// <param name="turn">The image, where the shape counts in its stored pixels; null: in the upright ones.</param>
    internal ObjectShape(LabelledShape labelled, int width, int height, ImageHeader? turn) =>
        (_labelled, _width, _height, _turn) = (labelled, width, height, turn);

    /// <summary>The corners, clockwise, where the shape is one convex quadrilateral, as turned boxes are; else null.</summary>
    public IReadOnlyList<(float X, float Y)>? Corners
    {
        get
        {
            if (_labelled.Polygons is not [{ Length: 8 } points]) return null;
            var corners = Turned(points).Chunk(2).Select(p => (X: (float)p[0], Y: (float)p[1])).ToArray();
            var turns = corners.Select((b, i) => (A: corners[(i + 3) % 4], B: b, C: corners[(i + 1) % 4]))
                .Select(t => ((double)t.B.X - t.A.X) * ((double)t.C.Y - t.B.Y) - ((double)t.B.Y - t.A.Y) * ((double)t.C.X - t.B.X)).ToArray();
            if (turns.All(turn => turn >= 0)) return corners;
            return turns.All(turn => turn <= 0) ? [.. corners.Reverse()] : null;
        }
    }

    /// <summary>Draws the pixels: those whose centres lie inside a polygon by the even-odd rule, or those of runs.</summary>
    public InstanceMask ToMask()
    {
        var runs = _labelled.Polygons.SelectMany(polygon => ShapeRuns.OfPolygon(Turned(polygon), _width, _height));
        if (_labelled.Runs is { } own) runs = runs.Concat(ShapeRuns.Of(own).Select(Turned));
        return InstanceMask.FromRuns(_width, _height, runs);
    }

    private double[] Turned(double[] points)
    {
        if (_turn is not { } header) return points;
        var turned = new double[points.Length];
        for (var i = 0; i < points.Length; i += 2)
        {
            var point = new BoxCorners(points[i], points[i + 1], points[i], points[i + 1]).Turn(header);
            (turned[i], turned[i + 1]) = (point.Left, point.Top);
        }
        return turned;
    }

    private MaskRun Turned(MaskRun pixel)
    {
        if (_turn is not { } header) return pixel;
        var turned = new BoxCorners(pixel.X, pixel.Y, pixel.X + 1, pixel.Y + 1).Turn(header);
        return new((int)turned.Top, (int)turned.Left, 1);
    }
}

/// <summary>An outline as a file of labels has it.</summary>
/// <param name="Polygons">x and y in turn, in pixels or fractions; each is an area of its own.</param>
/// <param name="Runs">Pixels; null: none.</param>
internal sealed record LabelledShape(IReadOnlyList<double[]> Polygons, CocoRuns? Runs = null)
{
    /// <summary>The shape in pixels, of one in fractions.</summary>
    public LabelledShape Scale(double width, double height) =>
        new([.. Polygons.Select(points => points.Select((value, i) => value * (i % 2 == 0 ? width : height)).ToArray())], Runs);
}
