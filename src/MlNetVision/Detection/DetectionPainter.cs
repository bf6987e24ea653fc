using System.Globalization;
using MlNetVision.Imaging;
using SkiaSharp;

namespace MlNetVision.Detection;

/// <summary>Draws detections: boxes in their class's colour, with name and score on a background of the same colour.</summary>
public static class DetectionPainter
{
    /// <summary>Images with a shorter side get boxes only, unless a text size is given.</summary>
    private const int SmallestLabelled = 80;

    private const int LongestLabel = 60;

    /// <summary>Draws detections on a copy of an image; the image itself is not changed.</summary>
    /// <param name="source">The image. The caller keeps it.</param>
    /// <param name="detections">Boxes in pixels of the image; parts outside it are not drawn. Higher scores are drawn over lower ones.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <returns>A new image of the same size; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    /// <exception cref="ObjectDisposedException">The image was disposed.</exception>
    public static RgbImage Draw(RgbImage source, IReadOnlyList<Detection> detections, DetectionPaintOptions? options = null) =>
        Draw(source, detections, options ?? new(), LabelFont.Create);

    internal static RgbImage Draw(RgbImage source, IReadOnlyList<Detection> detections, DetectionPaintOptions options, Func<float, LabelFont> fonts)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(detections);
        options.Validate();
        var copy = source.Clone();
        try
        {
            using var canvas = new SKCanvas(copy.Bitmap);
            var labels = detections.OrderBy(x => x.Score).Where(x => !x.Box.Clip(copy.Width, copy.Height).IsEmpty)
                .Select(x => Layout(x, copy, options)).ToList();
            foreach (var label in labels) DrawBox(canvas, label);
            DrawLabels(canvas, copy, labels, options, fonts);
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    private static PaintedDetection Layout(Detection detection, RgbImage image, DetectionPaintOptions options)
    {
        var line = options.LineWidth ?? Math.Max(1, (int)MathF.Round(Length(image) * 0.003f));
        var color = ClassPalette.Color(detection.ClassIndex, options.ClassCount);
        return new(Frame(detection.Box.Clip(image.Width, image.Height)), line, color, Text(detection, options));
    }

    /// <summary>The reference length of lines and text: the mean of both sides, limited by the shorter one, so that panoramas stay visible.</summary>
    private static float Length(RgbImage image) =>
        Math.Min(((float)image.Width + image.Height) / 2, 1.8f * Math.Min(image.Width, image.Height));

    /// <summary>Whole pixels, so that lines are crisp; at least one.</summary>
    private static SKRectI Frame(BoundingBox box)
    {
        var (left, top) = ((int)MathF.Floor(box.Left), (int)MathF.Floor(box.Top));
        return new(left, top, Math.Max(left + 1, (int)MathF.Ceiling(box.Right)), Math.Max(top + 1, (int)MathF.Ceiling(box.Bottom)));
    }

    private static string Text(Detection detection, DetectionPaintOptions options)
    {
        var label = LabelFont.OneLine(options.ShowLabels ? detection.Label : "", LongestLabel);
        var score = options.ShowScores && float.IsFinite(detection.Score)
            ? (detection.Score * 100).ToString("0", CultureInfo.InvariantCulture) + "%"
            : "";
        return $"{label} {score}".Trim();
    }

    /// <summary>The line lies within the box, so that it is visible where the box touches the image's edge.</summary>
    private static void DrawBox(SKCanvas canvas, PaintedDetection label)
    {
        using var paint = new SKPaint { Color = label.Color.ToSkia(), IsAntialias = false };
        var (frame, line) = (label.Frame, Math.Min(label.Line, Math.Min(label.Frame.Width, label.Frame.Height)));
        canvas.DrawRect(frame.Left, frame.Top, frame.Width, line, paint);
        canvas.DrawRect(frame.Left, frame.Bottom - line, frame.Width, line, paint);
        canvas.DrawRect(frame.Left, frame.Top, line, frame.Height, paint);
        canvas.DrawRect(frame.Right - line, frame.Top, line, frame.Height, paint);
    }

    private static void DrawLabels(
        SKCanvas canvas, RgbImage image, List<PaintedDetection> labels, DetectionPaintOptions options, Func<float, LabelFont> fonts)
    {
        labels = labels.Where(x => x.Text.Length > 0).ToList();
        // On an icon-sized image legible labels would hide the objects.
        if (labels.Count == 0 || (options.TextSize is null && Math.Min(image.Width, image.Height) < SmallestLabelled)) return;
        var size = options.TextSize ?? Math.Clamp(Length(image) * 0.022f, 11, 1000);
        using var wanted = fonts(size);
        var widest = labels.Max(x => wanted.Measure(x.Text)) + 2 * wanted.Margin;
        // One size for all labels: the widest fits where that leaves it legible; otherwise it is cut.
        using var font = widest > image.Width ? fonts(Math.Max(LabelFont.Smallest, size * image.Width / widest)) : fonts(size);
        var plates = new LabelPlacer(image.Width, image.Height);
        // The best are placed first and drawn last.
        labels.Reverse();
        foreach (var (label, plate, text) in labels.Select(x => Place(x, plates, font, image)).Reverse())
            if (text.Length > 0) DrawLabel(canvas, label.Color, plate, text, font);
    }

    private static (PaintedDetection Label, SKRectI Plate, string Text) Place(
        PaintedDetection label, LabelPlacer plates, LabelFont font, RgbImage image)
    {
        var margin = font.Margin;
        var text = font.Cut(label.Text, image.Width - 2 * margin);
        var (width, height) = ((int)MathF.Ceiling(font.Measure(text)) + 2 * margin, (int)MathF.Ceiling(font.Height) + margin);
        // On an image of a few pixels a label would only hide it.
        if (text.Length == 0 || width > image.Width || height > image.Height) return (label, default, "");
        return (label, plates.Place(label.Frame, width, height), text);
    }

    private static void DrawLabel(SKCanvas canvas, RgbColor color, SKRectI plate, string text, LabelFont font)
    {
        using var paint = new SKPaint { Color = color.ToSkia(), IsAntialias = false };
        canvas.DrawRect(plate, paint);
        font.Draw(canvas, text, plate.Left + font.Margin, plate.Top + (plate.Height - font.Height) / 2, ClassPalette.Legible(color).ToSkia());
    }

    private readonly record struct PaintedDetection(SKRectI Frame, int Line, RgbColor Color, string Text);
}

/// <summary>How detections are drawn.</summary>
public sealed record DetectionPaintOptions
{
    /// <summary>
    /// The number of the model's classes, which spaces their colours evenly in hue; null: colours are spaced by the golden angle,
    /// which needs no number. Either way a class has the same colour in every image. Default: null.
    /// </summary>
    public int? ClassCount { get; init; }

