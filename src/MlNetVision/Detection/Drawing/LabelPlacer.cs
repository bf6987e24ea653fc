using SkiaSharp;

namespace MlNetVision.Detection;

/// <summary>Finds a place for each label: within the image, at its box, and off the labels placed before where there is room.</summary>
internal sealed class LabelPlacer(int imageWidth, int imageHeight)
{
    private readonly List<SKRectI> _placed = [];

    /// <summary>Places a label that is not larger than the image.</summary>
    public SKRectI Place(SKRectI box, int width, int height)
    {
        // In the order of preference: on the box, within its top, below it, then a row further from each.
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
