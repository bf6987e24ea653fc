using Microsoft.ML.OnnxRuntime;
using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Tests.Imaging;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Classification;

[TestClass]
public sealed class TriangleFilterTests
{
    /// <summary>Our resize, which is tested against Pillow, rounds to bytes twice; so a level may differ.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    public void Append_AnyFactor_ResizesAsOurAreaResampler(int times)
    {
        const int Width = 11, Height = 7;
        using var large = TestImages.Noise(Width * times, Height * times);
        using var expected = ImageResizer.Resize(large, new ResizeOptions { Width = Width, Height = Height, Mode = ResizeMode.Stretch, Resampler = Resampler.Area }, out _);
        var graph = new GraphWriter("filter");
        var input = graph.Input("large", DataType.Float, 1, 3, large.Height, large.Width);
        graph.Output("small", new TriangleFilter(times).Append(input, Width, Height), DataType.Float, 1, 3, Height, Width);
        var pixels = new float[3 * large.Width * large.Height];
        TensorPacker.Pack(large, pixels, PixelLayout.Nchw, PixelNormalization.Raw);

        using var session = new InferenceSession(graph.Build().ToBytes());
        using var value = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, large.Height, large.Width]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, ["large"], [value], session.OutputNames);

        var wanted = new float[3 * Width * Height];
        TensorPacker.Pack(expected, wanted, PixelLayout.Nchw, PixelNormalization.Raw);
        var found = outputs[0].GetTensorDataAsSpan<float>().ToArray();
        Assert.IsLessThan(1.01f, wanted.Zip(found).Max(p => Math.Abs(p.First - p.Second)));
    }
}
