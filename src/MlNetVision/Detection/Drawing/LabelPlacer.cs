using SkiaSharp;

namespace MlNetVision.Detection;

/// <summary>
/// Finds places for labels: within the image, clear of the labels before, where they hide least. The time grows with the number of labels, not with
/// that of pixels: each has a fixed number of candidates, and what one hides is read from sums over areas.
/// </summary>
/// <param name="width">The width of the image in pixels.</param>
/// <param name="height">Its height.</param>
/// <param name="frames">The boxes, within the image.</param>
internal sealed class LabelPlacer(int width, int height, IReadOnlyList<SKRectI> frames)
{
    /// <summary>How often a label may move one line further from its box.</summary>
    private const int Rings = 6;

    /// <summary>What it costs to lie on another box, however large: labels are taken for those of the box that they lie in.</summary>
    private const double OnBox = 0.01;

    private readonly SummedAreas _shares = Sum(width, height, frames, cells => 1.0 / cells);
    private readonly SummedAreas _depths = Sum(width, height, frames, _ => 1);
    private readonly List<SKRectI> _taken = [];

    /// <summary>The width of the image.</summary>
    public int Width => width;

    /// <summary>
    /// The best place for a label, without taking it; null where there is none. The cost is the sum of the shares of boxes that it hides, and of
    /// a small preference for usual places.
    /// </summary>
    /// <param name="index">The index of its box.</param>
    /// <param name="plateWidth">The label's width in pixels.</param>
    /// <param name="plateHeight">Its height.</param>
    public (SKRectI Plate, double Cost)? Find(int index, int plateWidth, int plateHeight)
    {
        if (plateWidth > width || plateHeight > height) return null;
        var near = Near(frames[index], plateWidth, plateHeight);
        var taken = _taken.Where(x => x.IntersectsWith(near)).ToArray();
        var (best, least) = (default(SKRectI), double.PositiveInfinity);
        foreach (var (left, top, preference) in Candidates(frames[index], plateWidth, plateHeight))
        {
            var plate = SKRectI.Create(left, top, plateWidth, plateHeight);
            if (preference >= least || left < 0 || top < 0 || plate.Right > width || plate.Bottom > height) continue;
            var cost = preference + _shares.Of(plate) + OnBox * _depths.Mean(plate);
            if (cost >= least || Array.Exists(taken, x => x.IntersectsWith(plate))) continue;
            (best, least) = (plate, cost);
        }
        return double.IsFinite(least) ? (best, least) : null;
    }

    /// <summary>Takes a place: later labels stay clear of it.</summary>
    public void Take(SKRectI plate) => _taken.Add(plate);

    private static SummedAreas Sum(int width, int height, IReadOnlyList<SKRectI> frames, Func<int, double> weight)
    {
        var sums = new SummedAreas(width, height);
        foreach (var frame in frames) sums.Add(frame, weight);
        sums.Complete();
        return sums;
    }

    /// <summary>What the candidates can touch.</summary>
    private static SKRectI Near(SKRectI box, int plateWidth, int plateHeight) =>
        SKRectI.Inflate(box, plateWidth + (Rings + 1) * plateHeight, (Rings + 2) * plateHeight);

