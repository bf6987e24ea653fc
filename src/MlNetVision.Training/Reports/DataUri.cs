using MlNetVision.Imaging;

namespace MlNetVision.Training;

/// <summary>Images within a page (RFC 2397).</summary>
internal static class DataUri
{
    private const int Quality = 80;

    public static string Of(RgbImage image, ImageFormat format)
    {
        var kind = format == ImageFormat.Png ? "png" : format == ImageFormat.Webp ? "webp" : "jpeg";
        return $"data:image/{kind};base64,{Convert.ToBase64String(image.Encode(format, Quality))}";
    }
}
