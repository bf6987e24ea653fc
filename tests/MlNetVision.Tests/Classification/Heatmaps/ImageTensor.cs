using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MlNetVision.Onnx;

namespace MlNetVision.Tests.Classification.Heatmaps;

/// <summary>An image of pseudo-random bytes, three channels; windows of it are cut by plain loops.</summary>
internal sealed class ImageTensor(int height, int width, Func<int, int, int, byte> pixel)
{
    public static ImageTensor Noise(int height, int width, int seed = 1)
    {
        var bytes = new byte[height * width * 3];
        new Random(seed).NextBytes(bytes);
        return new(height, width, (y, x, c) => bytes[(((y * width) + x) * 3) + c]);
    }

    public ImageTensor Window(int top, int left, int windowHeight, int windowWidth) =>
        new(windowHeight, windowWidth, (y, x, c) => pixel(top + y, left + x, c));

    /// <summary>Runs a network on the image, as −1…1 where it takes numbers; gives its one output as shape and floats.</summary>
    public (long[] Shape, float[] Values) Run(InferenceSession session)
    {
        var (name, info) = session.InputMetadata.Single();
        var planar = info.Dimensions[1] == 3;
        using var input = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, info.ElementDataType, planar ? [1, 3, height, width] : [1, height, width, 3]);
        var bytes = input.GetTensorMutableRawData();
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                for (var c = 0; c < 3; c++)
                    Set(bytes, info.ElementDataType, planar ? (((c * height) + y) * width) + x : (((y * width) + x) * 3) + c, pixel(y, x, c));
        using var run = new RunOptions();
        using var outputs = session.Run(run, [name], [input], session.OutputNames);
        var output = outputs[0].GetTensorTypeAndShape();
        return (output.Shape, Floats(outputs[0], output.ElementDataType));
    }

    public static InferenceSession Session(OnnxModel model)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        return new InferenceSession(model.ToBytes(), options);
    }

    private static void Set(Span<byte> bytes, TensorElementType type, int at, byte value)
    {
        switch (type)
        {
            case TensorElementType.UInt8: bytes[at] = value; break;
            case TensorElementType.Float16: MemoryMarshal.Cast<byte, Half>(bytes)[at] = (Half)((value / 127.5f) - 1); break;
            default: MemoryMarshal.Cast<byte, float>(bytes)[at] = (value / 127.5f) - 1; break;
        }
    }

    private static float[] Floats(OrtValue value, TensorElementType type) => type switch
    {
        TensorElementType.Float16 => [.. MemoryMarshal.Cast<byte, Half>(value.GetTensorMutableRawData()).ToArray().Select(h => (float)h)],
        TensorElementType.UInt8 => [.. value.GetTensorDataAsSpan<byte>().ToArray().Select(b => (float)b)],
        _ => value.GetTensorDataAsSpan<float>().ToArray(),
    };
}
