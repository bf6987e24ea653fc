using MlNetVision.Imaging;
using MlNetVision.Tests.Imaging;

namespace MlNetVision.Training.Tests.Augmentations;

/// <summary>Augmentation step by step in doubles: every target pixel looks at every source pixel, mirrored copies left aside.</summary>
internal static class NaiveAugmentation
{
    public static (double R, double G, double B) Sample(RgbImage source, Augmentation augmentation, int width, int height, int x, int y)
    {
        // Within the crop −½ … ½, then flipped, then in source pixels about the middle, turned, and moved to the crop's middle.
        var (px, py) = ((x + 0.5) / width - 0.5, (y + 0.5) / height - 0.5);
        if (augmentation.FlipHorizontally) px = -px;
        if (augmentation.FlipVertically) py = -py;
        var crop = augmentation.Crop;
        (px, py) = (px * crop.Width, py * crop.Height);
        var angle = augmentation.Degrees * Math.PI / 180;
        var u = Fold(crop.Left + crop.Width / 2 + px * Math.Cos(angle) - py * Math.Sin(angle), source.Width);
        var v = Fold(crop.Top + crop.Height / 2 + px * Math.Sin(angle) + py * Math.Cos(angle), source.Height);
        var (sx, sy) = (crop.Width / width, crop.Height / height);
        var halfX = Math.Max(1, Math.Sqrt(Math.Pow(sx * Math.Cos(angle), 2) + Math.Pow(sy * Math.Sin(angle), 2)));
        var halfY = Math.Max(1, Math.Sqrt(Math.Pow(sx * Math.Sin(angle), 2) + Math.Pow(sy * Math.Cos(angle), 2)));
        var (r, g, b, sum) = (0.0, 0.0, 0.0, 0.0);
        for (var j = 0; j < source.Height; j++)
        {
            for (var i = 0; i < source.Width; i++)
            {
                var weight = Math.Max(0, 1 - Math.Abs(i + 0.5 - u) / halfX) * Math.Max(0, 1 - Math.Abs(j + 0.5 - v) / halfY);
                var pixel = source.At(i, j);
                (r, g, b, sum) = (r + weight * pixel.R, g + weight * pixel.G, b + weight * pixel.B, sum + weight);
            }
        }
        return (r / sum, g / sum, b / sum);
    }

    /// <summary>A position beyond an edge, folded back as often as it takes.</summary>
    private static double Fold(double at, double length)
    {
        while (at < 0 || at > length) at = at < 0 ? -at : 2 * length - at;
        return at;
    }

    /// <summary>The steps one by one on one pixel; <paramref name="mean"/> is the image's mean grey.</summary>
    public static double[] Color(double r, double g, double b, double mean, Augmentation augmentation)
    {
        var rgb = new[] { r, g, b }.Select(c => c * augmentation.Brightness).ToArray();
        mean *= augmentation.Brightness;
        rgb = [.. rgb.Select(c => mean + (c - mean) * augmentation.Contrast)];
        var grey = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
        rgb = [.. rgb.Select(c => Math.Clamp(grey + (c - grey) * augmentation.Saturation, 0, 255))];
        var (hue, saturation, value) = ToHsv(rgb);
        return ToRgb(((hue + augmentation.Hue) % 360 + 360) % 360, saturation, value);
    }

    /// <summary>The textbook's hexagon, hue in degrees (Foley and van Dam).</summary>
    private static (double Hue, double Saturation, double Value) ToHsv(double[] rgb)
    {
        var (max, min) = (rgb.Max(), rgb.Min());
        if (max == min) return (0, 0, max);
        var hue = Array.IndexOf(rgb, max) switch
        {
            0 => 60 * (rgb[1] - rgb[2]) / (max - min),
            1 => 120 + 60 * (rgb[2] - rgb[0]) / (max - min),
            _ => 240 + 60 * (rgb[0] - rgb[1]) / (max - min),
        };
        return (hue < 0 ? hue + 360 : hue, (max - min) / max, max);
    }

    private static double[] ToRgb(double hue, double saturation, double value)
    {
        var (sector, part) = ((int)(hue / 60) % 6, hue / 60 - Math.Floor(hue / 60));
        var (p, q, t) = (value * (1 - saturation), value * (1 - saturation * part), value * (1 - saturation * (1 - part)));
        return sector switch
        {
            0 => [value, t, p],
            1 => [q, value, p],
            2 => [p, value, t],
            3 => [p, q, value],
            4 => [t, p, value],
            _ => [value, p, q],
        };
    }
}
