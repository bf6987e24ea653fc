using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MlNetVision.Imaging;
using MlNetVision.Onnx;

namespace MlNetVision.Tests.Classification.Features;

/// <summary>Features worked out with ONNX Runtime alone and plain loops.</summary>
internal static class NaiveFeatures
{
    /// <summary>The map of a layer for an image, as its channels × positions.</summary>
    public static float[][] Map(OnnxModel model, string layer, string path, int size, PixelNormalization normalization)
    {
        using var image = RgbImage.Load(path);
        using var resized = ImageResizer.Resize(image, new ResizeOptions { Width = size, Height = size, Mode = ResizeMode.Stretch, Resampler = Resampler.Area }, out _);
        using var session = new InferenceSession(model.Cut(layer).ToBytes());
        var (name, info) = session.InputMetadata.First();
        var planar = info.Dimensions[1] == 3;
        using var input = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, info.ElementDataType, planar ? [1, 3, size, size] : [1, size, size, 3]);
        Fill(input, resized, planar, normalization);
        using var run = new RunOptions();
        using var outputs = session.Run(run, [name], [input], session.OutputNames);
        var values = Floats(outputs[0]);
        var channels = (int)outputs[0].GetTensorTypeAndShape().Shape[1];
        return [.. Enumerable.Range(0, channels).Select(c => values[(c * values.Length / channels)..((c + 1) * values.Length / channels)])];
    }

    private static void Fill(OrtValue input, RgbImage image, bool planar, PixelNormalization n)
    {
        var bytes = input.GetTensorMutableRawData();
        var type = input.GetTensorTypeAndShape().ElementDataType;
        var pixels = image.Width * image.Height;
        for (var i = 0; i < pixels; i++)
        {
            for (var c = 0; c < 3; c++)
            {
                var raw = image.Pixels[(4 * i) + (n.Bgr ? 2 - c : c)];
                var value = (raw - n.Mean[c]) * n.Scale[c];
                var at = planar ? (c * pixels) + i : (3 * i) + c;
                switch (type)
                {
                    case TensorElementType.UInt8: bytes[at] = raw; break;
                    case TensorElementType.Float16: MemoryMarshal.Cast<byte, Half>(bytes)[at] = (Half)value; break;
                    default: MemoryMarshal.Cast<byte, float>(bytes)[at] = value; break;
                }
            }
        }
    }

    private static float[] Floats(OrtValue value) => value.GetTensorTypeAndShape().ElementDataType == TensorElementType.Float16
        ? [.. MemoryMarshal.Cast<byte, Half>(value.GetTensorMutableRawData()).ToArray().Select(h => (float)h)]
        : value.GetTensorDataAsSpan<float>().ToArray();
}
