using MlNetVision.Imaging;

namespace MlNetVision.Detection;

/// <summary>Draws masks: translucent, with an outline in the full colour.</summary>
internal static class MaskOverlay
{
    /// <summary>
    /// Blends a mask's colour into its pixels. Its outline is made of those that have a pixel outside the mask as far away as the line is wide, to
    /// the left, the right, above or below; the image's edge is no outline.
    /// </summary>
    /// <param name="image">The image, which is changed.</param>
    /// <param name="detection">The detection; without a mask nothing is drawn.</param>
    /// <param name="opacity">The weight of the colour, 0 to 1, rounded to 1/256.</param>
    public static void Draw(RgbImage image, PaintedDetection detection, float opacity)
    {
        if (detection.Source.Mask is not { Area: > 0 } mask) return;
        var (color, amount) = (detection.Color.ToPixel(), (uint)MathF.Round(opacity * 256));
        var reach = detection.Line;
        var inside = new MaskWindow(mask, reach);
        var words = image.Words;
        foreach (var (y, x, length) in mask.Runs)
        {
            var row = words.Slice(y * image.Width, image.Width);
            for (var i = x; i < x + length; i++) row[i] = inside.IsOutline(i, y, reach) ? color : PixelMix.Mix(row[i], color, amount);
        }
        GC.KeepAlive(image);
    }

    /// <summary>The pixels within a mask's bounds and a border around them; what lies beyond the image counts as the mask's.</summary>
    private sealed class MaskWindow
    {
        private readonly int _left;
        private readonly int _top;
        private readonly int _stride;
        private readonly bool[] _inside;

        public MaskWindow(InstanceMask mask, int border)
        {
            var bounds = mask.Bounds;
            (_left, _top, _stride) = ((int)bounds.Left - border, (int)bounds.Top - border, (int)bounds.Width + 2 * border);
            var height = (int)bounds.Height + 2 * border;
            _inside = new bool[checked(_stride * height)];
            for (var y = 0; y < height; y++)
            {
                var row = _inside.AsSpan(y * _stride, _stride);
                if (_top + y < 0 || _top + y >= mask.Height) row.Fill(true);
                if (_left < 0) row[..-_left].Fill(true);
                if (_left + _stride - mask.Width is > 0 and var beyond) row[^beyond..].Fill(true);
            }
            foreach (var (y, x, length) in mask.Runs) _inside.AsSpan((y - _top) * _stride + x - _left, length).Fill(true);
        }

        public bool IsOutline(int x, int y, int reach)
        {
            var at = (y - _top) * _stride + x - _left;
            return !(_inside[at - reach] && _inside[at + reach] && _inside[at - reach * _stride] && _inside[at + reach * _stride]);
        }
    }
}
