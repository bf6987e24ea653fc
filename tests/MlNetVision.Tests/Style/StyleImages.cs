using MlNetVision.Imaging;

namespace MlNetVision.Tests.Style;

/// <summary>Images, and how far they differ.</summary>
internal static class StyleImages
{
    /// <summary>Waves and noise: different everywhere, darker to one corner, so that no part has the whole's statistics.</summary>
    public static RgbImage Waves(int width, int height)
    {
        var image = new RgbImage(width, height);
        var random = new Random(5);
        for (var i = 0; i < image.Pixels.Length; i += 4)
        {
            var (x, y) = (i / 4 % width, i / 4 / width);
            var light = 0.3 + 0.7 * x / width;
            image.Pixels[i] = Byte(light * (128 + 90 * Math.Sin(x * 0.11) + random.Next(20)));
            image.Pixels[i + 1] = Byte(light * (128 + 90 * Math.Sin(y * 0.07 + x * 0.02)));
            image.Pixels[i + 2] = Byte(255.0 * y / height * light + random.Next(20));
            image.Pixels[i + 3] = 255;
        }
        return image;
    }

    /// <summary>10 · log₁₀(255² / mean square error) over red, green and blue; infinite where they are equal.</summary>
    public static double Psnr(RgbImage a, RgbImage b)
    {
        Assert.AreEqual((a.Width, a.Height), (b.Width, b.Height));
        var sum = 0.0;
        for (var i = 0; i < a.Pixels.Length; i++)
        {
            if (i % 4 == 3) continue;
            double d = a.Pixels[i] - b.Pixels[i];
            sum += d * d;
        }
        return 10 * Math.Log10(255.0 * 255.0 / (sum / (3.0 * a.Width * a.Height)));
    }

    /// <summary>The largest difference of any channel of any pixel.</summary>
    public static int Largest(RgbImage a, RgbImage b)
    {
        Assert.AreEqual((a.Width, a.Height), (b.Width, b.Height));
        var most = 0;
        for (var i = 0; i < a.Pixels.Length; i++) most = Math.Max(most, Math.Abs(a.Pixels[i] - b.Pixels[i]));
        return most;
    }

    /// <summary>By how much two neighbours, side by side or one above the other, differ more or less in one image than in the other, at most.</summary>
    public static int LargestStep(RgbImage a, RgbImage b)
    {
        var most = 0;
        foreach (var to in new[] { 4, 4 * a.Width })
        {
            for (var i = 0; i + to < a.Pixels.Length; i++)
            {
                if (to == 4 && i / 4 % a.Width == a.Width - 1) continue;
                most = Math.Max(most, Math.Abs(a.Pixels[i + to] - a.Pixels[i] - (b.Pixels[i + to] - b.Pixels[i])));
            }
        }
        return most;
    }

    private static byte Byte(double value) => (byte)Math.Clamp(value, 0, 255);
}
