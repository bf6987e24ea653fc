using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.Segmentation;

/// <summary>
/// Segments an image larger than the network's input at its own size, window by window. Scores fade into each other where windows
/// overlap. Only the zones between windows are stored: for C classes and zones of F pixels, C × F × (the image's width + the
/// window's height) floats, at most as many as the image has pixels or 12 million: with very many classes zones are narrower.
/// </summary>
internal sealed class WindowSegmenter(SegmentationSettings settings, NetworkInput input, string model = "the network")
{
    private const int FadeShare = 8;
    private const long MostWaiting = 12_000_000;

    private readonly SegmentationOutput _output = settings.Output;

    /// <summary>Whether an image is larger than the network's input, so that windows apply.</summary>
    public bool Serves(RgbImage image) => image.Width > input.Width || image.Height > input.Height;

    public SegmentationMask Segment(RgbImage image, NetworkRun run, PixelNormalization normalization, CancellationToken cancellationToken = default)
    {
        var blend = Blend(image.Width, image.Height, out var columns, out var rows);
        for (var r = 0; r < rows.Count; r++)
        {
            for (var c = 0; c < columns.Count; c++)
            {
                Crop(image, run.Resized, columns.Origin(c), rows.Origin(r));
                blend.Add(c, r, run.Run(normalization, cancellationToken)[0].Data);
            }
        }
        return new SegmentationMask(image.Width, image.Height, blend.Classes, settings.Labels, blend.Confidence) { IsMatte = _output.IsMatte };
    }

    /// <summary>An empty mask and the windows that fill it.</summary>
    internal WindowBlend Blend(int width, int height, out WindowAxis columns, out WindowAxis rows)
    {
        var maps = _output.Form == SegmentationForm.ClassMap;
        var most = maps ? 0 : Math.Max(1, Math.Max(MostWaiting, (long)width * height) / ((long)_output.Classes * (width + input.Height)));
        columns = new WindowAxis(width, input.Width, (int)Math.Min(most, input.Width / FadeShare));
        rows = new WindowAxis(height, input.Height, (int)Math.Min(most, input.Height / FadeShare));
        return new WindowBlend(_output, columns, rows, settings.WithConfidence && !maps, model);
    }

    // An image narrower or lower than the window is padded at its right and bottom; the padding is not read.
    private void Crop(RgbImage image, RgbImage window, int left, int top)
    {
        var width = Math.Min(window.Width, image.Width - left);
        var height = Math.Min(window.Height, image.Height - top);
        if (width < window.Width || height < window.Height) Fill(window.Pixels, settings.Resize.PadColor);
        for (var y = 0; y < height; y++)
        {
            var source = image.Pixels.Slice(((top + y) * image.Width + left) * 4, width * 4);
            source.CopyTo(window.Pixels[(y * window.Width * 4)..]);
        }
    }

    private static void Fill(Span<byte> pixels, RgbColor color)
    {
        for (var i = 0; i < pixels.Length; i += 4)
            (pixels[i], pixels[i + 1], pixels[i + 2], pixels[i + 3]) = (color.Red, color.Green, color.Blue, 255);
    }
}
