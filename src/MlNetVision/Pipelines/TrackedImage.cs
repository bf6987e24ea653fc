using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using MlNetVision.Imaging;

namespace MlNetVision.Pipelines;

/// <summary>
/// Images that rows of a pipeline own. ML.NET buffers rows and never says when one is done with, so nobody may dispose
/// them; the garbage collector is told of their native memory instead, and collects them in time.
/// </summary>
internal static class TrackedImage
{
    private static readonly ConditionalWeakTable<MLImage, Pressure> Pressures = [];

    public static MLImage Of(Picture picture)
    {
        var image = MLImage.CreateFromPixels(picture.Width, picture.Height, MLPixelFormat.Rgba32, picture.Pixels);
        Pressures.Add(image, new Pressure(picture.Pixels.Length));
        return image;
    }

    private sealed class Pressure
    {
        private readonly long _bytes;

        public Pressure(long bytes) => GC.AddMemoryPressure(_bytes = bytes);

        ~Pressure() => GC.RemoveMemoryPressure(_bytes);
    }
}
