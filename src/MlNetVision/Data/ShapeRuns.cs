namespace MlNetVision.Data;

/// <summary>The pixels of polygons and of COCO's runs, as runs within the rows of their image.</summary>
internal static class ShapeRuns
{
    /// <summary>A pixel belongs to a polygon where its centre lies inside (even-odd rule).</summary>
    /// <param name="polygon">x and y in turn; points may lie beyond the image.</param>
    /// <param name="width">The image's width in pixels.</param>
    /// <param name="height">Its height.</param>
    public static IEnumerable<MaskRun> OfPolygon(double[] polygon, int width, int height)
    {
        var (top, crossings) = Crossings(polygon, height);
        for (var y = 0; y < crossings.Length; y++)
        {
            if (crossings[y] is not { } row) continue;
            row.Sort();
            for (var i = 0; i + 1 < row.Count; i += 2)
            {
                var (from, to) = (Math.Clamp(Math.Ceiling(row[i] - 0.5), 0, width), Math.Clamp(Math.Ceiling(row[i + 1] - 0.5), 0, width));
                if (to > from) yield return new(top + y, (int)from, (int)(to - from));
            }
        }
    }

    /// <summary>The pixels of 1, one by one.</summary>
    public static IEnumerable<MaskRun> Of(CocoRuns runs)
    {
        foreach (var (start, length) in runs.Ones())
            for (var at = start; at < start + length; at++) yield return new((int)(at % runs.Height), (int)(at / runs.Height), 1);
    }

    /// <summary>Where the centre lines of rows cross edges, from the first row that one does.</summary>
    private static (int Top, List<double>?[] Rows) Crossings(double[] polygon, int height)
    {
        var hull = BoxCorners.Around(polygon)!.Value;
        var (top, bottom) = (Row(hull.Top), Row(hull.Bottom));
        var rows = new List<double>?[bottom - top];
        for (int i = polygon.Length - 2, j = 0; j < polygon.Length; i = j, j += 2)
        {
            var (x1, y1, x2, y2) = (polygon[i], polygon[i + 1], polygon[j], polygon[j + 1]);
            if (y1 > y2) (x1, y1, x2, y2) = (x2, y2, x1, y1);
            var last = Row(y2);
            for (var y = Row(y1); y < last; y++) (rows[y - top] ??= []).Add(x1 + (y + 0.5 - y1) / (y2 - y1) * (x2 - x1));
        }
        return (top, rows);

        // The first row whose centre is not above.
        int Row(double y) => (int)Math.Clamp(Math.Ceiling(y - 0.5), 0, height);
    }
}
