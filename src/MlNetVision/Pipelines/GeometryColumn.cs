using MlNetVision.Imaging;

namespace MlNetVision.Pipelines;

/// <summary>An <see cref="ImageGeometry"/> as a vector of floats, exact for all sizes that an image may have.</summary>
internal static class GeometryColumn
{
    public static float[] Write(ImageGeometry g) =>
        [g.ImageWidth, g.ImageHeight, g.NetworkWidth, g.NetworkHeight, g.ScaleX, g.ScaleY, g.OffsetX, g.OffsetY];

    public static ImageGeometry Read(float[] v) =>
        new((int)v[0], (int)v[1], (int)v[2], (int)v[3], v[4], v[5], v[6], v[7]);
}
