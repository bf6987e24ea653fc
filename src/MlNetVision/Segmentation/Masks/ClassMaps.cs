using System.Numerics.Tensors;
using MlNetVision.Imaging;

namespace MlNetVision.Segmentation;

/// <summary>Arithmetic on maps of class indices.</summary>
internal static class ClassMaps
{
    /// <summary>The highest index of a map.</summary>
    public static byte Highest(ReadOnlySpan<byte> classes) => TensorPrimitives.Max(classes);

    /// <summary>Checks that a mask has the size of an image.</summary>
    public static void CheckCovers(this SegmentationMask mask, RgbImage image)
    {
        if (mask.Width != image.Width || mask.Height != image.Height)
            throw new ArgumentException($"The mask has {mask.Width}×{mask.Height} pixels, the image {image.Width}×{image.Height}; expected a mask of the image's size.");
    }

    /// <summary>Resizes a mask by the nearest neighbour: each target pixel takes the class of the pixel that contains its centre.</summary>
    public static SegmentationMask Resize(SegmentationMask mask, int width, int height)
    {
        var classes = new byte[checked(width * height)];
        for (var y = 0; y < height; y++)
        {
            var row = mask.Classes.Slice((int)((2L * y + 1) * mask.Height / (2L * height)) * mask.Width, mask.Width);
            var to = classes.AsSpan(y * width, width);
            for (var x = 0; x < to.Length; x++) to[x] = row[(int)((2L * x + 1) * row.Length / (2L * width))];
        }
        return new(width, height, classes, mask.Labels);
    }
}
