using MlNetVision.Imaging;

namespace MlNetVision.Style;

/// <summary>Runs a style network; called by one thread at a time.</summary>
internal interface IStyleEngine : IDisposable
{
    /// <summary>Stylises an image, which is neither changed nor disposed.</summary>
    /// <returns>An image of the same size; the caller disposes it.</returns>
    RgbImage Stylize(RgbImage photo, CancellationToken cancellation);
}
