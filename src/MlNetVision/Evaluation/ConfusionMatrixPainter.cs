using MlNetVision.Detection;
using MlNetVision.Imaging;
using SkiaSharp;

namespace MlNetVision.Evaluation;

/// <summary>Draws a confusion matrix as a heat map, normalised by row.</summary>
public static class ConfusionMatrixPainter
{
    /// <summary>The most classes of a drawn matrix; ImageNet has 1,000.</summary>
    public const int MostClasses = ConfusionLayout.MostClasses;

    private const int LongestTitle = 200;
    private static readonly SKColor Ink = new(32, 32, 32);
    private static readonly SKColor Empty = new(236, 236, 236);
    private static readonly RgbColor Full = new(8, 48, 107);

    /// <summary>
    /// Draws a matrix: true classes by row, predicted ones by column, each cell's part of its row as colour (white 0, dark blue 100 %)
    /// and, up to 100 classes, as percent. Rows of classes that were never true are grey.
    /// </summary>
    /// <param name="matrix">The matrix; up to 1,024 classes, those beyond 256 without their names.</param>
    /// <param name="title">The title; null: none.</param>
    /// <returns>A new image, large enough for all numbers; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The matrix has more than 1,024 classes.</exception>
    public static RgbImage Draw(ConfusionMatrix matrix, string? title = null) => Draw(matrix, title, LabelFont.Create);

