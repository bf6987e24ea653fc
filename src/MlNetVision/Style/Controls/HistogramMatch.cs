using MlNetVision.Imaging;

namespace MlNetVision.Style;

/// <summary>
/// Matches an image's distribution of colours to another's: first mean and covariance by a linear map (<see cref="ColorMoments"/>), then the
/// cumulative histogram of each channel. The map's values are counted in fractions of a level, also beyond 0–255, without loss between the two.
/// </summary>
internal sealed class HistogramMatch
{
    private const int Levels = 256;

    /// <summary>Fractions of a level, and the number of levels below 0 and above 255.</summary>
    private const int Parts = 8, Beyond = 256, Bins = Parts * (Levels + 2 * Beyond);

    private readonly ColorMoments _from;
    private readonly ColorMoments _to;
    private readonly double[,] _map;

    private HistogramMatch(RgbImage styled, RgbImage photo)
    {
        (_from, _to) = (ColorMoments.Of(styled), ColorMoments.Of(photo));
        _map = ColorMoments.Map(_from, _to);
    }

    /// <summary>Changes an image in place.</summary>
    public static void ApplyInPlace(RgbImage styled, RgbImage photo) => new HistogramMatch(styled, photo).Apply(styled, photo);

    private void Apply(RgbImage styled, RgbImage photo)
    {
        var counts = new long[3][];
        for (var c = 0; c < 3; c++) counts[c] = new long[Bins];
        var pixels = styled.Pixels;
        for (var i = 0; i < pixels.Length; i += 4)
            for (var c = 0; c < 3; c++) counts[c][Bin(pixels[i..], c)]++;
        byte[][] levels = [.. counts.Select((count, c) => Match(Cumulative(count), Cumulative(Count(photo, c))))];
        Span<byte> pixel = stackalloc byte[3];
        for (var i = 0; i < pixels.Length; i += 4)
        {
            for (var c = 0; c < 3; c++) pixel[c] = levels[c][Bin(pixels[i..], c)];
            pixel.CopyTo(pixels[i..]);
        }
    }

    private int Bin(ReadOnlySpan<byte> pixel, int channel)
    {
        var value = _to.Mean[channel];
        for (var c = 0; c < 3; c++) value += _map[channel, c] * (pixel[c] - _from.Mean[c]);
        return (int)Math.Clamp((value + Beyond) * Parts, 0, Bins - 1);
    }

    private static long[] Count(RgbImage image, int channel)
    {
        var counts = new long[Levels];
        var pixels = image.Pixels;
        for (var i = channel; i < pixels.Length; i += 4) counts[pixels[i]]++;
        GC.KeepAlive(image);
        return counts;
    }

    private static long[] Cumulative(long[] counts)
    {
        for (var v = 1; v < counts.Length; v++) counts[v] += counts[v - 1];
        return counts;
    }

    /// <summary>Maps each bin to the lowest level with at least the same cumulative count in the photo.</summary>
    private static byte[] Match(long[] styled, long[] photo)
    {
        var levels = new byte[styled.Length];
        var to = 0;
        for (var v = 0; v < styled.Length; v++)
        {
            while (photo[to] < styled[v]) to++;
            levels[v] = (byte)to;
        }
        return levels;
    }
}
