namespace MlNetVision.Detection;

/// <summary>The geometry of boxes that are turned about their centres, clockwise in radians.</summary>
internal static class RotatedBoxes
{
    /// <summary>The corners: those that are left top, right top, right bottom and left bottom before the box is turned.</summary>
    public static (float X, float Y)[] Corners(BoundingBox box, float angle)
    {
        if (angle == 0) return [(box.Left, box.Top), (box.Right, box.Top), (box.Right, box.Bottom), (box.Left, box.Bottom)];
        var (sin, cos) = MathF.SinCos(angle);
        var (x, y, halfWidth, halfHeight) = ((box.Left + box.Right) / 2, (box.Top + box.Bottom) / 2, box.Width / 2, box.Height / 2);
        var (acrossX, acrossY, downX, downY) = (halfWidth * cos, halfWidth * sin, -halfHeight * sin, halfHeight * cos);
        return
        [
            (x - acrossX - downX, y - acrossY - downY), (x + acrossX - downX, y + acrossY - downY),
            (x + acrossX + downX, y + acrossY + downY), (x - acrossX + downX, y - acrossY + downY),
        ];
    }

    /// <summary>The smallest upright box around a turned one.</summary>
    public static BoundingBox Hull(BoundingBox box, float angle)
    {
        if (angle == 0) return box;
        var corners = Corners(box, angle);
        return new(corners.Min(c => c.X), corners.Min(c => c.Y), corners.Max(c => c.X), corners.Max(c => c.Y));
    }

    /// <summary>Intersection over union of the areas of two turned boxes, 0 to 1.</summary>
    public static float IoU(BoundingBox a, float angleA, BoundingBox b, float angleB)
    {
        if (angleA == 0 && angleB == 0) return BoundingBox.IoU(a, b);
        if (a.IsEmpty || b.IsEmpty || BoundingBox.IoU(Hull(a, angleA), Hull(b, angleB)) == 0) return 0;
        return (float)IoU(Corners(a, angleA), Corners(b, angleB));
    }

    /// <summary>
    /// Intersection over union of the areas of two convex polygons that go clockwise, 0 to 1: one is clipped by the edges of the other (Sutherland and
    /// Hodgman, 1974).
    /// </summary>
    public static double IoU(IReadOnlyList<(float X, float Y)> a, IReadOnlyList<(float X, float Y)> b)
    {
        // About a near origin, and in double: areas of small boxes far away would lose their digits.
        var (originX, originY) = ((double)a[0].X, (double)a[0].Y);
        List<(double X, double Y)> polygon = [.. a.Select(c => (c.X - originX, c.Y - originY))];
        var clip = b.Select(c => (X: c.X - originX, Y: c.Y - originY)).ToArray();
        var areaA = Area(polygon);
        for (var i = 0; i < clip.Length && polygon.Count > 0; i++) polygon = Clip(polygon, clip[i], clip[(i + 1) % clip.Length]);
        var intersection = Area(polygon);
        // The areas of the same rounded corners, so that equal boxes give 1 and none more.
        return intersection <= 0 ? 0 : Math.Min(1, intersection / (areaA + Area(clip) - intersection));
    }

    /// <summary>The part of a polygon on the right hand of an edge, which is the inside of a clockwise one.</summary>
    private static List<(double X, double Y)> Clip(List<(double X, double Y)> polygon, (double X, double Y) from, (double X, double Y) to)
    {
        var clipped = new List<(double X, double Y)>(polygon.Count + 1);
        double Side((double X, double Y) p) => (to.X - from.X) * (p.Y - from.Y) - (to.Y - from.Y) * (p.X - from.X);
        for (var i = 0; i < polygon.Count; i++)
        {
            var (current, next) = (polygon[i], polygon[(i + 1) % polygon.Count]);
            var (here, there) = (Side(current), Side(next));
            if (here >= 0) clipped.Add(current);
            if (here * there >= 0) continue;
            var share = here / (here - there);
            clipped.Add((current.X + share * (next.X - current.X), current.Y + share * (next.Y - current.Y)));
        }
        return clipped;
    }

    private static double Area(IReadOnlyList<(double X, double Y)> polygon)
    {
        var twice = 0.0;
        for (int i = 0, j = polygon.Count - 1; i < polygon.Count; j = i++) twice += polygon[j].X * polygon[i].Y - polygon[i].X * polygon[j].Y;
        return Math.Abs(twice) / 2;
    }
}
