using MlNetVision.Imaging;

namespace MlNetVision.Segmentation;

/// <summary>Draws masks over images: every class in its colour, with optional contours and legend.</summary>
public static class MaskPainter
{
    /// <summary>Draws a mask on a copy of an image; the image itself is not changed.</summary>
    /// <param name="source">The image. The caller keeps it.</param>
    /// <param name="mask">The classes of its pixels: a mask of the same size.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <returns>A new image, of the same size unless the legend stands below (see <see cref="SegmentationPaintOptions.Legend"/>); the caller disposes it.</returns>
    /// <exception cref="ArgumentException">An option lies outside its range, the mask has another size than the image, or the palette is shorter than the mask's classes.</exception>
    /// <exception cref="ObjectDisposedException">The image was disposed.</exception>
    public static RgbImage Draw(RgbImage source, SegmentationMask mask, SegmentationPaintOptions? options = null) =>
        Draw(source, mask, options ?? new(), LabelFont.Create);

    internal static RgbImage Draw(RgbImage source, SegmentationMask mask, SegmentationPaintOptions options, Func<float, LabelFont> fonts)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(mask);
        options.Validate();
        mask.CheckCovers(source);
        var palette = (options.Palette ?? ColorPalette.For(mask.Labels)).Cover(mask);
        var size = options.TextSize ?? Math.Clamp(Math.Min(MeanLength(source) * 0.022f, Math.Min(source.Width, source.Height) * 0.06f), 11, 1000);
        using var font = fonts(size);
        var legend = Legend.Make(mask, palette, options, font);
        var result = legend.Canvas(source);
        try
        {
            Tint(source, result, mask, palette, options);
            legend.Draw(result, mask);
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    private static float MeanLength(RgbImage image) => ((float)image.Width + image.Height) / 2;

    /// <summary>Writes the top left part of the target, as large as the source.</summary>
    private static void Tint(RgbImage source, RgbImage target, SegmentationMask mask, ColorPalette palette, SegmentationPaintOptions options)
    {
        var tint = new ClassTint(palette, mask.Labels, options);
        var width = options.ContourWidth ?? Math.Max(1, (int)MathF.Round(MeanLength(source) * 0.003f));
        var edges = new byte[options.Contours ? mask.Width : 0];
        for (var y = 0; y < mask.Height; y++)
        {
            var classes = mask.Classes.Slice(y * mask.Width, mask.Width);
            var row = target.Words.Slice(y * target.Width, mask.Width);
            tint.Blend(source.Words.Slice(y * mask.Width, mask.Width), classes, row);
            if (!options.Contours) continue;
            ContourRows.Find(mask, y, width, edges);
            tint.Fill(edges, classes, row);
        }
        GC.KeepAlive(source);
        GC.KeepAlive(target);
    }
}
