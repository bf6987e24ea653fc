using SkiaSharp;

namespace MlNetVision.Segmentation;

/// <summary>Finds the corner of an image where a legend hides least.</summary>
internal static class CornerFinder
{
    /// <summary>The corner with most of the mask's largest class, which matters least; ties: the top left one.</summary>
    public static SKRectI Find(SegmentationMask mask, int width, int height, int margin)
    {
        var (farX, farY) = (Math.Max(0, mask.Width - width - margin), Math.Max(0, mask.Height - height - margin));
        var (nearX, nearY) = (Math.Min(margin, farX), Math.Min(margin, farY));
        var largest = (byte)mask.Shares()[0].Index;
        (int X, int Y)[] corners = [(nearX, nearY), (farX, nearY), (nearX, farY), (farX, farY)];
        return corners.Select(c => SKRectI.Create(c.X, c.Y, width, height)).MaxBy(plate => Count(mask, plate, largest));
    }

    private static long Count(SegmentationMask mask, SKRectI plate, byte wanted)
    {
        long count = 0;
        for (var y = plate.Top; y < Math.Min(plate.Bottom, mask.Height); y++)
            count += mask.Classes.Slice(y * mask.Width + plate.Left, Math.Min(plate.Width, mask.Width - plate.Left)).Count(wanted);
        return count;
    }
}
