using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Classification.Heatmaps;

/// <summary>
/// A classifier of 32×32 images that finds the strongest colour: means of 8×8 pixels, global pooling, and scores of four times
/// red, green and blue; and images that are blue but for a red rectangle.
/// </summary>
internal static class QuarterClassifier
{
    public static ImageClassifier Load()
    {
        var builder = new GraphWriter("quarter");
        builder.Input("image", DataType.Float, -1, 3, 32, 32);
        var cells = builder.Node("AveragePool", "cells", ["image"], ("kernel_shape", new[] { 8, 8 }), ("strides", new[] { 8, 8 }));
        var flat = builder.Node("Flatten", "flat", [builder.Node("GlobalAveragePool", "pool", [cells])], ("axis", 1L));
        builder.Node("Gemm", "scores", [flat, builder.Floats("w", [4, 0, 0, 0, 4, 0, 0, 0, 4], 3, 3)]);
        builder.Node("Softmax", "probabilities", ["scores"], ("axis", 1L));
        builder.Output("probabilities", DataType.Float, -1, 3);
        var model = builder.Build("quarter.onnx");
        model.SetNames(["red", "green", "blue"]);
        model.Metadata[VisionMetadata.PreprocessKey] = "unit";
        return ImageClassifier.Load(model);
    }

    public static RgbImage Paint(int width, int height, int left, int top, int right, int bottom)
    {
        var image = new RgbImage(width, height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var pixel = image.Pixels.Slice(((y * width) + x) * 4, 4);
                var red = x >= left && x < right && y >= top && y < bottom;
                (pixel[0], pixel[1], pixel[2], pixel[3]) = (red ? (byte)255 : (byte)0, 0, red ? (byte)0 : (byte)255, 255);
            }
        }
        return image;
    }
}
