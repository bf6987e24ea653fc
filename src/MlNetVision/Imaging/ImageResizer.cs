namespace MlNetVision.Imaging;

/// <summary>Resizes images to a network's size by stretching, letterboxing or cropping.</summary>
public static class ImageResizer
{
    /// <summary>Makes a resized image; the source is not changed.</summary>
    /// <param name="source">The upright image.</param>
    /// <param name="options">The size to reach, and how.</param>
    /// <param name="geometry">The map between both images' pixels.</param>
    /// <returns>The resized image; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The options are outside their ranges.</exception>
    /// <exception cref="ObjectDisposedException">The source was disposed.</exception>
    public static RgbImage Resize(RgbImage source, ResizeOptions options, out ImageGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        var target = RgbImage.Uninitialized(options.Width, options.Height);
        try
        {
            geometry = Resize(source, target, options);
            return target;
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }

    /// <summary>Resizes into an image of the caller, without allocation; every pixel of the target is written.</summary>
    /// <param name="source">The upright image; it is not changed.</param>
    /// <param name="target">Another image, exactly of the size that the options name.</param>
    /// <param name="options">The size to reach, and how.</param>
    /// <returns>The map between both images' pixels.</returns>
    /// <exception cref="ArgumentException">The options are outside their ranges, or the target is the source or of another size.</exception>
    /// <exception cref="ObjectDisposedException">An image was disposed.</exception>
    public static ImageGeometry Resize(RgbImage source, RgbImage target, ResizeOptions options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        if (ReferenceEquals(source, target)) throw new ArgumentException("An image cannot be resized into itself.", nameof(target));
        if (target.Width != options.Width || target.Height != options.Height)
            throw new ArgumentException(
                $"The target has {target.Width}×{target.Height} pixels; the options ask for {options.Width}×{options.Height}.", nameof(target));
        var plan = ResizePlan.For(options, source.Width, source.Height);
        var left = (int)Math.Max(0, plan.Left);
        var top = (int)Math.Max(0, plan.Top);
        var width = (int)Math.Min(plan.Width, target.Width);
        var height = (int)Math.Min(plan.Height, target.Height);
        var inner = new ImageRegion(target, left, top, width, height);
        if (options.Border == BorderMode.Color) inner.FillOutside(options.PadColor.ToPixel());
        Fill(source, inner, plan, options.Resampler);
        if (options.Border == BorderMode.Reflect) inner.MirrorOutside();
        return ImageGeometry.For(options, source.Width, source.Height);
    }

    private static void Fill(RgbImage source, ImageRegion inner, ResizePlan plan, Resampler resampler)
    {
        var fromX = Math.Max(0, -plan.Left);
        var fromY = Math.Max(0, -plan.Top);
        if (plan.Width == source.Width && plan.Height == source.Height)
        {
            inner.CopyFrom(source, (int)fromX, (int)fromY);
            return;
        }
        using var columns = AxisTaps.For(resampler, source.Width, plan.Width, fromX, inner.Width);
        using var rows = AxisTaps.For(resampler, source.Height, plan.Height, fromY, inner.Height, areRows: true);
        if (resampler == Resampler.Nearest) inner.Pick(source, columns.Starts, rows.Starts);
        else SeparableResampler.Fill(source, inner, columns, rows, resampler);
    }
}

/// <summary>
/// The rectangle of the scaled image within the network's input, in whole pixels: padded where the offset is positive,
/// cropped where it is negative.
/// </summary>
/// <param name="Width">The width of the scaled image.</param>
/// <param name="Height">The height of the scaled image.</param>
/// <param name="Left">The input's column that its left edge lies on.</param>
/// <param name="Top">The input's row that its top edge lies on.</param>
internal readonly record struct ResizePlan(long Width, long Height, long Left, long Top)
{
    /// <summary>Computes the plan with the integer arithmetic of Darknet's <c>letterbox_image</c>, except for rounding to the nearest.</summary>
    public static ResizePlan For(ResizeOptions options, int imageWidth, int imageHeight)
    {
        long pw = imageWidth, ph = imageHeight, nw = options.Width, nh = options.Height;
        var widthLimits = nw * ph < nh * pw;
        var (width, height) = options.Mode switch
        {
            ResizeMode.Stretch => (nw, nh),
            ResizeMode.Letterbox when !options.Enlarge && pw <= nw && ph <= nh => (pw, ph),
            ResizeMode.Letterbox when widthLimits => (nw, Scaled(ph, nw, pw)),
            ResizeMode.Letterbox => (Scaled(pw, nh, ph), nh),
            // Down, as torchvision's Resize; the longer side still covers the input.
            ResizeMode.Crop when widthLimits => (pw * nh / ph, nh),
            ResizeMode.Crop => (nw, ph * nw / pw),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Mode, "Expected the mode Stretch, Letterbox or Crop."),
        };
        return options is { Mode: ResizeMode.Letterbox, Position: LetterboxPosition.TopLeft }
            ? new(width, height, 0, 0)
            : new(width, height, (nw - width) / 2, (nh - height) / 2);

        // The ratio first, and half to even: as Python's round(length * ratio) in the letterboxes of Ultralytics.
        long Scaled(long length, long to, long from) =>
            Math.Max(1, options.Rounding == LetterboxRounding.Nearest ? (long)Math.Round(length * ((double)to / from)) : length * to / from);
    }
}
