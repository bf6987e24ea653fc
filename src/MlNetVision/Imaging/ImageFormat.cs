namespace MlNetVision.Imaging;

/// <summary>The formats that images are written in.</summary>
public enum ImageFormat
{
    /// <summary>JPEG, baseline; the quality applies.</summary>
    Jpeg,

    /// <summary>PNG, lossless.</summary>
    Png,

    /// <summary>WebP; lossy with the quality below 100, lossless at 100.</summary>
    Webp,
}
