using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using MlNetVision.Imaging;

namespace MlNetVision.MlNet;

/// <summary>
/// Images that rows of a pipeline own. ML.NET buffers rows and never says when one is done with, so nobody may dispose
/// them; their native memory is counted instead, so that the garbage collector looks for them in time.
/// </summary>
internal static class TrackedImage
{
    private static readonly ConditionalWeakTable<MLImage, Pressure> Pressures = [];

    public static MLImage Of(RgbImage image)
    {
        var tracked = MLImage.CreateFromPixels(image.Width, image.Height, MLPixelFormat.Rgba32, image.Pixels);
        Pressures.Add(tracked, new Pressure(image.Pixels.Length));
        return tracked;
    }

    private sealed class Pressure
    {
        private readonly long _bytes;

        public Pressure(long bytes) => ImageMemory.Add(_bytes = bytes);

        ~Pressure() => ImageMemory.Remove(_bytes);
    }
}
