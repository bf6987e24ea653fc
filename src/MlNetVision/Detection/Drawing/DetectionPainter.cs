using System.Globalization;
using MlNetVision.Imaging;
using SkiaSharp;

namespace MlNetVision.Detection;

/// <summary>
/// Draws detections in their classes' colours: masks, boxes (upright or turned), key points, and labels with name and score.
/// </summary>
/// <remarks>
/// Lines and text shrink with small boxes. A label stands on its box, within it or beside it, wherever it hides least of the other boxes; where
/// they are crowded, it stands further off, with a thin line to its box. No label covers another: one that finds no room is left out,
/// the lowest scores first.
/// </remarks>
public static class DetectionPainter
{
    private const int LongestLabel = 60;

    /// <summary>Draws detections on a copy of an image; the image itself is not changed.</summary>
    /// <param name="source">The image. The caller keeps it.</param>
    /// <param name="detections">
    /// What to draw, in pixels of the image; parts outside it are not drawn, nor is anything of a detection whose box lies outside. Higher scores
    /// are drawn over lower ones.
    /// </param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <returns>A new image of the same size; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">An option lies outside its range, or a mask has another size than the image.</exception>
    /// <exception cref="ObjectDisposedException">The image was disposed.</exception>
    public static RgbImage Draw(RgbImage source, IReadOnlyList<Detection> detections, DetectionPaintOptions? options = null) =>
        Draw(source, detections, options ?? new(), LabelFont.Create);

    internal static RgbImage Draw(RgbImage source, IReadOnlyList<Detection> detections, DetectionPaintOptions options, Func<float, LabelFont> fonts)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(detections);
        options.Validate();
        var painted = Prepare(detections, source.Width, source.Height, options);
        var copy = source.Clone();
        try
        {
            foreach (var detection in painted) MaskOverlay.Draw(copy, detection, options.MaskOpacity);
            using var canvas = new SKCanvas(copy.Bitmap);
            foreach (var detection in painted) BoxOutline.Draw(canvas, detection);
            foreach (var detection in painted) Skeleton.Draw(canvas, detection, options.KeyPointConfidence);
            using var sizes = new LabelFonts(fonts);
            LabelLayout.Draw(canvas, LabelLayout.Arrange(painted, copy.Width, copy.Height, options, sizes));
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    /// <summary>What is drawn of the detections within the image, lowest score first.</summary>
    internal static List<PaintedDetection> Prepare(
        IReadOnlyList<Detection> detections, int width, int height, DetectionPaintOptions options)
    {
        var painted = new List<PaintedDetection>(detections.Count);
        foreach (var detection in detections.OrderBy(x => x.Score))
        {
            var hull = RotatedBoxes.Hull(detection.Box, detection.Angle ?? 0).Clip(width, height);
            if (hull.IsEmpty || detection.Box.IsEmpty) continue;
            if (detection.Mask is { } mask && (mask.Width, mask.Height) != (width, height))
            {
                throw new ArgumentException(
                    $"The mask of a detection ({detection.Label}) is {mask.Width}×{mask.Height}; expected {width}×{height} as the image is.",
                    nameof(detections));
            }
            var frame = Frame(hull);
            painted.Add(new(
                detection, frame, options.LineWidth ?? Line(frame, width, height), ClassPalette.Color(detection.ClassIndex, options.ClassCount),
                Text(detection, options)));
        }
        return painted;
    }

    /// <summary>The reference length of lines and text: the mean of both sides, limited by the shorter one, so that panoramas stay visible.</summary>
    internal static float Length(int width, int height) => Math.Min(((float)width + height) / 2, 1.8f * Math.Min(width, height));

    /// <summary>A line of the image's reference width, at most a sixteenth of a box's shorter side.</summary>
    private static int Line(SKRectI frame, int width, int height)
    {
        var most = MathF.Round(Length(width, height) * 0.003f);
        return (int)Math.Max(1, Math.Min(most, MathF.Round(Math.Min(frame.Width, frame.Height) / 16f)));
    }

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
}

/// <summary>A detection as it is drawn.</summary>
/// <param name="Source">What was found.</param>
/// <param name="Frame">The whole pixels of its box, of a turned one those of its hull, within the image.</param>
/// <param name="Line">The width of lines in pixels.</param>
/// <param name="Color">The colour of its class.</param>
/// <param name="Text">The label; empty: none.</param>
internal sealed record PaintedDetection(Detection Source, SKRectI Frame, int Line, RgbColor Color, string Text)
{
    /// <summary>Whether the box is turned.</summary>
    public bool IsTurned => Source.Angle is not (null or 0);
}

/// <summary>How detections are drawn.</summary>
public sealed record DetectionPaintOptions
{
    /// <summary>
    /// The number of the model's classes: a class index beyond it starts again from the first colour. Null: all 80 colours of
    /// <see cref="ClassPalette"/> are used before they repeat. Either way a class has the same colour in every image. Default: null.
    /// </summary>
    public int? ClassCount { get; init; }

    /// <summary>
    /// The width of all lines in pixels, 1 to 1000; null: 0.3 % of the mean of the image's width and height, that mean being at most 1.8 times
    /// the shorter, and at most a sixteenth of a box's shorter side. Default: null.
    /// </summary>
    public int? LineWidth { get; init; }

    /// <summary>
    /// The size of all labels' text in pixels, 7 to 1000; null: 2.2 % of that mean, 11 at least, less at small boxes and where there is little
    /// room (down to 9; 7 for a label that would find no place), and no text on an image whose shorter side is below 80 pixels. Default: null.
    /// </summary>
    public float? TextSize { get; init; }

    /// <summary>Whether class names are written. Default: true.</summary>
    public bool ShowLabels { get; init; } = true;

    /// <summary>Whether scores are written, as per cent. Default: true.</summary>
    public bool ShowScores { get; init; } = true;

    /// <summary>The opacity of masks, 0 (their outline alone) to 1 (opaque). Default: 0.4.</summary>
    public float MaskOpacity { get; init; } = 0.4f;

    /// <summary>
    /// Key points with a score below this are not drawn, nor are lines to them, 0 to 1; points without a score always are. Default: 0.5.
    /// </summary>
    public float KeyPointConfidence { get; init; } = 0.5f;

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
        if (!(MaskOpacity is >= 0 and <= 1))
            throw new ArgumentException(FormattableString.Invariant($"The masks' opacity is {MaskOpacity}: 0 to 1 was expected."));
        if (!(KeyPointConfidence is >= 0 and <= 1))
            throw new ArgumentException(FormattableString.Invariant($"The key points' confidence is {KeyPointConfidence}: 0 to 1 was expected."));
    }
}
