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
    /// <exception cref="ArgumentException">
    /// An option lies outside its range, a label is unknown, or the mask has another size than the image.
    /// </exception>
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

    /// <summary>
    /// Writes the kept classes, the rest transparent, to a PNG file; missing folders are created, and the file appears when it is complete.
    /// </summary>
    /// <param name="source">The image. The caller keeps it.</param>
    /// <param name="mask">The classes of its pixels: a mask of the same size. Its confidences, where it has them, guide the edges.</param>
    /// <param name="path">The file to write or replace, .png.</param>
    /// <param name="options">The classes to keep and their edges; null: the defaults.</param>
    /// <exception cref="ArgumentException">
    /// The extension is another, an option lies outside its range, a label is unknown, or the mask has another size than the image.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The image was disposed.</exception>
    public static void SaveCutOut(RgbImage source, SegmentationMask mask, string path, CompositeOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (ImageFiles.FormatOf(path) != ImageFormat.Png)
            throw new ArgumentException($"{path}: cut-outs are written as .png, which holds alpha.", nameof(path));
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
        matte = (options.Feather is null ? MatteMaker.Own(mask, kept) : null) ?? MatteMaker.Make(mask, kept, feather);
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

/// <summary>The classes of an image that are kept, and the softness of their edges.</summary>
public sealed record CompositeOptions
{
    private const string Background = "background";

    /// <summary>The labels (case ignored) of the classes that are kept; null: all but the one called "background". Default: null.</summary>
    public IReadOnlyList<string>? Keep { get; init; }

    /// <summary>
    /// The feather: the width of soft edges to either side of the outline in pixels, 0 (hard edges) to 1000; null: 1 % of the mean
    /// of the image's width and height where the mask has confidences, otherwise 0.3 %, 1 at least. Of a network that gives a matte
    /// (<see cref="SegmentationMask.IsMatte"/>) null takes its values as they are. Default: null.
    /// </summary>
    public int? Feather { get; init; }

    /// <summary>
    /// Whether soft edges follow the image's colours: pixels within the feather that look like the old background are not kept,
    /// and those kept in part take the colour of the foreground beside them, so that no rim of the old background is visible.
    /// False: edges and colours of the mask and the image. Default: true.
    /// </summary>
    public bool CleanEdges { get; init; } = true;

    /// <summary>Checks the range, and that the labels are the mask's.</summary>
    internal bool[] Kept(SegmentationMask mask)
    {
        if (Feather is < 0 or > 1000) throw new ArgumentException($"The feather is {Feather}: 0 to 1000 pixels were expected.");
        var kept = new bool[SegmentationMask.MaxClasses];
        if (Keep is null)
        {
            for (var i = 0; i < mask.Labels.Count; i++) kept[i] = !string.Equals(mask.Labels[i], Background, StringComparison.OrdinalIgnoreCase);
            return kept.AsSpan(0, mask.Labels.Count).Contains(false) ? kept
                : throw new ArgumentException(
                    $"The mask has no class '{Background}' to replace: name the classes to keep. {NearNames.Describe("", mask.Labels)}");
        }
        if (Keep.Count == 0) throw new ArgumentException($"No classes are kept. {NearNames.Describe("", mask.Labels)}");
        foreach (var label in Keep)
        {
            var found = Enumerable.Range(0, mask.Labels.Count).Where(i => string.Equals(mask.Labels[i], label, StringComparison.OrdinalIgnoreCase))
                .ToList();
            if (found.Count == 0)
                throw new ArgumentException($"The mask has no class '{label}' to keep. {NearNames.Describe(label ?? "", mask.Labels)}");
            foreach (var i in found) kept[i] = true;
        }
        return kept;
    }
}

/// <summary>The background that replaces the classes that are not kept.</summary>
public sealed class CompositeBackground
{
    private readonly Func<RgbImage, byte[], RgbImage> _make;

    private CompositeBackground(Func<RgbImage, byte[], RgbImage> make) => _make = make;

    /// <summary>Another image, scaled to cover and centred. The caller keeps it, and disposes it after the last use.</summary>
    public static CompositeBackground Image(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new((source, _) => ImageResizer.Resize(
            image, new() { Width = source.Width, Height = source.Height, Mode = ResizeMode.Crop, Resampler = Resampler.Area }, out var _));
    }

    /// <summary>One colour.</summary>
    public static CompositeBackground Color(RgbColor color) => new((source, _) =>
    {
        var plain = Imaging.RgbImage.Uninitialized(source.Width, source.Height);
        plain.Words.Fill(color.ToPixel());
        return plain;
    });

    /// <summary>The image itself, blurred by three box blurs, which approximate a Gaussian. Kept pixels do not bleed into it.</summary>
    /// <param name="radius">The Gaussian's standard deviation in pixels, 0.5 to 1000; null: 2 % of the mean of the image's width and height.</param>
    /// <exception cref="ArgumentException">The radius is outside its range.</exception>
    public static CompositeBackground Blur(float? radius = null)
    {
        if (radius is not (null or >= 0.5f and <= 1000))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The blur's radius is {radius}: 0.5 to 1000 pixels were expected."), nameof(radius));
        }
        return new((source, matte) => NormalizedBlur.Make(source, matte, radius ?? Math.Max(0.5f, ((float)source.Width + source.Height) / 100)));
    }

    /// <summary>A new image of the source's size.</summary>
    internal RgbImage Make(RgbImage source, byte[] matte) => _make(source, matte);
}
