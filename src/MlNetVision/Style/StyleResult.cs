using MlNetVision.Imaging;

namespace MlNetVision.Style;

/// <summary>A picture in another style. Dispose it, and with it <see cref="Picture"/>.</summary>
/// <param name="Image">The path of the photo, or what the caller called it.</param>
/// <param name="Width">The width of the upright photo in pixels, and of the stylised picture.</param>
/// <param name="Height">The height of both in pixels.</param>
/// <param name="Picture">The stylised picture, which this result owns.</param>
/// <param name="Milliseconds">How long it took from the decoded photo to the stylised picture.</param>
public sealed record StyleResult(string Image, int Width, int Height, Picture Picture, double Milliseconds) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Picture.Dispose();
}
