using MlNetVision.Imaging;

namespace MlNetVision.Training;

/// <summary>Pictures within a page (RFC 2397).</summary>
internal static class DataUri
{
    private const int Quality = 80;

    public static string Of(Picture picture, PictureFormat format)
    {
        var kind = format == PictureFormat.Png ? "png" : format == PictureFormat.Webp ? "webp" : "jpeg";
        return $"data:image/{kind};base64,{Convert.ToBase64String(picture.Encode(format, Quality))}";
    }
}
