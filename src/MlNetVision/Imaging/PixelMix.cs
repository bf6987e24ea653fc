namespace MlNetVision.Imaging;

/// <summary>Mixes two pixels of four bytes each, two bytes at a time.</summary>
internal static class PixelMix
{
    private const uint Lanes = 0x00FF00FF;
    private const uint Half = 0x00800080;

    /// <summary>(pixel · (256 − amount) + over · amount) / 256, each byte rounded.</summary>
    /// <param name="pixel">The pixel below.</param>
    /// <param name="over">The pixel above.</param>
    /// <param name="amount">The weight of the pixel above, 0 to 256.</param>
    public static uint Mix(uint pixel, uint over, uint amount)
    {
        var keep = 256 - amount;
        var even = ((pixel & Lanes) * keep) + ((over & Lanes) * amount) + Half;
        var odd = ((pixel >> 8 & Lanes) * keep) + ((over >> 8 & Lanes) * amount) + Half;
        return (even >> 8 & Lanes) | (odd & ~Lanes);
    }
}
