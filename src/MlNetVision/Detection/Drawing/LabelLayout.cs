using MlNetVision.Imaging;
using SkiaSharp;

namespace MlNetVision.Detection;

/// <summary>A label and where it stands.</summary>
/// <param name="Detection">What it names.</param>
/// <param name="Text">The text, cut to the image's width.</param>
/// <param name="Font">The font; the layout's fonts own it.</param>
/// <param name="Plate">The rectangle behind the text, within the image.</param>
internal sealed record PlacedLabel(PaintedDetection Detection, string Text, LabelFont Font, SKRectI Plate);

/// <summary>Sizes labels by their boxes, places and draws them.</summary>
internal static class LabelLayout
{
    /// <summary>Images with a shorter side get no labels, unless a text size is given: legible ones would hide the objects.</summary>
    private const int SmallestLabelled = 80;

    /// <summary>The smallest text, unless a label would find no place with it.</summary>
    private const float Small = 9;

    /// <summary>The text's size as a part of the root of a box's area: a short label is then about as wide as the box.</summary>
    private const float PartOfBox = 0.2f;

    /// <summary>The cost of a place beyond which smaller text is tried: a quarter of a box hidden.</summary>
    private const double MuchHidden = 0.25;

    /// <summary>Sizes and places the labels that have room, lowest score first; the highest are placed first.</summary>
    public static List<PlacedLabel> Arrange(
        List<PaintedDetection> detections, int width, int height, DetectionPaintOptions options, LabelFonts fonts)
    {
        var placed = new List<PlacedLabel>();
        if (options.TextSize is null && Math.Min(width, height) < SmallestLabelled) return placed;
        var placer = new LabelPlacer(width, height, [.. detections.Select(x => x.Frame)]);
        for (var i = detections.Count - 1; i >= 0; i--)
        {
            if (detections[i].Text.Length > 0 && Place(detections[i], i, placer, Sizes(detections[i], width, height, options), fonts) is { } label)
                placed.Add(label);
        }
        placed.Reverse();
        return placed;
    }

    /// <summary>Draws labels; the last one is drawn last. Lines to boxes lie under all of them.</summary>
    public static void Draw(SKCanvas canvas, List<PlacedLabel> labels)
    {
        foreach (var label in labels) LabelLeader.Draw(canvas, label);
        foreach (var (detection, text, font, plate) in labels)
        {
            using var paint = new SKPaint { Color = detection.Color.ToSkia(), IsAntialias = false };
            canvas.DrawRect(plate, paint);
            var ink = ClassPalette.Legible(detection.Color).ToSkia();
            font.Draw(canvas, text, plate.Left + font.Margin, plate.Top + (plate.Height - font.Height) / 2, ink);
        }
    }

    /// <summary>The sizes of text to try, the wanted one first.</summary>
    private static float[] Sizes(PaintedDetection detection, int width, int height, DetectionPaintOptions options)
    {
        if (options.TextSize is { } size) return [size];
        var full = Math.Clamp(DetectionPainter.Length(width, height) * 0.022f, 11, 1000);
        var box = MathF.Sqrt((float)detection.Frame.Width * detection.Frame.Height);
        var wanted = MathF.Round(Math.Clamp(box * PartOfBox, Small, full));
        return wanted > Small ? [wanted, Small, LabelFont.Smallest] : [Small, LabelFont.Smallest];
    }

    private static PlacedLabel? Place(PaintedDetection detection, int index, LabelPlacer placer, float[] sizes, LabelFonts fonts)
    {
        PlacedLabel? best = null;
        var least = double.PositiveInfinity;
        foreach (var size in sizes)
        {
            var font = fonts[size];
            // A label that is wider than the image is tried smaller, and cut if it has to be.
            var isWide = font.Measure(detection.Text) + 2 * font.Margin > placer.Width;
            if (size < Small && best is not null || isWide && size > sizes[^1]) continue;
            var text = font.Cut(detection.Text, placer.Width - 2 * font.Margin);
            var plate = new SKSizeI((int)MathF.Ceiling(font.Measure(text)) + 2 * font.Margin, (int)MathF.Ceiling(font.Height) + font.Margin);
            if (text.Length == 0 || placer.Find(index, plate.Width, plate.Height) is not { } place || place.Cost >= least) continue;
            (best, least) = (new(detection, text, font, place.Plate), place.Cost);
            if (least <= MuchHidden) break;
        }
        if (best is not null) placer.Take(best.Plate);
        return best;
    }
}

/// <summary>The fonts of one drawing, one for each size.</summary>
internal sealed class LabelFonts(Func<float, LabelFont> create) : IDisposable
{
    private readonly Dictionary<float, LabelFont> _fonts = [];

    public LabelFont this[float size] => _fonts.TryGetValue(size, out var font) ? font : _fonts[size] = create(size);

    public void Dispose()
    {
        foreach (var font in _fonts.Values) font.Dispose();
    }
}

/// <summary>The thin line from a label that stands apart to its box.</summary>
internal static class LabelLeader
{
    public static void Draw(SKCanvas canvas, PlacedLabel label)
    {
        var (from, to) = Between(label);
        if (SKPoint.Distance(from, to) < 2) return;
        using var paint = new SKPaint
        {
            Color = label.Detection.Color.ToSkia(), IsAntialias = true, StrokeWidth = MathF.Max(1, label.Detection.Line / 2f),
        };
        canvas.DrawLine(from, to, paint);
    }

    /// <summary>The nearest points of plate and box, near enough: from the plate's centre to the box, and back.</summary>
    private static (SKPoint From, SKPoint To) Between(PlacedLabel label)
    {
        var plate = label.Plate;
        var (from, to) = (new SKPoint(plate.MidX, plate.MidY), default(SKPoint));
        for (var round = 0; round < 3; round++)
        {
            to = OnBox(label.Detection, from);
            from = new(Math.Clamp(to.X, plate.Left, plate.Right), Math.Clamp(to.Y, plate.Top, plate.Bottom));
        }
        return (from, to);
    }

    private static SKPoint OnBox(PaintedDetection detection, SKPoint point)
    {
        var frame = detection.Frame;
        if (!detection.IsTurned) return new(Math.Clamp(point.X, frame.Left, frame.Right), Math.Clamp(point.Y, frame.Top, frame.Bottom));
        var corners = detection.Source.Corners.Select(c => new SKPoint(c.X, c.Y)).ToArray();
        return Enumerable.Range(0, 4).Select(i => OnSegment(corners[i], corners[(i + 1) % 4], point)).MinBy(p => SKPoint.Distance(p, point));
    }

    private static SKPoint OnSegment(SKPoint from, SKPoint to, SKPoint point)
    {
        var (along, away) = (to - from, point - from);
        var length = along.LengthSquared;
        var part = length > 0 ? Math.Clamp((along.X * away.X + along.Y * away.Y) / length, 0, 1) : 0;
        return new(from.X + part * along.X, from.Y + part * along.Y);
    }
}
