using MlNetVision.Files;
using MlNetVision.Imaging;

namespace MlNetVision.Segmentation;

/// <summary>Cuts classes out of images and composes them over another background.</summary>
public static class Compositor
{
    /// <summary>Keeps the chosen classes of an image and replaces the rest; the image itself is not changed.</summary>
    /// <param name="source">The image. The caller keeps it.</param>
    /// <param name="mask">The classes of its pixels: a mask of the same size. Its confidences, where it has them, guide the edges.</param>
    /// <param name="background">The new background.</param>
    /// <param name="options">The classes to keep and their edges; null: the defaults.</param>
    /// <returns>A new image of the same size; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">An option lies outside its range, a label is unknown, or the mask has another size than the image.</exception>
    /// <exception cref="ObjectDisposedException">An image was disposed.</exception>
    public static RgbImage Compose(RgbImage source, SegmentationMask mask, CompositeBackground background, CompositeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(background);
        using var colors = Refined(source, mask, options, out var matte);
        var result = background.Make(source, matte);
        AlphaBlend.Over((colors ?? source).Words, matte, result.Words);
        GC.KeepAlive(source);
        GC.KeepAlive(result);
        return result;
    }

    /// <summary>Keeps the chosen classes of an image and makes the rest transparent.</summary>
    /// <returns>The bytes of a PNG file of red, green, blue and alpha, 8 bits each; colours under full transparency are black.</returns>
    /// <inheritdoc cref="Compose"/>
    public static byte[] CutOut(RgbImage source, SegmentationMask mask, CompositeOptions? options = null)
    {
        using var colors = Refined(source, mask, options, out var matte);
        using var stream = new MemoryStream();
        Write(colors ?? source, matte, stream);
        return stream.ToArray();
    }

    /// <summary>Writes the kept classes, the rest transparent, to a PNG file; missing folders are created, and the file appears when it is complete.</summary>
    /// <param name="source">The image. The caller keeps it.</param>
    /// <param name="mask">The classes of its pixels: a mask of the same size. Its confidences, where it has them, guide the edges.</param>
    /// <param name="path">The file to write or replace, .png.</param>
    /// <param name="options">The classes to keep and their edges; null: the defaults.</param>
    /// <exception cref="ArgumentException">The extension is another, an option lies outside its range, a label is unknown, or the mask has another size than the image.</exception>
    /// <exception cref="ObjectDisposedException">The image was disposed.</exception>
    public static void SaveCutOut(RgbImage source, SegmentationMask mask, string path, CompositeOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (ImageFiles.FormatOf(path) != ImageFormat.Png) throw new ArgumentException($"{path}: cut-outs are written as .png, which holds alpha.", nameof(path));
        using var colors = Refined(source, mask, options, out var matte);
        AtomicFile.Write(path, stream => Write(colors ?? source, matte, stream));
    }

    /// <summary>The matte of an image: how much of each pixel is kept.</summary>
    /// <returns>0 (none) to 255 (all), row by row from the top.</returns>
    /// <inheritdoc cref="Compose"/>
    public static byte[] Matte(RgbImage source, SegmentationMask mask, CompositeOptions? options = null)
    {
        using var colors = Refined(source, mask, options, out var matte);
        return matte;
    }

    /// <summary>The matte, and the foreground's colours; null where they are the source's own.</summary>
    private static RgbImage? Refined(RgbImage source, SegmentationMask mask, CompositeOptions? options, out byte[] matte)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(mask);
        options ??= new();
        var kept = options.Kept(mask);
        mask.CheckCovers(source);
        var share = mask.Confidence.IsEmpty ? 0.003f : 0.01f;
        var feather = options.Feather ?? Math.Max(1, (int)MathF.Round((mask.Width + (float)mask.Height) / 2 * share));
        matte = MatteMaker.Make(mask, kept, feather);
        return options.CleanEdges && feather > 0 ? SoftEdges.Refine(source, mask, kept, matte, feather) : null;
    }

    private static void Write(RgbImage colors, byte[] matte, Stream stream)
    {
        using var png = new PngWriter(stream, colors.Width, colors.Height, PngColorType.Rgba);
        byte[] row = new byte[4 * colors.Width], above = new byte[row.Length];
        for (var y = 0; y < colors.Height; y++, (row, above) = (above, row))
        {
            var at = y * colors.Width;
            AlphaBlend.SetAlpha(colors.Words.Slice(at, colors.Width), matte.AsSpan(at, colors.Width), row);
            png.RowLessAbove(row, above);
        }
        png.Finish();
        GC.KeepAlive(colors);
    }
}
