using MlNetVision.Imaging;

namespace MlNetVision.Style;

/// <summary>An image in another style. Dispose it, and with it <see cref="Stylized"/>.</summary>
/// <param name="Image">The path of the photo, or the name that the caller gave.</param>
/// <param name="Width">The width of the upright photo in pixels, and of the stylised image.</param>
/// <param name="Height">The height of both in pixels.</param>
/// <param name="Stylized">The stylised image, which this result owns.</param>
/// <param name="Milliseconds">The time from the decoded photo to the stylised image.</param>
public sealed record StyleResult(string Image, int Width, int Height, RgbImage Stylized, double Milliseconds) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Stylized.Dispose();
}
