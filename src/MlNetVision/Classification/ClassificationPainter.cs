using System.Globalization;
using MlNetVision.Imaging;
using SkiaSharp;

namespace MlNetVision.Classification;

/// <summary>Draws predictions over images: one line per class, with its score as a bar and in percent.</summary>
public static class ClassificationPainter
{
    private const int LongestLabel = 60;
    private static readonly SKColor Plate = new(20, 20, 20, 205);
    private static readonly SKColor Best = new(46, 160, 67);
    private static readonly SKColor Other = new(110, 118, 129);

    /// <summary>Draws the best classes at the bottom left of a copy of an image; the image itself is not changed.</summary>
    /// <param name="source">The image. The caller keeps it.</param>
    /// <param name="predictions">The classes, the best first. Scores outside 0 to 1 get no bar, and their number in place of percent.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <returns>A new image of the same size; the caller disposes it. An icon-sized image is returned unchanged.</returns>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    /// <exception cref="ObjectDisposedException">The image was disposed.</exception>
    public static RgbImage Draw(RgbImage source, IReadOnlyList<ClassScore> predictions, ClassificationPaintOptions? options = null) =>
        Draw(source, predictions, options ?? new(), LabelFont.Create);

    internal static RgbImage Draw(
        RgbImage source, IReadOnlyList<ClassScore> predictions, ClassificationPaintOptions options, Func<float, LabelFont> fonts)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(predictions);
        options.Validate();
        var copy = source.Clone();
        try
        {
            using var font = fonts(options.TextSize ?? SizeFor(source));
            using var canvas = new SKCanvas(copy.Bitmap);
            DrawLines(canvas, copy, predictions, options.Top, font);
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    private static float SizeFor(RgbImage image) =>
        Math.Clamp(Math.Min((image.Width + image.Height) * 0.015f, Math.Min(image.Width, image.Height) * 0.06f), 11, 1000);

    private static void DrawLines(SKCanvas canvas, RgbImage image, IReadOnlyList<ClassScore> predictions, int most, LabelFont font)
    {
        var (margin, line) = (font.Margin + 2, (int)MathF.Ceiling(font.Height) + font.Margin + 2);
        var count = Math.Min(Math.Min(predictions.Count, most), (image.Height - 3 * margin) / line);
        if (count <= 0) return;
        var shown = predictions.Take(count).ToList();
        var number = (int)MathF.Ceiling(shown.Max(p => font.Measure(Number(p.Score))));
        var bar = Math.Min((int)(5 * font.Height), image.Width / 4);
        var room = image.Width - bar - number - 7 * margin;
        var labels = shown.Select(p => font.Cut(LabelFont.OneLine(p.Label, LongestLabel), room)).ToList();
        var name = (int)MathF.Ceiling(labels.Max(font.Measure));
        if (room <= 0 || name == 0) return;
        var (left, top) = (margin, image.Height - margin - count * line - margin);
        using var paint = new SKPaint { Color = Plate };
        canvas.DrawRect(left, top, bar + number + name + 5 * margin, count * line + margin, paint);
        for (var i = 0; i < count; i++)
        {
            var middle = top + margin / 2f + i * line;
            var text = middle + (line - font.Height) / 2;
            paint.Color = i == 0 ? Best : Other;
            canvas.DrawRect(left + margin, middle + 2, Length(shown[i].Score) * bar, line - 4, paint);
            font.Draw(canvas, Number(shown[i].Score), left + 3 * margin + bar + number - font.Measure(Number(shown[i].Score)), text, SKColors.White);
            font.Draw(canvas, labels[i], left + 4 * margin + bar + number, text, SKColors.White);
        }
    }

    private static float Length(float score) => score is >= 0 and <= 1 ? score : 0;

    private static string Number(float score) => score is >= 0 and <= 1
        ? (100 * score).ToString(score < 0.0995f ? "0.0" : "0", CultureInfo.InvariantCulture) + "%"
        : score.ToString("0.00", CultureInfo.InvariantCulture);
}

/// <summary>How predictions are drawn over images.</summary>
public sealed record ClassificationPaintOptions
{
    /// <summary>How many classes are named at most, at least 1; fewer where the image has no room. Default: 5.</summary>
    public int Top { get; init; } = 5;

    /// <summary>
    /// The size of the text in pixels, 7 to 1000; null: 3 % of the mean of the image's width and height, at most 6 % of the shorter one, 11
    /// at least. Default: null.
    /// </summary>
    public float? TextSize { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    public void Validate()
    {
        if (Top < 1) throw new ArgumentException(FormattableString.Invariant($"The best {Top} classes are to be drawn: at least 1 was expected."));
        if (TextSize is not (null or >= LabelFont.Smallest and <= 1000))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The text size is {TextSize}: {LabelFont.Smallest} to 1000 pixels were expected."));
        }
    }
}