    internal static RgbImage Draw(ConfusionMatrix matrix, string? title, Func<float, LabelFont> fonts)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (matrix.Labels.Count > ConfusionLayout.MostClasses)
            throw new ArgumentException(
                $"The matrix has {matrix.Labels.Count} classes; at most {ConfusionLayout.MostClasses} are drawn.", nameof(matrix));
        var layout = new ConfusionLayout(matrix.Labels.Count);
        using var font = fonts(layout.LabelSize);
        var labels = matrix.Labels.Select(label => layout.HasNames ? Label(label, font) : "").ToList();
        title = LabelFont.OneLine(title, LongestTitle);
        var line = font.Height + ConfusionLayout.Gap;
        var names = labels.Max(font.Measure) + ConfusionLayout.Gap;
        var (left, top) = ((int)MathF.Ceiling(line + names), (int)MathF.Ceiling((title.Length > 0 ? line : 0) + line + names));
        var right = ConfusionLayout.ScaleWidth + font.Measure("100%") + 3 * ConfusionLayout.Gap;
        var width = Math.Max(left + layout.Side + right, font.Measure(title) + 2 * ConfusionLayout.Gap);
        return Paint((int)MathF.Ceiling(width), top + layout.Side + 2 * ConfusionLayout.Gap, canvas =>
        {
            font.Draw(canvas, title, ConfusionLayout.Gap, ConfusionLayout.Gap / 2, Ink);
            canvas.Translate(left, top);
            DrawNames(canvas, labels, font, layout, names);
            DrawCells(canvas, matrix, layout, fonts);
            canvas.Translate(layout.Side + ConfusionLayout.Gap, 0);
            DrawScale(canvas, font, layout);
        });
    }

    private static RgbImage Paint(int width, int height, Action<SKCanvas> draw)
    {
        var image = new RgbImage(width, height);
        try
        {
            using var canvas = new SKCanvas(image.Bitmap);
            canvas.Clear(SKColors.White);
            draw(canvas);
            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    private static void DrawNames(SKCanvas canvas, List<string> labels, LabelFont font, ConfusionLayout layout, float names)
    {
        const int Gap = ConfusionLayout.Gap / 2;
        var middle = (layout.Cell - font.Height) / 2;
        font.Draw(canvas, "predicted", (layout.Side - font.Measure("predicted")) / 2, -names - font.Height - Gap, Ink);
        DrawUpwards(canvas, "truth", -names - font.Height - Gap, (layout.Side + font.Measure("truth")) / 2, font);
        for (var i = 0; i < labels.Count; i++)
        {
            font.Draw(canvas, labels[i], -font.Measure(labels[i]) - Gap, i * layout.Cell + middle, Ink);
            DrawUpwards(canvas, labels[i], i * layout.Cell + middle, -Gap, font);
        }
    }

    private static void DrawUpwards(SKCanvas canvas, string text, float left, float bottom, LabelFont font)
    {
        canvas.Save();
        canvas.Translate(MathF.Round(left), MathF.Round(bottom));
        canvas.RotateDegrees(-90);
        font.Draw(canvas, text, 0, 0, Ink);
        canvas.Restore();
    }

    private static void DrawCells(SKCanvas canvas, ConfusionMatrix matrix, ConfusionLayout layout, Func<float, LabelFont> fonts)
    {
        using var font = fonts(Math.Max(1, layout.NumberSize));
        using var paint = new SKPaint { IsAntialias = false };
        for (var row = 0; row < layout.Classes; row++)
        {
            for (var column = 0; column < layout.Classes; column++)
            {
                var share = matrix.Share(row, column);
                var (x, y) = (column * layout.Cell, row * layout.Cell);
                paint.Color = share is { } part ? Color(part) : Empty;
                canvas.DrawRect(x, y, layout.Cell, layout.Cell, paint);
                var text = layout.Number(share ?? 0);
                if (text.Length > 0)
                    font.Draw(canvas, text, x + (layout.Cell - font.Measure(text)) / 2, y + (layout.Cell - font.Height) / 2, InkOn(share!.Value));
            }
        }
        if (layout.HasNames) DrawGrid(canvas, layout);
    }

    private static void DrawGrid(SKCanvas canvas, ConfusionLayout layout)
    {
        using var paint = new SKPaint { IsAntialias = false, Color = new(200, 200, 200) };
        for (var i = 0; i <= layout.Classes; i++)
        {
            canvas.DrawRect(i * layout.Cell, 0, 1, layout.Side + 1, paint);
            canvas.DrawRect(0, i * layout.Cell, layout.Side + 1, 1, paint);
        }
    }

    private static void DrawScale(SKCanvas canvas, LabelFont font, ConfusionLayout layout)
    {
        using var paint = new SKPaint { IsAntialias = false };
        for (var y = 0; y < layout.Side; y++)
        {
            paint.Color = Color(1 - (y + 0.5) / layout.Side);
            canvas.DrawRect(0, y, ConfusionLayout.ScaleWidth, 1, paint);
        }
        foreach (var percent in layout.Side < 200 ? new[] { 0, 100 } : [0, 25, 50, 75, 100])
        {
            var (left, top) = (ConfusionLayout.ScaleWidth + ConfusionLayout.Gap / 2, (100 - percent) * layout.Side / 100f - font.Height / 2);
            font.Draw(canvas, $"{percent}%", left, top, Ink);
        }
    }

    private static SKColor Color(double share) => Skia(Cell(share));

    private static SKColor InkOn(double share) => Skia(ClassPalette.Legible(Cell(share)));

    private static RgbColor Cell(double share) => new(Mix(Full.Red, share), Mix(Full.Green, share), Mix(Full.Blue, share));

    private static byte Mix(byte full, double share) => (byte)Math.Round(255 + (full - 255) * share);

    private static SKColor Skia(RgbColor color) => new(color.Red, color.Green, color.Blue);

    private static string Label(string text, LabelFont font) =>
        font.Cut(LabelFont.OneLine(text, ConfusionLayout.LongestLabel), ConfusionLayout.LongestLabel);
}

/// <summary>The layout of a drawn confusion matrix, in pixels.</summary>
/// <param name="Classes">The number of classes, 1 to <see cref="MostClasses"/>.</param>
internal sealed record ConfusionLayout(int Classes)
{
    /// <summary>The most classes that are drawn; ImageNet has 1,000.</summary>
    public const int MostClasses = 1024;

    /// <summary>Space around parts.</summary>
    public const int Gap = 12;

    /// <summary>The limit of a class name, in characters and in pixels; longer ones are cut.</summary>
    public const int LongestLabel = 200;

    /// <summary>The width of the colour scale.</summary>
    public const int ScaleWidth = 16;

    /// <summary>The side of a cell. Four characters fit up to 40 classes, three up to 100; beyond, cells have colours only.</summary>
    public int Cell => Classes switch { <= 12 => 56, <= 40 => 44, <= 100 => 30, <= 256 => 14, _ => 4 };

    /// <summary>The text size of the numbers; 0: none are written.</summary>
    public float NumberSize => Classes switch { <= 12 => 16, <= 40 => 13, <= 100 => 11, _ => 0 };

    /// <summary>The text size of names and titles.</summary>
    public float LabelSize => Classes switch { <= 40 => 16, <= 100 => 14, _ => 10 };

    /// <summary>Whether the classes' names fit beside the rows and columns.</summary>
    public bool HasNames => Classes <= 256;

    /// <summary>The length of the matrix's sides.</summary>
    public int Side => Classes * Cell;

    /// <summary>A part of a row as percent, with one decimal where there is room; empty where the row is empty.</summary>
    public string Number(double share)
    {
        if (share == 0 || NumberSize == 0) return "";
        var (percent, least, format) = (100 * share, Classes <= 40 ? 0.1 : 1, Classes <= 40 ? "0.0" : "0");
        if (percent < least / 2) return FormattableString.Invariant($"<{least}");
        return percent >= 99.95 ? "100" : percent.ToString(format, System.Globalization.CultureInfo.InvariantCulture);
    }
}
