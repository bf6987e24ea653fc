using MlNetVision.Imaging;

namespace MlNetVision.Training.Style;

/// <summary>An optimised image. Dispose it, and with it <see cref="RgbImage"/>.</summary>
/// <param name="Image">The best image so far, clipped to 0–255.</param>
/// <param name="Losses">Its losses, before clipping.</param>
/// <param name="Evaluations">Evaluations of loss and gradient at all scales.</param>
/// <param name="Interrupted">Whether it was cancelled before its last iteration.</param>
public sealed record NeuralStyleResult(RgbImage Image, StyleTerms Losses, int Evaluations, bool Interrupted) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Image.Dispose();
}
