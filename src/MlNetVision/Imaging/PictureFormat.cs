namespace MlNetVision.Imaging;

/// <summary>The formats that pictures are written in.</summary>
public enum PictureFormat
{
    /// <summary>JPEG, baseline; the quality counts.</summary>
    Jpeg,

    /// <summary>PNG, lossless.</summary>
    Png,

    /// <summary>WebP; lossy with the quality below 100, lossless at 100.</summary>
    Webp,
}
