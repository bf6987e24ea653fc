using SkiaSharp;

namespace MlNetVision.Detection;

/// <summary>Draws the outlines of boxes. Lines lie within the box, so that they are visible where it touches the image's edge.</summary>
internal static class BoxOutline
{
    public static void Draw(SKCanvas canvas, PaintedDetection detection)
    {
        if (detection.IsTurned) DrawTurned(canvas, detection);
        else DrawUpright(canvas, detection);
    }

    private static void DrawUpright(SKCanvas canvas, PaintedDetection detection)
    {
        using var paint = new SKPaint { Color = detection.Color.ToSkia(), IsAntialias = false };
        var frame = detection.Frame;
        var line = Math.Min(detection.Line, Math.Min(frame.Width, frame.Height));
        canvas.DrawRect(frame.Left, frame.Top, frame.Width, line, paint);
        canvas.DrawRect(frame.Left, frame.Bottom - line, frame.Width, line, paint);
        canvas.DrawRect(frame.Left, frame.Top, line, frame.Height, paint);
        canvas.DrawRect(frame.Right - line, frame.Top, line, frame.Height, paint);
    }

    /// <summary>A stroke along the middle of the line, which is half its width within the box.</summary>
    private static void DrawTurned(SKCanvas canvas, PaintedDetection detection)
    {
        var (box, angle) = (detection.Source.Box, detection.Source.Angle ?? 0);
        var line = MathF.Min(detection.Line, MathF.Min(box.Width, box.Height));
        var middle = new BoundingBox(box.Left + line / 2, box.Top + line / 2, box.Right - line / 2, box.Bottom - line / 2);
        using var path = new SKPath();
        path.AddPoly([.. RotatedBoxes.Corners(middle, angle).Select(c => new SKPoint(c.X, c.Y))]);
        using var paint = new SKPaint
        {
            Color = detection.Color.ToSkia(), IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = line, StrokeJoin = SKStrokeJoin.Miter,
        };
        canvas.DrawPath(path, paint);
    }
}
