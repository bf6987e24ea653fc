using MlNetVision.Imaging;

namespace MlNetVision.Detection;

/// <summary>80 colours for classes that people tell apart, the first ones best; the same for a class in every image.</summary>
/// <remarks>
/// The least difference of any two is 9.5 by CIEDE2000 (in CIELAB; 1 is about what an eye just sees), of the first 20 it is 19, of the first 10
/// it is 27. They are chosen by farthest points: after a red, each is the colour whose nearest one among those before is farthest, by
/// CIEDE2000, of all with channels that are multiples of 17, a lightness of 0.5 to 0.92 and a chroma of at least 0.08 in OKLab: neither dark
/// nor pale nor grey.
/// </remarks>
public static class ClassPalette
{
    private static ReadOnlySpan<uint> Table =>
    [
        0xFF4433, 0x00FF00, 0x00BBFF, 0x7700EE, 0x776600, 0xEEBBFF, 0xFFCC77, 0x009977, 0xEE2299, 0x77FFEE,
        0x0066BB, 0x99AA00, 0xCC7700, 0x9977FF, 0xFFAAAA, 0x995555, 0x337711, 0x228899, 0x775588, 0xDDEE99,
        0xAA4400, 0x00AA22, 0xAABBFF, 0xFF66FF, 0x77CC99, 0x44BBBB, 0xFF9966, 0xCC88AA, 0x4488FF, 0xEEDD00,
        0xEE1155, 0xBB9944, 0xCC11EE, 0xAA1188, 0xBB7766, 0x779966, 0xBB1122, 0x99EEFF, 0x9977AA, 0x88CC55,
        0x4455FF, 0x997744, 0x00FFAA, 0xFF6688, 0x007766, 0xBB0055, 0xBBEE00, 0x6677AA, 0x888833, 0xBBBB77,
        0xDD5500, 0xFF9900, 0xAA99DD, 0x8855CC, 0x2288BB, 0xAA5588, 0xDDAA77, 0xBB6677, 0xCC66BB, 0xFFAACC,
        0xBBEEBB, 0x00CCEE, 0xAAFF88, 0x007744, 0xEE8877, 0xFF7700, 0x00DDBB, 0x669900, 0x00CC66, 0xAA6633,
        0x77AADD, 0xDD2200, 0xBB5544, 0xEEBB00, 0x667733, 0xFF77BB, 0xEEDD99, 0xCC88FF, 0xCC8855, 0xDD6666,
    ];

    /// <summary>The colour of a class.</summary>
    /// <param name="classIndex">The 0-based index of the class; colours repeat after the 80th.</param>
    /// <param name="classCount">The number of classes, after which colours repeat, too. Null: not known.</param>
    public static RgbColor Color(int classIndex, int? classCount = null)
    {
        if (classCount is > 0 and var count) classIndex %= count;
        var rgb = Table[(classIndex % Table.Length + Table.Length) % Table.Length];
        return new((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);
    }

    /// <summary>
    /// Black or white, whichever has the higher contrast with a colour (WCAG 2.1, relative luminance: the contrasts are equal at 0.179).
    /// </summary>
    public static RgbColor Legible(RgbColor background) => Luminance(background) > 0.179 ? new(0, 0, 0) : new(255, 255, 255);

    /// <summary>WCAG's relative luminance, 0 (black) to 1 (white).</summary>
    private static double Luminance(RgbColor color) =>
        0.2126 * Linear(color.Red) + 0.7152 * Linear(color.Green) + 0.0722 * Linear(color.Blue);

    private static double Linear(byte value) => value <= 10 ? value / 255.0 / 12.92 : Math.Pow((value / 255.0 + 0.055) / 1.055, 2.4);
}
