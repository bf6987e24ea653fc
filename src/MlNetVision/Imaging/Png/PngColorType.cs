namespace MlNetVision.Imaging;

/// <summary>What the samples of a PNG file are, by the numbers of its header.</summary>
internal enum PngColorType : byte
{
    Grey = 0,
    Rgb = 2,
    Indexed = 3,
    GreyAlpha = 4,
    Rgba = 6,
}