    /// <summary>Places for a label and how unusual they are: on the box, within it, below it, beside it, then further off in rings.</summary>
    private IEnumerable<(int Left, int Top, double Preference)> Candidates(SKRectI box, int plateWidth, int plateHeight)
    {
        // A box at the image's edge: its label slides along it.
        int Across(int left) => Math.Clamp(left, 0, width - plateWidth);
        int Down(int top) => Math.Clamp(top, 0, height - plateHeight);
        var (left, right) = (Across(box.Left), Across(box.Right - plateWidth));
        yield return (left, box.Top - plateHeight, 0);
        yield return (left, Down(box.Top), 0);
        yield return (right, box.Top - plateHeight, 0.01);
        yield return (right, Down(box.Top), 0.01);
        yield return (left, Down(box.Bottom - plateHeight), 0.03);
        yield return (right, Down(box.Bottom - plateHeight), 0.035);
        yield return (left, box.Bottom, 0.05);
        yield return (right, box.Bottom, 0.055);
        foreach (var (y, preference) in new[] { (Down(box.Top), 0.06), (Down(box.Bottom - plateHeight), 0.07) })
        {
            yield return (box.Right, y, preference);
            yield return (box.Left - plateWidth, y, preference + 0.005);
        }
        for (var ring = 1; ring <= Rings; ring++)
        {
            var (away, preference) = (ring * plateHeight, 0.1 + 0.03 * ring);
            var middle = Down(box.MidY - plateHeight / 2);
            int[] lefts = [left, right, Across(box.Left - away), Across(box.Right - plateWidth + away), Across(box.MidX - plateWidth / 2)];
            int[] tops = [Down(box.Top), middle, Down(box.Bottom - plateHeight), Down(box.Top - away), Down(box.Bottom - plateHeight + away)];
            foreach (var x in lefts)
            {
                yield return (x, box.Top - plateHeight - away, preference);
                yield return (x, box.Bottom + away, preference + 0.01);
                if (box.Height > 3 * plateHeight) yield return (x, box.Top + away, preference);
            }
            foreach (var y in tops)
            {
                yield return (box.Right + away, y, preference + 0.005);
                yield return (box.Left - plateWidth - away, y, preference + 0.01);
            }
        }
    }
}

/// <summary>
/// The sums of rectangles' weights over any area, each in constant time (Crow 1984, "Summed-area tables"), on cells of at least a pixel: 512 along
/// the longer side at most.
/// </summary>
internal sealed class SummedAreas
{
    private const int MostCells = 512;

    private readonly int _cell;
    private readonly int _columns;
    private readonly int _rows;
    private readonly double[] _sums;

    public SummedAreas(int width, int height)
    {
        _cell = (Math.Max(width, height) - 1) / MostCells + 1;
        // Edges are rounded to the nearest line between cells, so that what touches does not overlap; one column and row of zeros before.
        (_columns, _rows) = (width / _cell + 4, height / _cell + 4);
        _sums = new double[_columns * _rows];
    }

    /// <summary>Adds a weight to each cell of a rectangle, which has one at least.</summary>
    /// <param name="area">The rectangle in pixels.</param>
    /// <param name="weight">The weight of a cell, by their number.</param>
    public void Add(SKRectI area, Func<int, double> weight)
    {
        var (left, top, right, bottom) = Cells(area);
        var each = weight((right - left) * (bottom - top));
        _sums[(top + 1) * _columns + left + 1] += each;
        _sums[(top + 1) * _columns + right + 1] -= each;
        _sums[(bottom + 1) * _columns + left + 1] -= each;
        _sums[(bottom + 1) * _columns + right + 1] += each;
    }

    /// <summary>Ends the additions: from corners to weights, from weights to sums.</summary>
    public void Complete()
    {
        for (var pass = 0; pass < 2; pass++)
        {
            for (var y = 1; y < _rows; y++)
            {
                var row = 0.0;
                for (var x = 1; x < _columns; x++) _sums[y * _columns + x] = (row += _sums[y * _columns + x]) + _sums[(y - 1) * _columns + x];
            }
        }
    }

    /// <summary>The sum over a rectangle.</summary>
    public double Of(SKRectI area)
    {
        var (left, top, right, bottom) = Cells(area);
        return _sums[bottom * _columns + right] - _sums[top * _columns + right] - _sums[bottom * _columns + left] + _sums[top * _columns + left];
    }

    /// <summary>The mean of a rectangle's cells.</summary>
    public double Mean(SKRectI area)
    {
        var (left, top, right, bottom) = Cells(area);
        return Of(area) / ((right - left) * (bottom - top));
    }

    private (int Left, int Top, int Right, int Bottom) Cells(SKRectI area)
    {
        var (left, top) = ((area.Left + _cell / 2) / _cell, (area.Top + _cell / 2) / _cell);
        return (left, top, Math.Max(left + 1, (area.Right + _cell / 2) / _cell), Math.Max(top + 1, (area.Bottom + _cell / 2) / _cell));
    }
}
