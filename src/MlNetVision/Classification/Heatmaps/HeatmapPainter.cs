using System.Globalization;
using MlNetVision.Imaging;
using SkiaSharp;

namespace MlNetVision.Classification;

/// <summary>Draws heat maps over images.</summary>
public static class HeatmapPainter
{
    private static readonly SKColor Plate = new(20, 20, 20);

    // The part of the opacity at score 0: enough to see that the map covers the pixel.
    private const float LeastCover = 0.4f;

    /// <summary>Draws a map over a copy of an image; the image itself is not changed.</summary>
    /// <param name="source">The image. The caller keeps it.</param>
    /// <param name="map">The map of that image.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <returns>A new image, of the same size but for the strip below; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">An option lies outside its range, or the map is of an image of another size.</exception>
    public static RgbImage Draw(RgbImage source, ClassHeatmap map, HeatmapPaintOptions? options = null) =>
        Draw(source, map, options ?? new(), LabelFont.Create);

    internal static RgbImage Draw(RgbImage source, ClassHeatmap map, HeatmapPaintOptions options, Func<float, LabelFont> fonts)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(map);
        options.Validate();
        if ((source.Width, source.Height) != (map.Width, map.Height))
            throw new ArgumentException(
                $"The map is of an image of {map.Width}×{map.Height} pixels; this one has {source.Width}×{source.Height}.", nameof(map));
        using var font = fonts(options.TextSize ?? Math.Clamp((source.Width + source.Height) * 0.011f, 11, 1000));
        var strip = options.Legend ? (int)MathF.Ceiling(font.Height) + (4 * font.Margin) : 0;
        var result = RgbImage.Uninitialized(source.Width, source.Height + strip);
        try
        {
            // Avoids 0/0 for a map of zeros.
            var maximum = options.Maximum ?? Math.Max(map.Peak, float.Epsilon);
            Cover(source, result, map, options.Opacity, maximum);
            if (options.Legend) DrawLegend(result, source.Height, map, maximum, font);
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    private static void Cover(RgbImage source, RgbImage target, ClassHeatmap map, float opacity, float maximum)
    {
        var colors = HeatColors.All.Select(c => c.ToPixel()).ToArray();
        var covers = Enumerable.Range(0, 256).Select(i => (uint)MathF.Round(256 * opacity * (LeastCover + ((1 - LeastCover) * i / 255)))).ToArray();
        var rows = map.ReadRows();
        var scores = new float[map.Width];
        for (var y = 0; y < map.Height; y++)
        {
            rows.Read(y, scores);
            var from = source.Words.Slice(y * map.Width, map.Width);
            var to = target.Words.Slice(y * map.Width, map.Width);
            for (var x = 0; x < scores.Length; x++)
            {
                var level = (int)MathF.Round(255 * Math.Min(1, scores[x] / maximum));
                to[x] = PixelMix.Mix(from[x], colors[level], covers[level]);
            }
        }
        GC.KeepAlive(source);
        GC.KeepAlive(target);
    }

    /// <summary>The class and its score at the left; the colour scale and its range at the right.</summary>
    private static void DrawLegend(RgbImage target, int top, ClassHeatmap map, float maximum, LabelFont font)
    {
        using var canvas = new SKCanvas(target.Bitmap);
        using var paint = new SKPaint { Color = Plate };
        canvas.DrawRect(SKRect.Create(0, top, target.Width, target.Height - top), paint);
        var margin = 2 * font.Margin;
        var (low, high) = ("0", maximum.ToString("0.##", CultureInfo.InvariantCulture));
        var ramp = Math.Min(256, target.Width / 3);
        var right = target.Width - margin - font.Measure(high);
        var left = right - margin - ramp;
        var line = top + margin;
        for (var x = 0; x < ramp; x++)
        {
            paint.Color = HeatColors.All[x * 255 / Math.Max(1, ramp - 1)].ToSkia();
            canvas.DrawRect(SKRect.Create(MathF.Round(left) + x, line, 1, font.Height), paint);
        }
        font.Draw(canvas, high, right, line, SKColors.White);
        var before = left - font.Margin - font.Measure(low);
        font.Draw(canvas, low, before, line, SKColors.White);
        var score = map.Prediction.Score.ToString(" 0.00", CultureInfo.InvariantCulture);
        var label = font.Cut(LabelFont.OneLine(map.Prediction.Label, 60), before - (2 * margin) - font.Measure(score));
        font.Draw(canvas, label + score, margin, line, SKColors.White);
    }
}

/// <summary>How heat maps are drawn over images.</summary>
public sealed record HeatmapPaintOptions
{
    /// <summary>The opacity at the highest score, 0 (transparent) to 1 (opaque); it falls with the score. Default: 0.75.</summary>
    public float Opacity { get; init; } = 0.75f;

    /// <summary>The score of the lightest colour, above 0; null: the map's highest. Default: null.</summary>
    public float? Maximum { get; init; }

    /// <summary>Whether a strip below the image shows the class and the colour scale. Default: true.</summary>
    public bool Legend { get; init; } = true;

    /// <summary>
    /// The size of the strip's text in pixels, 7 to 1000; null: 2.2 % of the mean of the image's width and height, 11 at least. Default:
    /// null.
    /// </summary>
    public float? TextSize { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    public void Validate()
    {
        if (!(Opacity is >= 0 and <= 1)) throw new ArgumentException(FormattableString.Invariant($"The opacity is {Opacity}: 0 to 1 was expected."));
        if (Maximum is not (null or > 0))
            throw new ArgumentException(FormattableString.Invariant($"The maximum is {Maximum}: a number above 0 was expected."));
        if (TextSize is not (null or >= LabelFont.Smallest and <= 1000))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The text size is {TextSize}: {LabelFont.Smallest} to 1000 pixels were expected."));
        }
    }
}
