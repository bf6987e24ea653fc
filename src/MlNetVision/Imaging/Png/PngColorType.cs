namespace MlNetVision.Imaging;

/// <summary>The colour type of a PNG file, with the numbers of its header.</summary>
internal enum PngColorType : byte
{
    Grey = 0,
    Rgb = 2,
    Indexed = 3,
    GreyAlpha = 4,
    Rgba = 6,
}
