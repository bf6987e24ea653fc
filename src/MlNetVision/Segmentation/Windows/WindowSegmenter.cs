using MlNetVision.Imaging;
using MlNetVision.Pipelines;

namespace MlNetVision.Segmentation;

/// <summary>
/// Segments a picture larger than the network's input at its own size, window by window. Scores fade into each other where windows
/// overlap. Only the zones between windows are kept: for classes C and zones of F pixels, F × width × C floats.
/// </summary>
internal sealed class WindowSegmenter(SegmentationSettings settings, NetworkInput input)
{
    private const int FadeShare = 8;

    private readonly SegmentationOutput _output = settings.Output;

    /// <summary>Whether a picture is larger than the network's input, so that windows serve.</summary>
    public bool Serves(Picture picture) => picture.Width > input.Width || picture.Height > input.Height;

    public SegmentationMask Segment(Picture picture, NetworkRun run, PixelNormalization normalization)
    {
        var maps = _output.Form == SegmentationForm.ClassMap;
        var columns = new WindowAxis(picture.Width, input.Width, maps ? 0 : input.Width / FadeShare);
        var rows = new WindowAxis(picture.Height, input.Height, maps ? 0 : input.Height / FadeShare);
        var blend = new WindowBlend(_output, columns, rows, settings.WithConfidence && !maps);
        for (var r = 0; r < rows.Count; r++)
        {
            for (var c = 0; c < columns.Count; c++)
            {
                Crop(picture, run.Resized, columns.Origin(c), rows.Origin(r));
                blend.Add(c, r, run.Run(normalization)[0].Data);
            }
            blend.EndRow();
        }
        return new SegmentationMask(picture.Width, picture.Height, blend.Classes, settings.Labels, blend.Confidence);
    }

    // A picture narrower or lower than the window is padded at its right and bottom, where no window looks.
    private void Crop(Picture picture, Picture window, int left, int top)
    {
        var width = Math.Min(window.Width, picture.Width - left);
        var height = Math.Min(window.Height, picture.Height - top);
        if (width < window.Width || height < window.Height) Fill(window.Pixels, settings.Resize.PadColor);
        for (var y = 0; y < height; y++)
        {
            var source = picture.Pixels.Slice(((top + y) * picture.Width + left) * 4, width * 4);
            source.CopyTo(window.Pixels[(y * window.Width * 4)..]);
        }
    }

    private static void Fill(Span<byte> pixels, RgbColor color)
    {
        for (var i = 0; i < pixels.Length; i += 4) (pixels[i], pixels[i + 1], pixels[i + 2], pixels[i + 3]) = (color.Red, color.Green, color.Blue, 255);
    }
}