    /// <summary>
    /// The width of the boxes' lines in pixels, 1 to 1000; null: 0.3 % of the mean of the image's width and height, that mean being at most
    /// 1.8 times the shorter. Default: null.
    /// </summary>
    public int? LineWidth { get; init; }

    /// <summary>
    /// The size of the text in pixels, 7 to 1000; null: 2.2 % of that mean, 11 at least, and no text on an image whose shorter side is below
    /// 80 pixels. Default: null.
    /// </summary>
    public float? TextSize { get; init; }

    /// <summary>Whether class names are written. Default: true.</summary>
    public bool ShowLabels { get; init; } = true;

    /// <summary>Whether scores are written, as per cent. Default: true.</summary>
    public bool ShowScores { get; init; } = true;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    public void Validate()
    {
        if (ClassCount < 1) throw new ArgumentException($"The number of classes is {ClassCount}: 1 or more was expected.");
        if (LineWidth is < 1 or > 1000) throw new ArgumentException($"The line width is {LineWidth}: 1 to 1000 pixels were expected.");
        if (TextSize is not (null or >= LabelFont.Smallest and <= 1000))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The text size is {TextSize}: {LabelFont.Smallest} to 1000 pixels were expected."));
        }
    }
}

/// <summary>Positions labels within the image, at their boxes, and clear of earlier labels where there is room.</summary>
internal sealed class LabelPlacer(int imageWidth, int imageHeight)
{
    private readonly List<SKRectI> _placed = [];

    /// <summary>Positions a label that is not larger than the image.</summary>
    public SKRectI Place(SKRectI box, int width, int height)
    {
        // In order of preference: on the box, within its top, below it, then one line further from each.
        ReadOnlySpan<int> tops = [box.Top - height, box.Top, box.Bottom, box.Top - 2 * height, box.Top + height, box.Bottom + height];
        var best = Within(box.Left, box.Top - height >= 0 ? box.Top - height : box.Top, width, height);
        foreach (var top in tops)
        {
            var plate = Within(box.Left, top, width, height);
            if (plate.Top != top || _placed.Exists(x => x.IntersectsWith(plate))) continue;
            best = plate;
            break;
        }
        _placed.Add(best);
        return best;
    }

    private SKRectI Within(int left, int top, int width, int height) =>
        SKRectI.Create(Math.Clamp(left, 0, imageWidth - width), Math.Clamp(top, 0, imageHeight - height), width, height);
}
