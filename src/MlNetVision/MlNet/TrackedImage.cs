using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using MlNetVision.Imaging;

namespace MlNetVision.MlNet;

/// <summary>
/// Images that rows of a pipeline own. ML.NET buffers rows without a signal for their end, so images cannot be disposed;
/// their native memory is counted, so that they are garbage-collected in time.
/// </summary>
internal static class TrackedImage
{
    private static readonly ConditionalWeakTable<MLImage, Pressure> Pressures = [];

    public static MLImage Of(RgbImage image) => Of(image.Width, image.Height, image.Pixels);

    public static MLImage Of(int width, int height, ReadOnlySpan<byte> rgba)
    {
        var tracked = MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, rgba);
        Pressures.Add(tracked, new Pressure(rgba.Length));
        return tracked;
    }

    private sealed class Pressure
    {
        private readonly long _bytes;

        public Pressure(long bytes) => ImageMemory.Add(_bytes = bytes);

        ~Pressure() => ImageMemory.Remove(_bytes);
    }
}
