namespace MlNetVision.Classification;

/// <summary>Where the rows or columns of a heat map lie in the image.</summary>
/// <param name="Stride">Pixels of the image from the middle of one to the middle of the next.</param>
/// <param name="First">The middle of the first one, in pixels from the image's edge.</param>
public readonly record struct HeatmapAxis(float Stride, float First)
{
    /// <summary>Where the middle of a pixel lies, counted in rows or columns of the map: 0 is the middle of the first.</summary>
    internal double Position(int pixel) => (pixel + 0.5 - First) / Stride;
}
