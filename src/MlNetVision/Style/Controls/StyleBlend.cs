using MlNetVision.Imaging;

namespace MlNetVision.Style;

/// <summary>Blends images of one size: several styles, a style and its photo, a style within a mask.</summary>
public static class StyleBlend
{
    /// <summary>The weighted mean of images, rounded to nearest.</summary>
    /// <param name="images">At least one image; all of one size.</param>
    /// <param name="weights">A weight for each, not negative, not all 0; only their ratios count.</param>
    /// <returns>A new image; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">Sizes or numbers disagree, or a weight is negative or not finite.</exception>
    public static RgbImage Mix(IReadOnlyList<RgbImage> images, IReadOnlyList<float> weights)
    {
        ArgumentNullException.ThrowIfNull(images);
        var shares = Shares(images.Count, weights);
        foreach (var image in images) RequireSameSize(images[0], image);
        var mixed = images[0].Clone();
        var sums = new float[4 * mixed.Width];
        for (var y = 0; y < mixed.Height; y++)
        {
            sums.AsSpan().Fill(0.5f);
            for (var p = 0; p < shares.Length; p++) Add(images[p].Pixels.Slice(y * sums.Length, sums.Length), shares[p], sums);
            var row = mixed.Pixels.Slice(y * sums.Length, sums.Length);
            for (var i = 0; i < row.Length; i++) row[i] = (byte)Math.Min(255, sums[i]);
        }
        return mixed;
    }

    /// <summary>Blends a photo over its stylised image, which is changed: styled · strength + photo · (1 − strength).</summary>
    /// <param name="styled">The stylised image, which is changed.</param>
    /// <param name="photo">The photo, of the same size.</param>
    /// <param name="strength">The strength of the style: 0 (the photo) to 1 (the style).</param>
    /// <exception cref="ArgumentException">The sizes differ, or the strength is outside its range.</exception>
    public static void FadeInPlace(RgbImage styled, RgbImage photo, float strength)
    {
        RequireSameSize(styled, photo);
        if (!(strength is >= 0 and <= 1))
            throw new ArgumentException(FormattableString.Invariant($"The strength is {strength}; expected 0 to 1."), nameof(strength));
        var to = styled.Pixels;
        var from = photo.Pixels;
        for (var i = 0; i < to.Length; i++) to[i] = (byte)(to[i] * strength + from[i] * (1 - strength) + 0.5f);
        GC.KeepAlive(photo);
    }

    /// <summary>Restores the photo outside a mask; the stylised image is changed: (styled · m + photo · (255 − m)) / 255.</summary>
    /// <param name="styled">The stylised image, which is changed.</param>
    /// <param name="photo">The photo, of the same size.</param>
    /// <param name="mask">One value per pixel, row by row: 0 keeps the photo, 255 the style.</param>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static void MaskInPlace(RgbImage styled, RgbImage photo, ReadOnlySpan<byte> mask)
    {
        RequireSameSize(styled, photo);
        var to = styled.Pixels;
        var from = photo.Pixels;
        if (mask.Length * 4L != to.Length)
        {
            throw new ArgumentException(
                $"The mask has {mask.Length} values; an image of {photo.Width}×{photo.Height} pixels takes {to.Length / 4}.", nameof(mask));
        }
        for (var i = 0; i < to.Length; i++)
        {
            var m = mask[i >> 2];
            to[i] = (byte)((to[i] * m + from[i] * (255 - m) + 127) / 255);
        }
        GC.KeepAlive(photo);
    }

    internal static void RequireSameSize(RgbImage a, RgbImage b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Width != b.Width || a.Height != b.Height)
            throw new ArgumentException($"Images of one size were expected; there are {a.Width}×{a.Height} and {b.Width}×{b.Height} pixels.");
    }

    private static void Add(ReadOnlySpan<byte> row, float share, float[] sums)
    {
        for (var i = 0; i < sums.Length; i++) sums[i] += share * row[i];
    }

    private static float[] Shares(int count, IReadOnlyList<float> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (count == 0 || weights.Count != count)
            throw new ArgumentException($"{weights.Count} weights are given for {count} images; expected one for each, and at least one image.");
        return SharesOf(weights) ?? throw new ArgumentException($"The weights are {Text(weights)}; expected numbers from 0, not all of them 0.");
    }

    /// <summary>The weights divided by their sum; null where one is negative or NaN, or the sum is not a finite number above 0.</summary>
    public static float[]? SharesOf(IReadOnlyList<float> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var sum = weights.Sum();
        return weights.All(w => w >= 0) && sum > 0 && float.IsFinite(sum) ? [.. weights.Select(w => w / sum)] : null;
    }

    /// <summary>The weights as text, for messages.</summary>
    private static string Text(IEnumerable<float> weights) => string.Join(", ", weights.Select(w => FormattableString.Invariant($"{w}")));
}
