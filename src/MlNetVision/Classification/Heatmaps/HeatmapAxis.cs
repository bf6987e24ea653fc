namespace MlNetVision.Classification;

/// <summary>Where the rows or columns of a heat map lie in the image.</summary>
/// <param name="Stride">Image pixels between neighbouring centres.</param>
/// <param name="First">The centre of the first one, in pixels from the image's edge.</param>
public readonly record struct HeatmapAxis(float Stride, float First)
{
    /// <summary>The centre of a pixel in rows or columns of the map; 0 is the centre of the first.</summary>
    internal double Position(int pixel) => (pixel + 0.5 - First) / Stride;
}
