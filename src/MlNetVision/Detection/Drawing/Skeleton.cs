using SkiaSharp;

namespace MlNetVision.Detection;

/// <summary>Draws key points as dots, and the lines between the 17 points of a person.</summary>
internal static class Skeleton
{
    /// <summary>
    /// The limbs between COCO's 17 points (nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles; of each pair the left one first), the
    /// list <c>skeleton</c> of its annotations, here from 0.
    /// </summary>
    private static readonly (int From, int To)[] PersonLimbs =
    [
        (15, 13), (13, 11), (16, 14), (14, 12), (11, 12), (5, 11), (6, 12), (5, 6), (5, 7), (6, 8), (7, 9), (8, 10),
        (1, 2), (0, 1), (0, 2), (1, 3), (2, 4), (3, 5), (4, 6),
    ];

    /// <summary>The opacity of the edges of lines and dots.</summary>
    private const byte Edge = 150;

    /// <summary>Draws the key points of a detection in its colour, with a thin edge that is seen on masks of the same colour.</summary>
    public static void Draw(SKCanvas canvas, PaintedDetection detection, float confidence)
    {
        if (detection.Source.KeyPoints is not { Count: > 0 } points) return;
        var edge = MathF.Max(0.75f, detection.Line / 3f);
        using var paint = new SKPaint { IsAntialias = true, StrokeCap = SKStrokeCap.Round };
        var (ink, color) = (ClassPalette.Legible(detection.Color).ToSkia().WithAlpha(Edge), detection.Color.ToSkia());
        var radius = detection.Line + 0.5f;
        foreach (var (shade, wider) in new[] { (ink, edge), (color, 0) })
        {
            paint.Color = shade;
            paint.StrokeWidth = detection.Line + 2 * wider;
            foreach (var (from, to) in points.Count == 17 ? PersonLimbs : [])
            {
                if (!IsSeen(points[from], confidence) || !IsSeen(points[to], confidence)) continue;
                canvas.DrawLine(points[from].X, points[from].Y, points[to].X, points[to].Y, paint);
            }
        }
        foreach (var (shade, wider) in new[] { (ink, edge), (color, 0) })
        {
            paint.Color = shade;
            foreach (var point in points.Where(p => IsSeen(p, confidence))) canvas.DrawCircle(point.X, point.Y, radius + wider, paint);
        }
    }

    private static bool IsSeen(KeyPoint point, float confidence) =>
        float.IsFinite(point.X) && float.IsFinite(point.Y) && (point.Score is not { } score || score >= confidence);
}
