using SkiaSharp;

namespace MlNetVision.Detection;

/// <summary>Positions labels within the image, at their boxes, and clear of earlier labels where there is room.</summary>
internal sealed class LabelPlacer(int imageWidth, int imageHeight)
{
    private readonly List<SKRectI> _placed = [];

    /// <summary>Positions a label that is not larger than the image.</summary>
    public SKRectI Place(SKRectI box, int width, int height)
    {
        // In order of preference: on the box, within its top, below it, then one line further from each.
        ReadOnlySpan<int> tops = [box.Top - height, box.Top, box.Bottom, box.Top - 2 * height, box.Top + height, box.Bottom + height];
        var best = Within(box.Left, box.Top - height >= 0 ? box.Top - height : box.Top, width, height);
        foreach (var top in tops)
        {
            var plate = Within(box.Left, top, width, height);
            if (plate.Top != top || _placed.Exists(x => x.IntersectsWith(plate))) continue;
            best = plate;
            break;
        }
        _placed.Add(best);
        return best;
    }

    private SKRectI Within(int left, int top, int width, int height) =>
        SKRectI.Create(Math.Clamp(left, 0, imageWidth - width), Math.Clamp(top, 0, imageHeight - height), width, height);
}
