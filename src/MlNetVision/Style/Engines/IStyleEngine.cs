using MlNetVision.Imaging;

namespace MlNetVision.Style;

/// <summary>One way of running a style network; called by one thread at a time.</summary>
internal interface IStyleEngine : IDisposable
{
    /// <summary>Stylises a picture, which is neither changed nor disposed.</summary>
    /// <returns>A picture of the same size; the caller disposes it.</returns>
    Picture Stylize(Picture photo, CancellationToken cancellation);
}
